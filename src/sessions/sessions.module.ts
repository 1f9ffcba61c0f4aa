import { Module } from '@nestjs/common';
import { IdempotencyModule } from '../idempotency/idempotency.module.js';
import { IngestionModule } from '../ingestion/ingestion.module.js';
import { ConversationsService } from './conversations.service.js';
import { MessageTreeService } from './message-tree.service.js';
import { DeletedRuns } from './deleted-runs.js';

/** Conversations at rest. */
@Module({
  imports: [IdempotencyModule, IngestionModule],
  providers: [ConversationsService, DeletedRuns, MessageTreeService],
  exports: [ConversationsService, DeletedRuns, MessageTreeService],
})
export class SessionsModule {}
