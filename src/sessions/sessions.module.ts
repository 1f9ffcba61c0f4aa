import { Module } from '@nestjs/common';
import { AuthModule } from '../auth/auth.module.js';
import { IdempotencyModule } from '../idempotency/idempotency.module.js';
import { IngestionModule } from '../ingestion/ingestion.module.js';
import { ConversationsService } from './conversations.service.js';
import { MessageIndexer } from './search/message-indexer.js';
import { MessageSearchService } from './search/message-search.service.js';
import { OutsideMessagesService } from './outside-messages.service.js';
import { SharesService } from './shares/shares.service.js';
import { ConversationSearchService } from './search/conversation-search.service.js';
import { FeedbackService } from './feedback.service.js';
import { MemoriesService } from './memories/memories.service.js';
import { MessageTreeService } from './message-tree.service.js';
import { Retention } from './retention/retention.js';
import { DeletedRuns } from './deleted-runs.js';

/** Stored conversations. */
@Module({
  imports: [AuthModule, IdempotencyModule, IngestionModule],
  providers: [
    ConversationsService,
    DeletedRuns,
    Retention,
    FeedbackService,
    SharesService,
    MemoriesService,
    MessageTreeService,
    MessageIndexer,
    MessageSearchService,
    ConversationSearchService,
    OutsideMessagesService,
  ],
  exports: [
    ConversationsService,
    DeletedRuns,
    Retention,
    FeedbackService,
    SharesService,
    MemoriesService,
    MessageTreeService,
    MessageSearchService,
    ConversationSearchService,
    OutsideMessagesService,
  ],
})
export class SessionsModule {}
