// S4, RAG assistant: SSE turns with sources, conversations. Oddities: a stream ends in the sentinel `[DONE]` unless
// the request carries a field newer than the document; times are epoch seconds; an empty `conversation_id` counts
// as omitted.

import { Controller, Delete, Get, Param, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import { RequireScope } from '../../../auth/access.js';
import { CurrentUser, type Principal } from '../../../auth/principal.js';
import { LinkBase } from '../../../common/links.js';
import { ApiAnswer, ApiErrors } from '../../../common/openapi.js';
import { queryBoolean } from '../../../common/schemas.js';
import type { ConversationSummary } from '../../../database/repositories/conversations.repository.js';
import type { MessageCursor, TreeCursor } from '../../../database/repositories/page.js';
import { ConversationsService } from '../../../sessions/conversations.service.js';
import { MessageTreeService } from '../../../sessions/message-tree.service.js';
import {
  conversationsSchema,
  deletedSchema,
  messagePageSchema,
  messagesSchema,
  pageSchema,
} from './schemas.js';
import { toConversation, toMessage, toSummary } from './wire.js';
import { Audited } from '../../../auth/audit/audited.decorator.js';

const conversationsQuerySchema = pageSchema.extend({
  pinned: queryBoolean().optional().describe('only those that are pinned, or only those that are not'),
});
type MessagePage = z.output<typeof messagePageSchema>;

const NOT_FOUND = 'Conversation not found';
/** Cursor before all ids at one position. */
const FIRST_ID = '00000000-0000-0000-0000-000000000000';

@ApiTags('RAG assistant')
@RequireScope('conversations:read')
@Controller('conversations')
export class RagAssistantController {
  constructor(
    private readonly conversations: ConversationsService,
    private readonly trees: MessageTreeService,
  ) {}

  @Get()
  @ApiOperation({ summary: "List the caller's conversations, latest activity first" })
  @ApiAnswer(200, conversationsSchema)
  @ApiErrors(422)
  async listConversations(
    @CurrentUser() user: Principal,
    @Query({ schema: conversationsQuerySchema })
    { pinned: isPinned, ...page }: z.output<typeof conversationsQuerySchema>,
  ) {
    const { items, next } = await this.conversations.list(user.id, { ...page, isPinned });
    return { items: items.map(toConversation), limit: page.limit, offset: page.offset, next };
  }

  @Get(':id/messages')
  @ApiOperation({
    summary: 'List the newest messages of a conversation, oldest first',
    description:
      'Older pages: send `next` as `cursor`. In a conversation with branches only the selected branch is ' +
      'listed; `tree=1` lists all of them.',
  })
  @ApiAnswer(200, messagesSchema)
  @ApiErrors(404, 422)
  async listConversationMessages(
    @CurrentUser() user: Principal,
    @Param('id') id: string,
    @Query({ schema: messagePageSchema }) page: z.output<typeof messagePageSchema>,
    @LinkBase() base: string,
  ) {
    return page.tree ? this.listTree(user, id, page, base) : this.listPath(user, id, page, base);
  }

  @RequireScope('chat')
  @Delete(':id')
  @Audited()
  @ApiOperation({ summary: 'Delete a conversation and its messages' })
  @ApiAnswer(200, deletedSchema)
  @ApiErrors(404)
  async deleteConversation(@CurrentUser() user: Principal, @Param('id') id: string) {
    await this.conversations.delete(user.id, id, NOT_FOUND);
    return { status: 'deleted', conversation_id: id };
  }

  private async listPath(user: Principal, id: string, { limit, cursor }: MessagePage, base: string) {
    const page = { limit, cursor: cursor && ([cursor[0]] satisfies MessageCursor) };
    const history = await this.conversations.read(user.id, id, page, NOT_FOUND);
    return {
      messages: history.messages.map((message) => toMessage(message, history.conversation.clientId, base)),
      ...(await this.summaryOf(history.conversation)),
      limit,
      next: history.next,
    };
  }

  private async listTree(user: Principal, id: string, { limit, cursor }: MessagePage, base: string) {
    const page = { limit, cursor: cursor && ([cursor[0], cursor[1] ?? FIRST_ID] satisfies TreeCursor) };
    const { conversation, messages, next } = await this.trees.read(
      { ownerId: user.id, conversationId: id },
      page,
    );
    return {
      messages: messages.map((message) => ({
        ...toMessage(message, conversation.clientId, base),
        parent_id: message.parentId,
        siblings: message.siblings,
        is_shown: message.isShown,
        run_id: message.runId,
        rating: message.rating,
      })),
      head_id: conversation.headId,
      ...(await this.summaryOf(conversation)),
      limit,
      next,
    };
  }

  private async summaryOf(conversation: ConversationSummary) {
    const summary = await this.conversations.summary(conversation);
    return summary ? { summary: toSummary(summary) } : {};
  }
}
