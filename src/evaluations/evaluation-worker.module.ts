import { Module } from '@nestjs/common';
import { IngestionModule } from '../ingestion/ingestion.module.js';
import { QueueWorkersModule } from '../ingestion/queues/queue-workers.module.js';
import { EvaluationRunner } from './evaluation-runner.js';
import { EvaluationProcessor } from './evaluation.processor.js';
import { EvaluationsModule } from './evaluations.module.js';

/** Running evaluations: in the API process, or in one of its own. */
@Module({
  imports: [EvaluationsModule, IngestionModule, QueueWorkersModule],
  providers: [EvaluationRunner, EvaluationProcessor],
})
export class EvaluationWorkerModule {}
