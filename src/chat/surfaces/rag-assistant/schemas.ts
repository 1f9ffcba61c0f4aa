import { z } from 'zod';
import { finishReasonSchema } from '../../wires/finish-reason.js';
import { cursor } from '../../../common/cursor.js';
import { clampedInteger, queryInteger } from '../../../common/schemas.js';
import { boundedText, isStorableJson } from '../../../common/text.js';
import { CONVERSATION, RUN, SOURCE, sourceSchema } from './events.js';
import { conversationCursor, messageCursor, treeCursor } from '../../../database/repositories/page.js';

const SECONDS = 1_795_200_000.25;

export const sendSchema = z
  .object({
    message: boundedText(0, 32_000).describe(
      'may be empty if `attachment_ids` is not; a summary is requested then',
    ),
    conversation_id: boundedText(0, 128).nullish(),
    agent: boundedText(0, 128)
      .nullish()
      .describe(
        'the `name` or `label` of one of `GET /agents/`; it answers from now on; the assistant in a new conversation',
      ),
    context: z
      .record(z.string(), z.unknown())
      .refine((value) => isStorableJson(value), 'not storable')
      .nullish(),
    top_k: z.int().min(1).max(50).optional().meta({ default: 5 }),
    include_citations: z.boolean().default(true),
    include_reasoning: z
      .boolean()
      .default(false)
      .describe("streams the model's reasoning as `reasoning` events"),
    attachment_ids: z.array(boundedText(1, 128)).max(100).optional().meta({ default: [] }),
  })
  .check(({ value: { message, attachment_ids: files }, issues }) => {
    if (message || files?.length) return;
    issues.push({
      code: 'too_small',
      origin: 'string',
      minimum: 1,
      inclusive: true,
      path: ['message'],
      input: message,
    });
  })
  .meta({
    id: 'RagAssistantMessage',
    title: 'RAG assistant: for new clients',
    example: { message: 'What does the handbook say about leave?', context: { page: 'dashboard' } },
  });

export const conversationSchema = z
  .object({
    id: z.string(),
    conversation_id: z.string(),
    title: z.string().nullable(),
    created_at: z.number(),
    last_message_at: z.number(),
    message_count: z.int(),
    last_snippet: z.string().nullable(),
    pinned: z.boolean().optional().describe('only for a pinned conversation'),
  })
  .meta({
    id: 'Conversation',
    example: {
      id: CONVERSATION,
      conversation_id: CONVERSATION,
      title: 'What does the handbook say about leave?',
      created_at: SECONDS,
      last_message_at: SECONDS,
      message_count: 2,
      last_snippet: 'Thirty days a year [1].',
    },
  });

export const conversationsSchema = z
  .object({
    items: z.array(conversationSchema),
    limit: z.int(),
    offset: z.int(),
    next: z.string().nullable().describe('the `cursor` of the next page; null on the last page'),
  })
  .meta({
    id: 'Conversations',
    example: { items: [conversationSchema.meta()?.example], limit: 50, offset: 0, next: null },
  });

const toolCallSchema = z.object({
  id: z.string(),
  name: z.string(),
  status: z
    .enum(['done', 'failed', 'rejected', 'stopped'])
    .describe('`rejected` by a person, `stopped` with the answer'),
  input: z.unknown(),
  output: z.unknown().optional(),
  error: z.string().optional().describe('why it failed'),
  ms: z.int().optional().describe('duration in milliseconds'),
});
export type ShownToolCall = z.output<typeof toolCallSchema>;

export const messageSchema = z
  .object({
    id: z.string(),
    conversation_id: z.string(),
    role: z.enum(['user', 'assistant']),
    content: z.string(),
    created_at: z.number(),
    finish_reason: finishReasonSchema.optional(),
    sources: z.array(sourceSchema).optional(),
    tool_calls: z
      .array(toolCallSchema)
      .optional()
      .describe(
        'of a reply for which tools were called: at most 32; a long input or output is cut, and a text',
      ),
  })
  .meta({
    id: 'ConversationMessage',
    example: {
      id: RUN,
      conversation_id: CONVERSATION,
      role: 'assistant',
      content: 'Thirty days a year [1].',
      created_at: SECONDS,
      sources: [SOURCE],
    },
  });

export const summarySchema = z
  .object({
    id: z.string(),
    role: z.literal('summary'),
    content: z.string(),
    first_message_id: z
      .string()
      .describe('with the next field, the range of messages that it replaces in prompts'),
    last_message_id: z.string(),
    message_count: z.int(),
    created_at: z.number(),
  })
  .meta({
    id: 'ConversationSummary',
    example: {
      id: '019c1357-5ab8-7a3c-8f67-0f3d6ac2ff0b',
      role: 'summary',
      content: 'Ada asks about parental leave; the handbook says sixteen weeks.',
      first_message_id: RUN,
      last_message_id: RUN,
      message_count: 12,
      created_at: SECONDS,
    },
  });

/** With its place in the tree, when all of that was requested. */
const treeMessageSchema = messageSchema.extend({
  parent_id: z.string().nullable().optional().describe('with `tree`, as the fields below'),
  siblings: z.array(z.string()).optional().describe('messages with the same parent, oldest first'),
  is_shown: z.boolean().optional().describe('whether it is on the selected branch'),
  run_id: z.string().nullable().optional().describe('the run that wrote a reply, or answers a message'),
  rating: z.literal([1, -1]).nullable().optional().describe('null for a message that was not rated'),
});

export const messagesSchema = z
  .object({
    messages: z.array(treeMessageSchema),
    head_id: z.string().nullable().optional().describe('with `tree`: the last of the selected branch'),
    summary: summarySchema
      .optional()
      .describe('of the earlier messages of the selected branch, which it replaces in prompts'),
    limit: z.int(),
    next: z
      .string()
      .nullable()
      .describe('the `cursor` of the messages before these; null on the oldest page'),
  })
  .meta({
    id: 'ConversationMessages',
    example: {
      messages: [messageSchema.meta()?.example],
      limit: 200,
      next: null,
    },
  });

export const deletedSchema = z
  .object({ status: z.literal('deleted'), conversation_id: z.string() })
  .meta({ id: 'DeletedConversation', example: { status: 'deleted', conversation_id: CONVERSATION } });

export const pageSchema = z.object({
  limit: clampedInteger({ min: 1, max: 200, fallback: 50 }),
  offset: clampedInteger({ min: 0, max: 2 ** 31 - 1, fallback: 0 }),
  cursor: cursor(conversationCursor).optional(),
});
export const messagePageSchema = z.object({
  limit: queryInteger({ min: 1, max: 500, fallback: 200 }),
  cursor: cursor(z.union([messageCursor, treeCursor])).optional(),
  tree: z
    .enum(['1', 'true', '0', 'false'])
    .optional()
    .transform((value) => value === '1' || value === 'true')
    .meta({ description: 'messages of all branches, oldest first' }),
});
