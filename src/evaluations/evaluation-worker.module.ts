import { Module } from '@nestjs/common';
import { IngestionModule } from '../ingestion/ingestion.module.js';
import { WorkerConnection } from '../ingestion/worker-connection.js';
import { EvaluationRunner } from './evaluation-runner.js';
import { EvaluationWorker } from './evaluation-worker.js';
import { EvaluationsModule } from './evaluations.module.js';

/** Running evaluations: in the API process, or in one of its own. Its Redis connection is its own. */
@Module({
  imports: [EvaluationsModule, IngestionModule],
  providers: [EvaluationRunner, EvaluationWorker, WorkerConnection],
})
export class EvaluationWorkerModule {}
