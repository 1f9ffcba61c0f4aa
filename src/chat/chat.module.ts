import { Module } from '@nestjs/common';
import { AgentsModule } from '../agents/agents.module.js';
import { AuthModule } from '../auth/auth.module.js';
import { SessionsModule } from '../sessions/sessions.module.js';
import { AgentDeskController, AgentDeskGateway } from './dialects/agent-desk.js';
import { MovieChatbotController } from './dialects/movie-chatbot.js';
import { MovieFinderController } from './dialects/movie-finder.js';
import { PostChatController } from './dialects/post-chat.controller.js';
import { RagAssistantController } from './dialects/rag-assistant.js';
import { RoomsController, RoomsGateway } from './dialects/rooms.js';
import { RoomsDoor } from './dialects/rooms-door.js';
import { WatchChatController } from './dialects/watch-chat.controller.js';
import { MemoryRunLog } from './memory-run-log.js';
import { RunLease } from './run-lease.js';
import { RunLog } from './run-log.js';
import { RunProducer } from './run-producer.js';
import { RunService } from './run.service.js';

const dialects = [
  MovieFinderController,
  MovieChatbotController,
  RoomsController,
  AgentDeskController,
  RagAssistantController,
  PostChatController,
  WatchChatController,
];
const gateways = [RoomsGateway, AgentDeskGateway];

/** Runs, and the surfaces that start and show them. */
@Module({
  imports: [AgentsModule, AuthModule, SessionsModule],
  controllers: dialects,
  providers: [
    ...gateways,
    RoomsDoor,
    RunService,
    RunProducer,
    RunLease,
    { provide: RunLog, useClass: MemoryRunLog },
  ],
  exports: [RunProducer],
})
export class ChatModule {}
