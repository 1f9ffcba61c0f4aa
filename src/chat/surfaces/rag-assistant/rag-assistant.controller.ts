// S4, RAG assistant: SSE turns with sources, conversations.
// Oddities: a stream ends in the sentinel `[DONE]` unless the request carries a field newer than the
// document; times are epoch seconds; an empty `conversation_id` is none.

import { Controller, Delete, Get, Param, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import type { Source } from '../../../agents/agent.js';
import { toFinish } from '../../finish-reason.js';
import { RequireScope } from '../../../auth/access.js';
import { CurrentUser, type Principal } from '../../../auth/principal.js';
import { LinkBase } from '../../../common/links.js';
import { ApiAnswer, ApiErrors } from '../../../common/openapi.js';
import type { ConversationSummary } from '../../../database/repositories/conversations.repository.js';
import { ConversationsService, type ConversationHistory } from '../../../sessions/conversations.service.js';
import {
  conversationsSchema,
  deletedSchema,
  messagePageSchema,
  messagesSchema,
  pageSchema,
} from './schemas.js';
import { toSources } from './sources.js';
import { epochSeconds } from './wire.js';

const NOT_FOUND = 'Conversation not found';

const toConversation = (c: ConversationSummary) => ({
  id: c.clientId,
  conversation_id: c.clientId,
  title: c.title,
  created_at: epochSeconds(c.createdAt),
  last_message_at: epochSeconds(c.lastMessageAt),
  message_count: c.messageCount,
  last_snippet: c.lastMessage,
});

const toMessages = ({ conversation, messages }: ConversationHistory, base: string) =>
  messages.map(({ id, role, content, createdAt, sources, finishReason, status }) => ({
    id,
    conversation_id: conversation.clientId,
    role,
    content,
    created_at: epochSeconds(createdAt),
    ...toFinish({ finishReason, status }),
    ...(sources && { sources: toSources(sources as unknown as Source[], base) }),
  }));

@ApiTags('RAG assistant')
@RequireScope('conversations:read')
@Controller('conversations')
export class RagAssistantController {
  constructor(private readonly conversations: ConversationsService) {}

  @Get()
  @ApiOperation({ summary: "List the caller's conversations, latest activity first" })
  @ApiAnswer(200, conversationsSchema)
  @ApiErrors(422)
  async listConversations(
    @CurrentUser() user: Principal,
    @Query({ schema: pageSchema }) page: z.output<typeof pageSchema>,
  ) {
    const { items, next } = await this.conversations.list(user.id, page);
    return { items: items.map(toConversation), limit: page.limit, offset: page.offset, next };
  }

  @Get(':id/messages')
  @ApiOperation({
    summary: 'List the newest messages of a conversation, oldest first',
    description: 'Those before them with `next` as `cursor`, and so on to the first.',
  })
  @ApiAnswer(200, messagesSchema)
  @ApiErrors(404, 422)
  async listConversationMessages(
    @CurrentUser() user: Principal,
    @Param('id') id: string,
    @Query({ schema: messagePageSchema }) page: z.output<typeof messagePageSchema>,
    @LinkBase() base: string,
  ) {
    const history = await this.conversations.read(user.id, id, page, NOT_FOUND);
    return { messages: toMessages(history, base), limit: page.limit, next: history.next };
  }

  @RequireScope('chat')
  @Delete(':id')
  @ApiOperation({ summary: 'Delete a conversation and its messages' })
  @ApiAnswer(200, deletedSchema)
  @ApiErrors(404)
  async deleteConversation(@CurrentUser() user: Principal, @Param('id') id: string) {
    await this.conversations.delete(user.id, id, NOT_FOUND);
    return { status: 'deleted', conversation_id: id };
  }
}
