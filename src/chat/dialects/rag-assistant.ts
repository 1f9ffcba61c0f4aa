// S4, RAG assistant: SSE turns with sources, conversations.
// Oddities: a stream ends in the sentinel `[DONE]` unless the request carries a field newer than the
// document; times are epoch seconds; an empty `conversation_id` is none.

import { Controller, Delete, Get, Param, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import type { Source } from '../../agents/agent.js';
import { CurrentUser, type Principal } from '../../auth/principal.js';
import { ParleyError } from '../../common/errors.js';
import type { Json } from '../../common/json.js';
import { ApiAnswer } from '../../common/openapi.js';
import { clampedInteger, queryInteger } from '../../common/schemas.js';
import { sseFrames } from '../../common/sse.js';
import { boundedText, isStorableJson } from '../../common/text.js';
import { parseInput } from '../../common/validation.pipe.js';
import type { ConversationSummary } from '../../database/repositories/conversations.repository.js';
import { ConversationsService, type ConversationHistory } from '../../sessions/conversations.service.js';
import type { StartRun, StartedRun } from '../run.service.js';
import type { ToSse } from '../stream-run.js';

export const sendSchema = z
  .object({
    message: boundedText(1, 32_000),
    conversation_id: boundedText(0, 128).nullish(),
    context: z
      .record(z.string(), z.unknown())
      .refine((value) => isStorableJson(value), 'not storable')
      .nullish(),
    top_k: z.int().min(1).max(50).default(5),
    include_citations: z.boolean().default(true),
    attachment_ids: z.array(boundedText(1, 128)).max(100).default([]),
  })
  .meta({
    id: 'RagAssistantMessage',
    example: { message: 'What does the handbook say about leave?', context: { page: 'dashboard' } },
  });

const sourceSchema = z.object({
  source: z.string(),
  title: z.string(),
  text: z.string(),
  score: z.number(),
  metadata: z.record(z.string(), z.unknown()),
});

export const eventSchema = z
  .discriminatedUnion('type', [
    z.object({
      type: z.literal('meta'),
      data: z.object({ conversation_id: z.string(), run_id: z.string() }),
    }),
    z.object({ type: z.literal('sources'), data: z.array(sourceSchema) }),
    z.object({ type: z.literal('token'), data: z.string() }),
    z.object({ type: z.literal('error'), data: z.object({ message: z.string() }) }),
    z.object({ type: z.literal('done'), data: z.null() }),
  ])
  .meta({ id: 'RagAssistantEvent' });

const conversationsSchema = z
  .object({
    items: z.array(
      z.object({
        id: z.string(),
        conversation_id: z.string(),
        title: z.string().nullable(),
        created_at: z.number(),
        last_message_at: z.number(),
        message_count: z.int(),
        last_snippet: z.string().nullable(),
      }),
    ),
    limit: z.int(),
    offset: z.int(),
  })
  .meta({ id: 'Conversations' });

const messagesSchema = z
  .object({
    messages: z.array(
      z.object({
        id: z.string(),
        conversation_id: z.string(),
        role: z.enum(['user', 'assistant']),
        content: z.string(),
        created_at: z.number(),
        sources: z.array(sourceSchema).optional(),
      }),
    ),
    limit: z.int(),
  })
  .meta({ id: 'ConversationMessages' });

const deletedSchema = z.object({ status: z.literal('deleted'), conversation_id: z.string() });

const pageSchema = z.object({
  limit: clampedInteger({ min: 1, max: 200, fallback: 50 }),
  offset: clampedInteger({ min: 0, max: 2 ** 31 - 1, fallback: 0 }),
});
const limitSchema = z.object({ limit: queryInteger({ min: 1, max: 500, fallback: 200 }) });

const NOT_FOUND = 'Conversation not found';
const NEWER_FIELDS = ['top_k', 'include_citations', 'attachment_ids'];

/** How the stream of a request is to look. */
export interface WireOptions {
  citations: boolean;
  sentinel: boolean;
}

/** @throws InvalidInput, or ParleyError `foreign-attachment` */
export function fromWire(body: unknown, ownerId: string): { turn: StartRun; wire: WireOptions } {
  const request = parseInput(sendSchema, body, 'body');
  if (request.attachment_ids.length > 0)
    throw new ParleyError('forbidden', 'foreign-attachment', 'Forbidden attachment access');
  return {
    turn: {
      ownerId,
      conversationId: request.conversation_id || undefined,
      agent: 'assistant',
      message: request.message,
      context: (request.context as Json | undefined) ?? undefined,
    },
    wire: {
      citations: request.include_citations,
      sentinel: !NEWER_FIELDS.some((field) => Object.hasOwn(body as object, field)),
    },
  };
}

export function toWire({ runId, conversationId }: StartedRun, { citations, sentinel }: WireOptions): ToSse {
  const end = ['{"type":"done","data":null}', ...(sentinel ? ['[DONE]'] : [])];
  return (event) => {
    switch (event.type) {
      case 'started': {
        const meta = { type: 'meta', data: { conversation_id: conversationId, run_id: runId } };
        return sseFrames(runId, event.offset, JSON.stringify(meta));
      }
      case 'sources':
        return citations
          ? sseFrames(runId, event.offset, JSON.stringify({ type: 'sources', data: event.sources }))
          : '';
      case 'token':
        return sseFrames(runId, event.offset, `{"type":"token","data":${JSON.stringify(event.text)}}`);
      case 'completed':
        return sseFrames(runId, event.offset, ...end);
      case 'failed': {
        const error = JSON.stringify({ type: 'error', data: { message: event.message } });
        return sseFrames(runId, event.offset, error, ...end);
      }
      case 'state':
      case 'log':
        return '';
    }
  };
}

const epochSeconds = (date: Date) => date.getTime() / 1000;

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
  messages.map(({ id, role, content, createdAt, sources }) => ({
    id,
    conversation_id: conversation.clientId,
    role,
    content,
    created_at: epochSeconds(createdAt),
    ...(sources && { sources: sources as unknown as Source[] }),
  }));

@ApiTags('RAG assistant')
@Controller('conversations')
export class RagAssistantController {
  constructor(private readonly conversations: ConversationsService) {}

  /** The conversations of the caller, latest activity first. */
  @Get()
  @ApiAnswer(200, conversationsSchema)
  async list(
    @CurrentUser() user: Principal,
    @Query({ schema: pageSchema }) page: z.output<typeof pageSchema>,
  ) {
    return { items: (await this.conversations.list(user.id, page)).map(toConversation), ...page };
  }

  /** The newest messages of a conversation, oldest first. */
  @Get(':id/messages')
  @ApiAnswer(200, messagesSchema)
  async messages(
    @CurrentUser() user: Principal,
    @Param('id') id: string,
    @Query({ schema: limitSchema }) { limit }: z.output<typeof limitSchema>,
  ) {
    return { messages: toMessages(await this.conversations.read(user.id, id, limit, NOT_FOUND)), limit };
  }

  /** Deletes a conversation and its messages. */
  @Delete(':id')
  @ApiAnswer(200, deletedSchema)
  async remove(@CurrentUser() user: Principal, @Param('id') id: string) {
    await this.conversations.delete(user.id, id, NOT_FOUND);
    return { status: 'deleted', conversation_id: id };
  }
}
