// S3, the agent desk: agents, history, and the frames of its WebSocket, which `agent-desk.gateway.ts` serves.
// Oddities: a question is plain text, or JSON on request; one history route is misspelt in the document.

import { Controller, Get, Param, Query, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import type { z } from 'zod';
import { AgentRegistry } from '../../../agents/agent-registry.js';
import { toFinish } from '../../wires/finish-reason.js';
import { RequireScope } from '../../../auth/access.js';
import { CurrentUser, type Principal } from '../../../auth/principal.js';
import { linkToNext } from '../../../common/cursor.js';
import { ApiAnswer, ApiErrors } from '../../../common/openapi.js';
import type { ConversationSummary } from '../../../database/repositories/conversations.repository.js';
import { offsetTime } from '../../../common/text.js';
import type { StoredMessage } from '../../../database/repositories/messages.repository.js';
import { ConversationsService } from '../../../sessions/conversations.service.js';
import {
  agentsSchema,
  historyPageSchema,
  historySchema,
  messagePageSchema,
  messagesSchema,
} from './schemas.js';

const LINK = 'The next page, if any, is linked in the `Link` header with `rel="next"`.';

const toEntry = ({ clientId, lastMessageAt, title }: ConversationSummary) => ({
  conversation_id: clientId,
  ts: offsetTime(lastMessageAt),
  title_summary: title ?? 'New Chat',
});

const toMessage = ({ role, content, finishReason, status }: StoredMessage) => ({
  sender: role === 'user' ? ('You' as const) : ('Agent' as const),
  message: content,
  ...toFinish({ finishReason, status }),
});

@ApiTags('Agent desk')
@RequireScope('conversations:read')
@Controller()
export class AgentDeskController {
  constructor(
    private readonly agents: AgentRegistry,
    private readonly conversations: ConversationsService,
  ) {}

  @RequireScope('any')
  @Get('agents')
  @ApiOperation({ summary: 'List agents' })
  @ApiAnswer(200, agentsSchema)
  listAgents(): z.output<typeof agentsSchema> {
    return this.agents.all.map(({ id, label, description, greeting, starters }, i) => ({
      id: i + 1,
      label,
      desc: description,
      selected: false,
      name: id,
      ...(greeting !== null && { greeting }),
      ...(starters.length > 0 && { starters: [...starters] }),
    }));
  }

  @Get('history')
  @ApiOperation({ summary: "List the caller's conversations, latest activity first", description: LINK })
  @ApiAnswer(200, historySchema)
  @ApiErrors(422)
  async listHistory(
    @CurrentUser() user: Principal,
    @Query({ schema: historyPageSchema }) page: z.output<typeof historyPageSchema>,
    @Res({ passthrough: true }) response: Response,
  ): Promise<z.output<typeof historySchema>> {
    const { items, next } = await this.conversations.list(user.id, { ...page, offset: 0 });
    if (next) response.setHeader('Link', linkToNext({ limit: page.limit, cursor: next }));
    return items.map(toEntry);
  }

  @Get('get_history_conversation/:id')
  @ApiOperation({
    summary: 'List the messages of a conversation, oldest first; none for an unknown one',
    description: `All of them, or the newest \`limit\`. ${LINK}`,
  })
  @ApiAnswer(200, messagesSchema)
  @ApiErrors(422)
  async getHistoryConversation(
    @CurrentUser() user: Principal,
    @Param('id') id: string,
    @Query({ schema: messagePageSchema }) page: z.output<typeof messagePageSchema>,
    @Res({ passthrough: true }) response: Response,
  ): Promise<z.output<typeof messagesSchema>> {
    const { messages, next } = await this.conversations.messagesIfAny(user.id, id, page);
    if (next) response.setHeader('Link', linkToNext({ limit: page.limit, cursor: next }));
    return messages.map(toMessage);
  }

  /** The path as its clients have always misspelt it. */
  @Get('get_history_conversatino/:id')
  @ApiOperation({
    summary: 'List the messages of a conversation, oldest first; none for an unknown one',
    description: `All of them, or the newest \`limit\`. ${LINK}`,
  })
  @ApiAnswer(200, messagesSchema)
  @ApiErrors(422)
  getHistoryConversatino(
    @CurrentUser() user: Principal,
    @Param('id') id: string,
    @Query({ schema: messagePageSchema }) page: z.output<typeof messagePageSchema>,
    @Res({ passthrough: true }) response: Response,
  ): Promise<z.output<typeof messagesSchema>> {
    return this.getHistoryConversation(user, id, page, response);
  }
}
