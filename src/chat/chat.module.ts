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
import { AgentDeskController } from './surfaces/agent-desk/agent-desk.controller.js';
import { AgentDeskGateway } from './surfaces/agent-desk/agent-desk.gateway.js';
import { AgUiController } from './surfaces/ag-ui/ag-ui.controller.js';
import { AiSdkController } from './surfaces/ai-sdk/ai-sdk.controller.js';
import { AskAgentTool } from './surfaces/mcp/ask-agent.tool.js';
import { AttachmentResources } from './surfaces/mcp/attachment.resources.js';
import { LibraryTools } from './surfaces/mcp/library.tools.js';
import { McpController } from './surfaces/mcp/mcp.controller.js';
import { McpServerFactory } from './surfaces/mcp/mcp-server.js';
import { MovieChatbotController } from './surfaces/movie-chatbot/movie-chatbot.controller.js';
import { MovieFinderController } from './surfaces/movie-finder/movie-finder.controller.js';
import { OpenAiController } from './surfaces/openai/openai.controller.js';
import { RagAssistantController } from './surfaces/rag-assistant/rag-assistant.controller.js';
import { OpenAiConversationsController } from './surfaces/responses/conversations.controller.js';
import { ResponseDecider } from './surfaces/responses/response-decider.js';
import { ResponseLookup } from './surfaces/responses/response-lookup.js';
import { ResponsesController } from './surfaces/responses/responses.controller.js';
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
    MovieFinderController,
    MovieChatbotController,
    AgentDeskController,
    RagAssistantController,
    OpenAiController,
    ResponsesController,
    OpenAiConversationsController,
    AiSdkController,
    AgUiController,
    McpController,
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
  providers: [
    AgentDeskGateway,
    MessagePictures,
    ResponseLookup,
    ResponseDecider,
    McpServerFactory,
    AskAgentTool,
    LibraryTools,
    AttachmentResources,
    WarmUp,
  ],
})
export class ChatModule {}
