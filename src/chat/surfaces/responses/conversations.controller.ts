// OpenAI's Conversations under `/v1/conversations`: the one store of conversations, by ids that begin with `conv_`.

import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query, UseFilters } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { v4 as uuidv4 } from 'uuid';
import { z } from 'zod';
import { AgentRegistry } from '../../../agents/agent-registry.js';
import { RequireScope } from '../../../auth/access.js';
import { CurrentUser, type Principal } from '../../../auth/principal.js';
import { notFound } from '../../../common/errors.js';
import { parseInput } from '../../../common/http/validation.pipe.js';
import { ApiAnswer, ApiBodies } from '../../../common/openapi.js';
import { queryInteger } from '../../../common/schemas.js';
import type { ConversationSummary } from '../../../database/repositories/conversations.repository.js';
import { ConversationsService } from '../../../sessions/conversations.service.js';
import { chosenAgent } from '../../wires/chosen-agent.js';
import { unfit } from '../../wires/newest-turn.js';
import { OpenAiErrorFilter } from '../openai/error.filter.js';
import { openAiErrorSchema } from '../openai/schemas.js';
import { conversationIdOf, uuidIn } from './ids.js';
import { toItem } from './items.js';
import { ResponseLookup } from './response-lookup.js';
import {
  conversationSchema,
  deletedSchema,
  itemSchema,
  itemsSchema,
  newConversationSchema,
} from './schemas.js';

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
  ) {}

  @Post()
  @ApiOperation({ summary: 'Create a conversation' })
  @HttpCode(200)
  @ApiBodies([newConversationSchema], { required: false })
  @ApiAnswer(200, conversationSchema)
  async createOpenAiConversation(@CurrentUser() user: Principal, @Body() body: unknown) {
    const metadata = metadataOf(body);
    const clientId = uuidv4();
    const { agent } = chosenAgent(this.agents, undefined);
    await this.conversations.open({ ownerId: user.id, clientId, agent, title: null, metadata });
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
  @ApiBodies([newConversationSchema])
  @ApiAnswer(200, conversationSchema)
  async updateOpenAiConversation(
    @CurrentUser() user: Principal,
    @Param('id') id: string,
    @Body() body: unknown,
  ) {
    const { clientId } = await this.lookup.conversation(user.id, id);
    const change = { metadata: metadataOf(body) };
    return toConversation(
      await this.conversations.change(user.id, clientId, change, 'Conversation not found'),
    );
  }

  @Delete(':id')
  @ApiOperation({ summary: 'Delete a conversation and its items' })
  @ApiAnswer(200, deletedSchema)
  async deleteOpenAiConversation(@CurrentUser() user: Principal, @Param('id') id: string) {
    const { clientId } = await this.lookup.conversation(user.id, id);
    await this.conversations.delete(user.id, clientId, 'Conversation not found');
    return { id: conversationIdOf(clientId), object: 'conversation.deleted', deleted: true as const };
  }

  @Get(':id/items')
  @RequireScope('conversations:read')
  @ApiOperation({ summary: 'List the messages of a conversation as items' })
  @ApiAnswer(200, itemsSchema)
  async listConversationItems(
    @CurrentUser() user: Principal,
    @Param('id') id: string,
    @Query({ schema: pageSchema }) { limit, order, after }: z.output<typeof pageSchema>,
  ) {
    const conversation = await this.lookup.conversation(user.id, id);
    const behind = after === undefined ? undefined : messageIdIn(after);
    const page = { limit: limit + 1, behind, newestFirst: order === 'desc' };
    const found = await this.conversations.listed(conversation, page);
    const data = found.slice(0, limit).map(toItem);
    return {
      object: 'list' as const,
      data,
      first_id: data.at(0)?.id ?? null,
      last_id: data.at(-1)?.id ?? null,
      has_more: found.length > limit,
    };
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
    return toItem(await this.conversations.message(conversation, messageIdIn(item), ITEM_NOT_FOUND));
  }
}

function metadataOf(body: unknown): Record<string, string> {
  const { metadata, items } = parseInput(newConversationSchema, body ?? {}, 'body');
  if (items?.length)
    throw unfit(
      'items',
      "Unsupported parameter: messages come into a conversation by responses, not as 'items'",
      'unsupported_parameter',
    );
  return metadata ?? {};
}

function messageIdIn(itemId: string): string {
  const messageId = uuidIn('msg', itemId);
  if (!messageId) throw notFound(ITEM_NOT_FOUND);
  return messageId;
}

const toConversation = ({ clientId, createdAt, metadata }: ConversationSummary) => ({
  id: conversationIdOf(clientId),
  object: 'conversation' as const,
  created_at: Math.floor(createdAt.getTime() / 1000),
  metadata: (metadata ?? {}) as Record<string, string>,
});
