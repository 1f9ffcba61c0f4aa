import { z } from 'zod';
import { finishReasonSchema } from '../../wires/finish-reason.js';
import { cursor } from '../../../common/cursor.js';
import { queryInteger } from '../../../common/schemas.js';
import { boundedText } from '../../../common/text.js';
import { conversationCursor, messageCursor } from '../../../database/repositories/page.js';
import { keySchema } from '../../../idempotency/idempotency.js';

export const agentsSchema = z
  .array(
    z.object({
      id: z.int(),
      label: z.string(),
      desc: z.string(),
      selected: z.boolean(),
      name: z.string().describe('its id on the other surfaces, and for `agentName`'),
      greeting: z.string().optional(),
      starters: z.array(z.string()).optional().describe('suggested first messages'),
    }),
  )
  .meta({
    id: 'Agents',
    example: [
      { id: 1, label: 'Production Agent', desc: 'Good One', selected: false, name: 'production-agent' },
    ],
  });
export const historySchema = z
  .array(z.object({ conversation_id: z.string(), ts: z.string(), title_summary: z.string() }))
  .meta({
    id: 'AgentDeskHistory',
    example: [
      {
        conversation_id: '109c3d13-843b-42d9-b844-3e2f232a07c0',
        ts: '2026-01-31T09:30:00.000000+00:00',
        title_summary: 'Reading CSV File Data',
      },
    ],
  });
export const messagesSchema = z
  .array(
    z.object({
      sender: z.enum(['You', 'Agent']),
      message: z.string(),
      finish_reason: finishReasonSchema.optional(),
    }),
  )
  .meta({ id: 'AgentDeskMessages', example: [{ sender: 'You', message: 'hi' }] });

/** Id of the client's question, echoed in the frames of its answer. */
const answering = { client_message_id: z.string().optional() };

const contentFrame = <T extends string>(event_type: T, description: string, content: string) =>
  z
    .object({ event_type: z.literal(event_type), content: z.string(), ...answering })
    .meta({ description, example: { event_type, content } });

/** Frames sent by the server. */
export const frameSchema = z
  .discriminatedUnion('event_type', [
    contentFrame('log', 'Progress, such as what was looked up.', 'Searching the documents'),
    contentFrame('on_chat_model_stream', 'A part of the answer.', 'Hello! How '),
    contentFrame('reset', 'For a client that missed events: the whole answer so far.', 'Hello! How '),
    contentFrame('error', 'The question was refused, or the answer failed.', 'The model is busy.'),
    contentFrame(
      'auth',
      'The token of an `auth` frame was accepted: the socket stays open until then.',
      '2026-01-31T10:00:00.000Z',
    ),
    z
      .object({
        event_type: z.literal('on_chat_model_end'),
        content: z.string(),
        finish_reason: finishReasonSchema.optional(),
        ...answering,
      })
      .meta({
        description: 'The answer is complete.',
        example: { event_type: 'on_chat_model_end', content: '' },
      }),
    z
      .object({
        event_type: z.literal('done'),
        conversation_id: z.string(),
        run_id: z.string(),
        ...answering,
      })
      .meta({
        description: 'With `keepAlive=1` or `watch=1`, after each answer.',
        example: {
          event_type: 'done',
          conversation_id: '109c3d13-843b-42d9-b844-3e2f232a07c0',
          run_id: '019c1357-5ab8-7a3c-8f67-0f3d6ac2ff0a',
        },
      }),
  ])
  .meta({ id: 'AgentDeskFrame' });

/** Frames sent by the client with `frames=json`; otherwise the content alone. */
export const questionSchema = z
  .object({ content: boundedText(1, 32_000), client_message_id: keySchema.optional() })
  .meta({
    id: 'AgentDeskQuestion',
    example: { content: 'hi', client_message_id: '7f0c3a52-1d1b-4d7e-9a55-0c6c1f3f2b7e' },
  });
export const conversationIdSchema = boundedText(1, 128);

const MAX_CONVERSATIONS = 1_000;
const MAX_MESSAGES = 10_000;

export const historyPageSchema = z.object({
  limit: queryInteger({ min: 1, max: MAX_CONVERSATIONS, fallback: MAX_CONVERSATIONS }),
  cursor: cursor(conversationCursor).optional(),
});
export const messagePageSchema = z.object({
  limit: queryInteger({ min: 1, max: MAX_MESSAGES, fallback: MAX_MESSAGES }),
  cursor: cursor(messageCursor).optional(),
});
