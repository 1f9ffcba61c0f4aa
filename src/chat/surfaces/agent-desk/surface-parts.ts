import type { SurfaceParts } from '../../surface.js';
import { AgentDeskController } from './agent-desk.controller.js';
import { AgentDeskGateway } from './agent-desk.gateway.js';
import { agentDesk } from './surface.js';

export const agentDeskParts: SurfaceParts = {
  surface: agentDesk,
  controllers: [AgentDeskController],
  providers: [AgentDeskGateway],
  tag: ['Agent desk', 'For clients of the agent desk; its messages go over the WebSocket `/async_chat`.'],
};
