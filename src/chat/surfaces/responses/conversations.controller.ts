// OpenAI's Conversations under `/v1/conversations`: the same conversations as on other surfaces, with ids prefixed
// by `conv_`.

import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query, UseFilters } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { v4 as uuidv4 } from 'uuid';
import { z } from 'zod';
import { wholeEpochSeconds } from '../../../common/time/epoch.js';
import { AgentRegistry } from '../../../agents/agent-registry.js';
import { RequireScope } from '../../../auth/access.js';
import { CurrentUser, type Principal } from '../../../auth/principal.js';
import { notFound } from '../../../common/errors.js';
import { parseInput } from '../../../common/http/validation.pipe.js';
import { ApiAnswer, ApiBodies } from '../../../common/openapi.js';
import { queryInteger } from '../../../common/schemas.js';
import type { ConversationSummary } from '../../../database/repositories/conversations.repository.js';
import type { StoredMessage } from '../../../database/repositories/messages.repository.js';
import { ConversationsService } from '../../../sessions/conversations.service.js';
import { MessageTreeService } from '../../../sessions/message-tree.service.js';
import { OutsideMessagesService } from '../../../sessions/outside-messages.service.js';
import { chosenAgent } from '../../wires/chosen-agent.js';
import { OpenAiErrorFilter } from '../openai/error.filter.js';
import { openAiErrorSchema } from '../openai/schemas.js';
import { conversationIdOf, partIn } from './ids.js';
import { toItem, toItems, type OutputItem } from './items.js';
import { newItemsOf, type NewItem } from './new-items.js';
import { ResponseLookup } from './response-lookup.js';
import {
  changedConversationSchema,
  conversationSchema,
  deletedSchema,
  itemSchema,
  itemsSchema,
  newConversationSchema,
  newItemsSchema,
} from './schemas.js';
import { Audited } from '../../../auth/audit/audited.decorator.js';

const ITEM_NOT_FOUND = 'Item not found';

const pageSchema = z.object({
  limit: queryInteger({ min: 1, max: 100, fallback: 20 }),
  order: z.enum(['asc', 'desc']).default('desc'),
  after: z.string().optional(),
});

@ApiTags('OpenAI')
@ApiAnswer(400, openAiErrorSchema)
@ApiAnswer(404, openAiErrorSchema)
@RequireScope('chat')
@UseFilters(OpenAiErrorFilter)
@Controller('v1/conversations')
export class OpenAiConversationsController {
  constructor(
    private readonly conversations: ConversationsService,
    private readonly lookup: ResponseLookup,
    private readonly agents: AgentRegistry,
    private readonly outside: OutsideMessagesService,
    private readonly trees: MessageTreeService,
  ) {}

  @Post()
  @ApiOperation({ summary: 'Create a conversation' })
  @HttpCode(200)
  @ApiBodies([newConversationSchema], { required: false })
  @ApiAnswer(200, conversationSchema)
  async createOpenAiConversation(@CurrentUser() user: Principal, @Body() body: unknown) {
    const { metadata, items } = parseInput(newConversationSchema, body ?? {}, 'body');
    const messages = newItemsOf(items ?? []);
    const clientId = uuidv4();
    const { agent } = chosenAgent(this.agents, undefined);
    await this.conversations.open({
      ownerId: user.id,
      clientId,
      agent,
      title: null,
      metadata: metadata ?? {},
    });
    await this.add(user.id, clientId, messages);
    return toConversation(await this.lookup.conversation(user.id, clientId));
  }

  @Get(':id')
  @RequireScope('conversations:read')
  @ApiOperation({ summary: 'Get a conversation' })
  @ApiAnswer(200, conversationSchema)
  async getOpenAiConversation(@CurrentUser() user: Principal, @Param('id') id: string) {
    return toConversation(await this.lookup.conversation(user.id, id));
  }

  @Post(':id')
  @ApiOperation({ summary: 'Replace the metadata of a conversation' })
  @HttpCode(200)
  @ApiBodies([changedConversationSchema])
  @ApiAnswer(200, conversationSchema)
  async updateOpenAiConversation(
    @CurrentUser() user: Principal,
    @Param('id') id: string,
    @Body() body: unknown,
  ) {
    const { clientId } = await this.lookup.conversation(user.id, id);
    const { metadata } = parseInput(changedConversationSchema, body, 'body');
    const change = { metadata: metadata ?? {} };
    return toConversation(
      await this.conversations.change(user.id, clientId, change, 'Conversation not found'),
    );
  }

  @Delete(':id')
  @Audited()
  @ApiOperation({ summary: 'Delete a conversation and its items' })
  @ApiAnswer(200, deletedSchema)
  async deleteOpenAiConversation(@CurrentUser() user: Principal, @Param('id') id: string) {
    const { clientId } = await this.lookup.conversation(user.id, id);
    await this.conversations.delete(user.id, clientId, 'Conversation not found');
    return { id: conversationIdOf(clientId), object: 'conversation.deleted', deleted: true as const };
  }

  @Get(':id/items')
  @RequireScope('conversations:read')
  @ApiOperation({ summary: 'List the messages and tool calls of a conversation as items' })
  @ApiAnswer(200, itemsSchema)
  async listConversationItems(
    @CurrentUser() user: Principal,
    @Param('id') id: string,
    @Query({ schema: pageSchema }) { limit, order, after }: z.output<typeof pageSchema>,
  ) {
    const conversation = await this.lookup.conversation(user.id, id);
    const newestFirst = order === 'desc';
    const last = after === undefined ? undefined : await this.messageOf(conversation, after);
    // The rest of the last message, and one item more than a page.
    const page = { limit: limit + 1, behind: last?.id, newestFirst };
    const found = await this.conversations.listed(conversation, page);
    const items = itemsOf(last ? [last, ...found] : found, newestFirst);
    const rest = items.slice(items.findIndex((item) => item.id === after) + 1);
    return toList(rest.slice(0, limit), rest.length > limit);
  }

  @Post(':id/items')
  @ApiOperation({
    summary: 'Add messages to a conversation without an answer',
    description:
      'Of the user and the assistant, at most 20 in one request; 409 while an answer is in progress.',
  })
  @HttpCode(200)
  @ApiBodies([newItemsSchema])
  @ApiAnswer(200, itemsSchema)
  async createConversationItems(
    @CurrentUser() user: Principal,
    @Param('id') id: string,
    @Body() body: unknown,
  ) {
    const messages = newItemsOf(parseInput(newItemsSchema, body, 'body').items);
    const { clientId } = await this.lookup.conversation(user.id, id);
    return toList((await this.add(user.id, clientId, messages)).map(toItem), false);
  }

  @Get(':id/items/:item')
  @RequireScope('conversations:read')
  @ApiOperation({ summary: 'Get an item of a conversation' })
  @ApiAnswer(200, itemSchema)
  async getConversationItem(
    @CurrentUser() user: Principal,
    @Param('id') id: string,
    @Param('item') item: string,
  ) {
    const conversation = await this.lookup.conversation(user.id, id);
    const message = await this.messageOf(conversation, item);
    return toItems(message).find((each) => each.id === item)!;
  }

  @Delete(':id/items/:item')
  @Audited()
  @ApiOperation({
    summary: 'Delete the newest item of a conversation',
    description:
      'Earlier items cannot be deleted alone, because later ones answer them: delete the conversation instead.',
  })
  @ApiAnswer(200, conversationSchema)
  async deleteConversationItem(
    @CurrentUser() user: Principal,
    @Param('id') id: string,
    @Param('item') item: string,
  ) {
    const conversation = await this.lookup.conversation(user.id, id);
    const name = { ownerId: user.id, conversationId: conversation.clientId };
    await this.trees.deleteLast(name, messageIdIn(item));
    return toConversation(conversation);
  }

  /** The message of an item, which is that message or a call of a tool for it. @throws ParleyError `not-found` */
  private async messageOf(conversation: ConversationSummary, item: string): Promise<StoredMessage> {
    const messageId = (partIn('mcp', item) ?? partIn('msg', item))?.uuid;
    if (!messageId) throw notFound(ITEM_NOT_FOUND);
    const message = await this.conversations.message(conversation, messageId, ITEM_NOT_FOUND);
    if (!toItems(message).some(({ id }) => id === item)) throw notFound(ITEM_NOT_FOUND);
    return message;
  }

  /** Sequential: each message is a child of the previous one. */
  private async add(
    ownerId: string,
    conversationId: string,
    messages: readonly NewItem[],
  ): Promise<StoredMessage[]> {
    const stored: StoredMessage[] = [];
    for (const message of messages) stored.push(await this.outside.add({ ownerId, conversationId }, message));
    return stored;
  }
}

const itemsOf = (messages: readonly StoredMessage[], newestFirst: boolean): OutputItem[] =>
  messages.flatMap((message) => (newestFirst ? toItems(message).toReversed() : toItems(message)));

const toList = (data: OutputItem[], hasMore: boolean) => ({
  object: 'list' as const,
  data,
  first_id: data.at(0)?.id ?? null,
  last_id: data.at(-1)?.id ?? null,
  has_more: hasMore,
});

function messageIdIn(itemId: string): string {
  const messageId = partIn('msg', itemId)?.uuid;
  if (!messageId) throw notFound(ITEM_NOT_FOUND);
  return messageId;
}

const toConversation = ({ clientId, createdAt, metadata }: ConversationSummary) => ({
  id: conversationIdOf(clientId),
  object: 'conversation' as const,
  created_at: wholeEpochSeconds(createdAt),
  metadata: (metadata ?? {}) as Record<string, string>,
});
