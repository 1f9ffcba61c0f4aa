import { Module } from '@nestjs/common';
import { AgentsModule } from '../agents/agents.module.js';
import { AuthModule } from '../auth/auth.module.js';
import { BudgetsModule } from '../budgets/budgets.module.js';
import { IdempotencyModule } from '../idempotency/idempotency.module.js';
import { IngestionModule } from '../ingestion/ingestion.module.js';
import { LimitsModule } from '../limits/limits.module.js';
import { RunsModule } from '../runs/runs.module.js';
import { SessionsModule } from '../sessions/sessions.module.js';
import { BranchesController } from './branches.controller.js';
import { ConversationsController } from './conversations.controller.js';
import { FeedbackController } from './feedback.controller.js';
import { SharedController, SharesController } from './shares.controller.js';
import { UsageController } from './usage.controller.js';
import { MemoriesController } from './memories.controller.js';
import { SearchController } from './search.controller.js';
import { UploadsModule } from '../uploads/uploads.module.js';
import { PostChatController } from './post-chat.controller.js';
import { ApprovalsController } from './approvals.controller.js';
import { RunsController } from './runs.controller.js';
import { SURFACES } from './surfaces.js';
import { MessagePictures } from './wires/message-pictures.js';
import { WarmUp } from './warm-up/warm-up.js';
import { WatchChatController } from './watch-chat.controller.js';

/** HTTP and WebSocket access to runs: the native API and the surfaces. */
@Module({
  imports: [
    AgentsModule,
    AuthModule,
    BudgetsModule,
    IdempotencyModule,
    IngestionModule,
    LimitsModule,
    RunsModule,
    SessionsModule,
    UploadsModule,
  ],
  controllers: [
    ...SURFACES.flatMap(({ controllers }) => controllers),
    PostChatController,
    WatchChatController,
    RunsController,
    ApprovalsController,
    BranchesController,
    ConversationsController,
    MemoriesController,
    SearchController,
    FeedbackController,
    UsageController,
    SharesController,
    SharedController,
  ],
  providers: [...SURFACES.flatMap(({ providers = [] }) => providers), MessagePictures, WarmUp],
})
export class ChatModule {}
