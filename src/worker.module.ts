import { Module, type DynamicModule } from '@nestjs/common';
import { BlobStoreModule } from './adapters/blob-store/blob-store.module.js';
import { EmbeddingsModule } from './adapters/embeddings/embeddings.module.js';
import { RedisModule } from './adapters/redis/redis.module.js';
import { VectorStoreModule } from './adapters/vector-store/vector-store.module.js';
import { LoggerModule } from './common/logger.module.js';
import type { Config } from './config/config.js';
import { ConfigModule } from './config/config.module.js';
import { DatabaseModule } from './database/database.module.js';
import { IngestionWorkerModule } from './ingestion/ingestion-worker.module.js';
import { TelemetryModule } from './telemetry/telemetry.module.js';

/** The worker process: indexing, and nothing that listens. */
@Module({})
export class WorkerModule {
  static with(config: Config): DynamicModule {
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
        IngestionWorkerModule,
      ],
    };
  }
}
