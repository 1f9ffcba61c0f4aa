import { z } from 'zod';
import { otherTypeThan } from '../../../common/schemas.js';
import { boundedText, isStorableJson, storableText } from '../../../common/text.js';
import { textFormatSchema } from '../../wires/answer-format.js';
import { MAX_MESSAGES } from '../../wires/newest-turn.js';

const textPart = z.object({ type: z.enum(['input_text', 'output_text', 'text']), text: storableText() });
const filePart = z.object({ type: z.literal('input_file'), file_id: z.string().min(1) });
const imagePart = z.object({
  type: z.literal('input_image'),
  image_url: z.string().nullish(),
  file_id: z.string().min(1).nullish(),
});
const otherPart = otherTypeThan('input_text', 'output_text', 'text', 'input_image');

const messageItem = z.object({
  type: z.literal('message').optional(),
  role: z.enum(['user', 'assistant', 'system', 'developer']),
  content: z.union([storableText(), z.array(z.union([textPart, filePart, imagePart, otherPart])).max(1_000)]),
});
export type MessageItem = z.output<typeof messageItem>;
/** A decision about a call that a response waits for. */
const approvalItem = z.object({
  type: z.literal('mcp_approval_response'),
  approval_request_id: z.string().max(200),
  approve: z.boolean(),
  reason: boundedText(0, 1_000).nullish(),
});
export type ApprovalItem = z.output<typeof approvalItem>;
const inputItem = z.union([messageItem, approvalItem, otherTypeThan('message', 'mcp_approval_response')]);
export type InputItem = z.output<typeof inputItem>;

/** Strings by strings, as OpenAI limits them. */
const metadataSchema = z
  .record(z.string().min(1).max(64), z.string().max(512))
  .refine((metadata) => Object.keys(metadata).length <= 16, 'at most 16 keys')
  .refine((metadata) => isStorableJson(metadata), 'not storable');

/** `POST /v1/responses`, with its mapping to Parley; unknown fields are ignored, as by OpenAI's servers. */
export const responseRequestSchema = z
  .object({
    model: z.string().min(1).max(200).describe('id or label of an agent'),
    input: z.union([storableText(), z.array(inputItem).min(1).max(MAX_MESSAGES)]),
    instructions: storableText().max(100_000).nullish(),
    conversation: z.preprocess(
      (conversation) => conversation ?? undefined,
      z.union([z.string(), z.object({ id: z.string() })]).optional(),
    ),
    previous_response_id: z.string().nullish(),
    stream: z.boolean().nullish(),
    background: z.boolean().nullish(),
    store: z.boolean().nullish(),
    metadata: metadataSchema.nullish(),
    temperature: z.number().min(0).max(2).nullish(),
    top_p: z.number().min(0).max(1).nullish(),
    max_output_tokens: z.int().min(1).max(1_000_000).nullish(),
    reasoning: z
      .object({
        effort: z
          .string()
          .regex(/^[a-z]{1,20}$/)
          .nullish(),
      })
      .nullish(),
    text: z.object({ format: textFormatSchema.nullish() }).nullish(),
    tools: z.array(z.unknown()).nullish(),
    tool_choice: z.unknown().optional(),
    prompt: z.unknown().optional(),
  })
  .meta({
    id: 'ResponseRequest',
    example: { model: 'assistant', input: 'How long is the notice period?' },
  });
export type ResponseRequest = z.output<typeof responseRequestSchema>;

/** Request options stored with the run. */
export const responseOptionsSchema = z.object({
  model: z.string().optional(),
  instructions: z.string().nullable().default(null),
  metadata: z.record(z.string(), z.string()).default({}),
  previousResponseId: z.string().nullable().default(null),
  background: z.boolean().default(false),
  store: z.boolean().default(true),
  temperature: z.number().nullable().default(null),
  topP: z.number().nullable().default(null),
  maxOutputTokens: z.int().nullable().default(null),
  promptTokens: z.int().default(0),
  textFormat: z.looseObject({ type: z.string() }).default({ type: 'text' }),
});
export type ResponseOptions = z.output<typeof responseOptionsSchema>;

const RUN_HEX = '019c13575ab87a3c8f670f3d6ac2ff0a';
const CONVERSATION = 'conv_550e8400e29b41d4a716446655440000';

const item = z.looseObject({ id: z.string(), type: z.string() });

export const responseSchema = z
  .looseObject({
    id: z.string(),
    object: z.literal('response'),
    created_at: z.int(),
    status: z.enum(['queued', 'in_progress', 'completed', 'incomplete', 'failed', 'cancelled']),
    error: z.object({ code: z.string(), message: z.string() }).nullable(),
    incomplete_details: z.object({ reason: z.string() }).nullable(),
    model: z.string(),
    output: z.array(item),
    conversation: z.object({ id: z.string() }),
  })
  .meta({
    id: 'Response',
    example: {
      id: `resp_${RUN_HEX}`,
      object: 'response',
      created_at: 1_769_853_600,
      status: 'completed',
      error: null,
      incomplete_details: null,
      model: 'assistant',
      output: [
        {
          id: `msg_${RUN_HEX}`,
          type: 'message',
          role: 'assistant',
          status: 'completed',
          content: [{ type: 'output_text', text: 'Thirty days.', annotations: [], logprobs: [] }],
        },
      ],
      conversation: { id: CONVERSATION },
    },
  });

/** A stream event; its sequence number is the same in every replay, and numbers have gaps. */
export const responseEventSchema = z
  .looseObject({ type: z.string().regex(/^response\./), sequence_number: z.int() })
  .meta({
    id: 'ResponseEvent',
    example: {
      type: 'response.output_text.delta',
      item_id: `msg_${RUN_HEX}`,
      output_index: 0,
      content_index: 0,
      delta: 'Thirty ',
      logprobs: [],
      sequence_number: 16,
    },
  });

export const itemsSchema = z
  .object({
    object: z.literal('list'),
    data: z.array(item),
    first_id: z.string().nullable(),
    last_id: z.string().nullable(),
    has_more: z.boolean(),
  })
  .meta({
    id: 'ConversationItems',
    example: { object: 'list', data: [], first_id: null, last_id: null, has_more: false },
  });
export const itemSchema = item.meta({
  id: 'ConversationItem',
  example: { id: `msg_${RUN_HEX}`, type: 'message', role: 'user', status: 'completed', content: [] },
});

export const deletedSchema = z.object({ id: z.string(), object: z.string(), deleted: z.literal(true) }).meta({
  id: 'OpenAiDeleted',
  example: { id: CONVERSATION, object: 'conversation.deleted', deleted: true },
});

export const conversationSchema = z
  .object({
    id: z.string(),
    object: z.literal('conversation'),
    created_at: z.int(),
    metadata: z.record(z.string(), z.string()),
  })
  .meta({
    id: 'OpenAiConversation',
    example: { id: CONVERSATION, object: 'conversation', created_at: 1_769_853_600, metadata: {} },
  });

/** Per request, OpenAI's limit. */
const newItems = z.array(inputItem).max(20);

export const newConversationSchema = z
  .object({ metadata: metadataSchema.nullish(), items: newItems.nullish() })
  .meta({ id: 'OpenAiNewConversation', example: { metadata: { topic: 'leave' } } });
export const changedConversationSchema = z
  .object({ metadata: metadataSchema.nullish() })
  .meta({ id: 'OpenAiChangedConversation', example: { metadata: { topic: 'pay' } } });
export const newItemsSchema = z.object({ items: newItems.min(1) }).meta({
  id: 'OpenAiNewItems',
  example: { items: [{ type: 'message', role: 'user', content: 'Hello?' }] },
});
