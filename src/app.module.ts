import { Module, type DynamicModule } from '@nestjs/common';
import { BlobStoreModule } from './adapters/blob-store/blob-store.module.js';
import { RedisModule } from './adapters/redis/redis.module.js';
import { VectorStoreModule } from './adapters/vector-store/vector-store.module.js';
import { VisionModule } from './adapters/vision/vision.module.js';
import { AdminModule } from './admin/admin.module.js';
import { AuthModule } from './auth/auth.module.js';
import { ChatModule } from './chat/chat.module.js';
import { HttpModule } from './common/http/http.module.js';
import { LoggerModule } from './common/logger.module.js';
import type { Config } from './config/config.js';
import { ConfigModule } from './config/config.module.js';
import { DatabaseModule } from './database/database.module.js';
import { EvaluationWorkerModule } from './evaluations/evaluation-worker.module.js';
import { HealthModule } from './health/health.module.js';
import { IngestionWorkerModule } from './ingestion/ingestion-worker.module.js';
import { PersonalDataModule } from './personal-data/personal-data.module.js';
import { RoomsModule } from './rooms/rooms.module.js';
import { RunsModule } from './runs/runs.module.js';
import { SchedulesModule } from './schedules/schedules.module.js';
import { UploadsModule } from './uploads/uploads.module.js';
import { TelemetryModule } from './telemetry/telemetry.module.js';

/** The API process. */
@Module({})
export class AppModule {
  static with(config: Config): DynamicModule {
    return {
      module: AppModule,
      imports: [
        ConfigModule.with(config),
        LoggerModule,
        TelemetryModule,
        DatabaseModule,
        RedisModule,
        BlobStoreModule,
        VectorStoreModule,
        VisionModule,
        // Global guards run in this order: admission of runs, authentication, then whether the body can be parsed.
        RunsModule,
        AuthModule,
        HttpModule,
        ChatModule,
        SchedulesModule,
        RoomsModule,
        UploadsModule,
        PersonalDataModule,
        AdminModule,
        HealthModule,
        ...(config.env.INGESTION_WORKER === 'inside' ? [IngestionWorkerModule, EvaluationWorkerModule] : []),
      ],
    };
  }
}
