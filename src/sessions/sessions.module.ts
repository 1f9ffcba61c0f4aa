import { Module } from '@nestjs/common';
import { IdempotencyModule } from '../idempotency/idempotency.module.js';
import { IngestionModule } from '../ingestion/ingestion.module.js';
import { ConversationsService } from './conversations.service.js';
import { RoomStore } from './rooms/room-store.js';
import { RoomsService } from './rooms/rooms.service.js';

/** Conversations at rest, and rooms. */
@Module({
  imports: [IdempotencyModule, IngestionModule],
  providers: [ConversationsService, RoomStore, RoomsService],
  exports: [ConversationsService, RoomsService],
})
export class SessionsModule {}
