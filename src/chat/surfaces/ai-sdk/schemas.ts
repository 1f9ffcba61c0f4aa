import { z } from 'zod';
import { cursor } from '../../../common/cursor.js';
import { EXAMPLE_CONVERSATION } from '../../../common/openapi.js';
import { queryInteger, otherTypeThan } from '../../../common/schemas.js';
import { boundedText, isStorableJson, storableText } from '../../../common/text.js';
import { messageCursor } from '../../../database/repositories/page.js';
import { MAX_MESSAGES } from '../../wires/newest-turn.js';

const MAX_PARTS = 1_000;
const RUN_ID = '019c1357-5ab8-7a3c-8f67-0f3d6ac2ff0a';

const partSchema = z.union([
  z.object({ type: z.literal('text'), text: storableText() }),
  z.object({ type: z.literal('file'), url: z.string(), filename: z.string().optional() }),
  otherTypeThan('text', 'file'),
]);
export type WirePart = z.output<typeof partSchema>;

/** The newest message of a chat; earlier ones are ignored. */
export const messageSchema = z.object({
  id: z.string().max(200).optional(),
  role: z.enum(['system', 'user', 'assistant']),
  parts: z.array(partSchema).max(MAX_PARTS),
});

/** The request body of `DefaultChatTransport`, with its additional `body` fields. */
export const chatRequestSchema = z
  .object({
    id: boundedText(1, 200).describe('the conversation'),
    messages: z
      .array(z.unknown())
      .min(1)
      .max(MAX_MESSAGES)
      .optional()
      .describe('the whole chat; only the last message is read'),
    message: z.unknown().optional().describe('instead of `messages`, only the last one'),
    trigger: z.enum(['submit-message', 'regenerate-message']).default('submit-message'),
    messageId: z.string().max(200).nullish(),
    agent: boundedText(0, 128).nullish().describe('id or label of the agent that answers from now on'),
    context: z
      .record(z.string(), z.unknown())
      .refine((value) => isStorableJson(value), 'not storable')
      .nullish(),
    top_k: z.int().min(1).max(50).nullish(),
    attachment_ids: z.array(boundedText(1, 128)).max(100).nullish(),
  })
  .meta({
    id: 'AiSdkChatRequest',
    example: {
      id: EXAMPLE_CONVERSATION,
      trigger: 'submit-message',
      messages: [
        { id: 'm1', role: 'user', parts: [{ type: 'text', text: 'How long is the notice period?' }] },
      ],
    },
  });
export type ChatRequest = z.output<typeof chatRequestSchema>;

/** The subset of the SDK's version 6 chunks that Parley sends. */
export const chunkSchema = z
  .looseObject({
    type: z.union([
      z.enum([
        'start',
        'start-step',
        'text-start',
        'text-delta',
        'text-end',
        'reasoning-start',
        'reasoning-delta',
        'reasoning-end',
        'source-document',
        'tool-input-available',
        'tool-output-available',
        'tool-output-error',
        'tool-output-denied',
        'tool-approval-request',
        'finish-step',
        'finish',
        'abort',
        'error',
      ]),
      z.enum(['data-log', 'data-state', 'data-sources']),
    ]),
  })
  .meta({ id: 'AiSdkChunk', example: { type: 'text-delta', id: 'text', delta: 'Thirty days ' } });

export const uiMessagesSchema = z
  .object({
    messages: z.array(
      z.object({
        id: z.string(),
        role: z.enum(['user', 'assistant']),
        metadata: z.record(z.string(), z.unknown()),
        parts: z.array(z.looseObject({ type: z.string() })),
      }),
    ),
    next: z
      .string()
      .nullable()
      .describe('the `cursor` of the messages before these; null on the oldest page'),
  })
  .meta({
    id: 'AiSdkMessages',
    example: {
      messages: [
        {
          id: RUN_ID,
          role: 'assistant',
          metadata: { runId: RUN_ID, createdAt: '2026-01-31T09:30:00.000Z' },
          parts: [{ type: 'text', text: 'Thirty days.', state: 'done' }],
        },
      ],
      next: null,
    },
  });

export const messagePageSchema = z.object({
  limit: queryInteger({ min: 1, max: 500, fallback: 200 }),
  cursor: cursor(messageCursor).optional(),
});
