// S3, the agent desk: agents, history, and the frames of its WebSocket, which `agent-desk.gateway.ts` serves.
// Oddities: a question is plain text, and JSON for those who ask for it; one history route is misspelt in the document.

import { Controller, Get, Param } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import { AgentRegistry } from '../../../agents/agent-registry.js';
import { toFinish } from '../../finish-reason.js';
import { CurrentUser, type Principal } from '../../../auth/principal.js';
import { ApiAnswer } from '../../../common/openapi.js';
import type { ConversationSummary } from '../../../database/repositories/conversations.repository.js';
import type { StoredMessage } from '../../../database/repositories/messages.repository.js';
import { ConversationsService } from '../../../sessions/conversations.service.js';
import { agentsSchema, historySchema, messagesSchema } from './schemas.js';

const MAX_CONVERSATIONS = 1_000;
const MAX_MESSAGES = 10_000;

const toEntry = ({ clientId, lastMessageAt, title }: ConversationSummary) => ({
  conversation_id: clientId,
  ts: lastMessageAt.toISOString().replace('Z', '+00:00'),
  title_summary: title ?? 'New Chat',
});

const toMessage = ({ role, content, finishReason }: StoredMessage) => ({
  sender: role === 'user' ? ('You' as const) : ('Agent' as const),
  message: content,
  ...toFinish({ finishReason }),
});

@ApiTags('Agent desk')
@Controller()
export class AgentDeskController {
  constructor(
    private readonly agents: AgentRegistry,
    private readonly conversations: ConversationsService,
  ) {}

  @Get('agents')
  @ApiOperation({ summary: 'The agents there are' })
  @ApiAnswer(200, agentsSchema)
  list(): z.output<typeof agentsSchema> {
    return this.agents.all.map(({ label, description }, i) => ({
      id: i + 1,
      label,
      desc: description,
      selected: false,
    }));
  }

  @Get('history')
  @ApiOperation({ summary: 'The conversations of the caller, latest activity first' })
  @ApiAnswer(200, historySchema)
  async history(@CurrentUser() user: Principal): Promise<z.output<typeof historySchema>> {
    return (await this.conversations.list(user.id, { limit: MAX_CONVERSATIONS, offset: 0 })).map(toEntry);
  }

  @Get(['get_history_conversatino/:id', 'get_history_conversation/:id'])
  @ApiOperation({ summary: 'The messages of a conversation, oldest first; none for an unknown one' })
  @ApiAnswer(200, messagesSchema)
  async messages(
    @CurrentUser() user: Principal,
    @Param('id') id: string,
  ): Promise<z.output<typeof messagesSchema>> {
    return (await this.conversations.messagesIfAny(user.id, id, MAX_MESSAGES)).map(toMessage);
  }
}
