import { Module } from '@nestjs/common';
import { AuthModule } from '../auth/auth.module.js';
import { LimitsModule } from '../limits/limits.module.js';
import { RoomAuthGuard } from './room-auth.guard.js';
import { RoomStore } from './room-store.js';
import { RoomsController } from './rooms.controller.js';
import { RoomsGateway } from './rooms.gateway.js';
import { RoomsService } from './rooms.service.js';

/** Rooms: shared message logs with a TTL. Independent of the rest of Parley. */
@Module({
  imports: [AuthModule, LimitsModule],
  controllers: [RoomsController],
  providers: [RoomsGateway, RoomAuthGuard, RoomStore, RoomsService],
  exports: [RoomsService],
})
export class RoomsModule {}
