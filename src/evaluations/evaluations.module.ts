import { Module } from '@nestjs/common';
import { IngestionModule } from '../ingestion/ingestion.module.js';
import { registerQueue } from '../ingestion/queues/shared-queue.js';
import { EvaluationQueue, EVALUATIONS } from './evaluation-queue.js';
import { EvaluationsService } from './evaluations.service.js';

/** Evaluations of retrieval: sets, cases, runs, and the queue of the runs. */
@Module({
  imports: [IngestionModule, registerQueue(EVALUATIONS)],
  providers: [EvaluationQueue, EvaluationsService],
  exports: [EvaluationQueue, EvaluationsService],
})
export class EvaluationsModule {}
