import { Module } from '@nestjs/common';
import { AuthModule } from '../auth/auth.module.js';
import { IngestionModule } from '../ingestion/ingestion.module.js';
import { LimitsModule } from '../limits/limits.module.js';
import { RoomsModule } from '../rooms/rooms.module.js';
import { SessionsModule } from '../sessions/sessions.module.js';
import { ErasureService } from './erasure.service.js';
import { ExportService } from './export.service.js';
import { PersonalDataController } from './personal-data.controller.js';
import { RedisTraces } from './redis-traces.js';

/** All that is kept of an account, over every store: its export and its erasure. */
@Module({
  imports: [AuthModule, IngestionModule, LimitsModule, RoomsModule, SessionsModule],
  controllers: [PersonalDataController],
  providers: [ErasureService, ExportService, RedisTraces],
})
export class PersonalDataModule {}
