// S4, RAG assistant: SSE turns with sources, conversations.
// Oddities: a stream ends in the sentinel `[DONE]` unless the request carries a field newer than the
// document; times are epoch seconds; an empty `conversation_id` is none.

import { Controller, Delete, Get, Param, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import type { Source } from '../../../agents/agent.js';
import { toFinish } from '../../finish-reason.js';
import { CurrentUser, type Principal } from '../../../auth/principal.js';
import { ApiAnswer, ApiErrors } from '../../../common/openapi.js';
import type { ConversationSummary } from '../../../database/repositories/conversations.repository.js';
import { ConversationsService, type ConversationHistory } from '../../../sessions/conversations.service.js';
import { conversationsSchema, deletedSchema, limitSchema, messagesSchema, pageSchema } from './schemas.js';
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

const toMessages = ({ conversation, messages }: ConversationHistory) =>
  messages.map(({ id, role, content, createdAt, sources, finishReason }) => ({
    id,
    conversation_id: conversation.clientId,
    role,
    content,
    created_at: epochSeconds(createdAt),
    ...toFinish({ finishReason }),
    ...(sources && { sources: sources as unknown as Source[] }),
  }));

@ApiTags('RAG assistant')
@Controller('conversations')
export class RagAssistantController {
  constructor(private readonly conversations: ConversationsService) {}

  @Get()
  @ApiOperation({ summary: 'The conversations of the caller, latest activity first' })
  @ApiAnswer(200, conversationsSchema)
  @ApiErrors(422)
  async list(
    @CurrentUser() user: Principal,
    @Query({ schema: pageSchema }) page: z.output<typeof pageSchema>,
  ) {
    return { items: (await this.conversations.list(user.id, page)).map(toConversation), ...page };
  }

  @Get(':id/messages')
  @ApiOperation({ summary: 'The newest messages of a conversation, oldest first' })
  @ApiAnswer(200, messagesSchema)
  @ApiErrors(404, 422)
  async messages(
    @CurrentUser() user: Principal,
    @Param('id') id: string,
    @Query({ schema: limitSchema }) { limit }: z.output<typeof limitSchema>,
  ) {
    return { messages: toMessages(await this.conversations.read(user.id, id, limit, NOT_FOUND)), limit };
  }

  @Delete(':id')
  @ApiOperation({ summary: 'Deletes a conversation and its messages' })
  @ApiAnswer(200, deletedSchema)
  @ApiErrors(404)
  async remove(@CurrentUser() user: Principal, @Param('id') id: string) {
    await this.conversations.delete(user.id, id, NOT_FOUND);
    return { status: 'deleted', conversation_id: id };
  }
}
