import { Module } from '@nestjs/common';
import { IngestionModule } from '../ingestion/ingestion.module.js';
import { EvaluationQueue } from './evaluation-queue.js';
import { EvaluationsService } from './evaluations.service.js';

/** Evaluations of retrieval: sets, cases, runs, and the queue of the runs. */
@Module({
  imports: [IngestionModule],
  providers: [EvaluationQueue, EvaluationsService],
  exports: [EvaluationQueue, EvaluationsService],
})
export class EvaluationsModule {}
