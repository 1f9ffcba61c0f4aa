import { Module } from '@nestjs/common';
import { AgentsModule } from '../agents/agents.module.js';
import { AuthModule } from '../auth/auth.module.js';
import { IdempotencyModule } from '../idempotency/idempotency.module.js';
import { LimitsModule } from '../limits/limits.module.js';
import { RunsModule } from '../runs/runs.module.js';
import { SessionsModule } from '../sessions/sessions.module.js';
import { BranchesController } from './branches.controller.js';
import { ConversationsController } from './conversations.controller.js';
import { SearchController } from './search.controller.js';
import { PostChatController } from './post-chat.controller.js';
import { RunsController } from './runs.controller.js';
import { AgentDeskController } from './surfaces/agent-desk/agent-desk.controller.js';
import { AgentDeskGateway } from './surfaces/agent-desk/agent-desk.gateway.js';
import { MovieChatbotController } from './surfaces/movie-chatbot/movie-chatbot.controller.js';
import { MovieFinderController } from './surfaces/movie-finder/movie-finder.controller.js';
import { OpenAiController } from './surfaces/openai/openai.controller.js';
import { RagAssistantController } from './surfaces/rag-assistant/rag-assistant.controller.js';
import { WatchChatController } from './watch-chat.controller.js';

/** What clients see of runs: the native API, and the surfaces. */
@Module({
  imports: [AgentsModule, AuthModule, IdempotencyModule, LimitsModule, RunsModule, SessionsModule],
  controllers: [
    MovieFinderController,
    MovieChatbotController,
    AgentDeskController,
    RagAssistantController,
    OpenAiController,
    PostChatController,
    WatchChatController,
    RunsController,
    BranchesController,
    ConversationsController,
    SearchController,
  ],
  providers: [AgentDeskGateway],
})
export class ChatModule {}
