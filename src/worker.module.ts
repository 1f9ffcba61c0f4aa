import { Module, type DynamicModule } from '@nestjs/common';
import { BlobStoreModule } from './adapters/blob-store/blob-store.module.js';
import { EmbeddingsModule } from './adapters/embeddings/embeddings.module.js';
import { RedisModule } from './adapters/redis/redis.module.js';
import { VectorStoreModule } from './adapters/vector-store/vector-store.module.js';
import { LoggerModule } from './common/logger.module.js';
import type { Config } from './config/config.js';
import { ConfigModule } from './config/config.module.js';
import { DatabaseModule } from './database/database.module.js';
import { EvaluationWorkerModule } from './evaluations/evaluation-worker.module.js';
import { IngestionWorkerModule } from './ingestion/ingestion-worker.module.js';
import { TelemetryModule } from './telemetry/telemetry.module.js';

/** What indexes and nothing that listens: the worker process, and the primary process of API workers. */
@Module({})
export class WorkerModule {
  /** @param indexes without it, it embeds for others and keeps the database up to date */
  static with(config: Config, indexes = true): DynamicModule {
    return {
      module: WorkerModule,
      imports: [
        ConfigModule.with(config),
        LoggerModule,
        TelemetryModule,
        DatabaseModule,
        RedisModule,
        BlobStoreModule,
        VectorStoreModule,
        EmbeddingsModule,
        ...(indexes ? [IngestionWorkerModule, EvaluationWorkerModule] : []),
      ],
    };
  }
}
