import { Module } from '@nestjs/common';
import { AgentsModule } from '../agents/agents.module.js';
import { AuthModule } from '../auth/auth.module.js';
import { IdempotencyModule } from '../idempotency/idempotency.module.js';
import { SessionsModule } from '../sessions/sessions.module.js';
import { AgentDeskGateway } from './dialects/agent-desk.gateway.js';
import { AgentDeskController } from './dialects/agent-desk.js';
import { MovieChatbotController } from './dialects/movie-chatbot.js';
import { MovieFinderController } from './dialects/movie-finder.js';
import { PostChatController } from './dialects/post-chat.controller.js';
import { RagAssistantController } from './dialects/rag-assistant.js';
import { RoomsController, RoomsGateway } from './dialects/rooms.js';
import { RoomsDoor } from './dialects/rooms-door.js';
import { RunsController } from './dialects/runs.controller.js';
import { WatchChatController } from './dialects/watch-chat.controller.js';
import { LiveRuns } from './live-runs.js';
import { ProcessLease } from './process-lease.js';
import { RunCheckpoints } from './run-checkpoints.js';
import { RunFinisher } from './run-finisher.js';
import { RunFollower } from './run-follower.js';
import { RunLease } from './run-lease.js';
import { RunLog } from './run-log.js';
import { RunProducer } from './run-producer.js';
import { RunRecovery } from './run-recovery.js';
import { RunService } from './run.service.js';

const dialects = [
  MovieFinderController,
  MovieChatbotController,
  RoomsController,
  AgentDeskController,
  RagAssistantController,
  PostChatController,
  WatchChatController,
  RunsController,
];
const gateways = [RoomsGateway, AgentDeskGateway];

/** Runs, and the surfaces that start and show them. */
@Module({
  imports: [AgentsModule, AuthModule, IdempotencyModule, SessionsModule],
  controllers: dialects,
  providers: [
    ...gateways,
    RoomsDoor,
    RunService,
    RunProducer,
    RunFinisher,
    RunFollower,
    LiveRuns,
    RunLog,
    RunCheckpoints,
    RunLease,
    RunRecovery,
    ProcessLease,
  ],
  exports: [RunProducer],
})
export class ChatModule {}
