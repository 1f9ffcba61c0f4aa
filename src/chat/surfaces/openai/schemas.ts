import { z } from 'zod';
import { otherTypeThan } from '../../../common/schemas.js';
import { boundedText, storableText } from '../../../common/text.js';
import { responseFormatSchema } from '../../wires/answer-format.js';
import { MAX_MESSAGES } from '../../wires/newest-turn.js';

const textPart = z.object({ type: z.literal('text'), text: storableText() });
const filePart = z.object({ type: z.literal('file'), file: z.object({ file_id: z.string().min(1) }) });
const imagePart = z.object({ type: z.literal('image_url'), image_url: z.object({ url: z.string() }) });
const refusalPart = z.object({ type: z.literal('refusal'), refusal: storableText() });
const otherPart = otherTypeThan('text', 'image_url', 'refusal');
const content = z.union([
  storableText(),
  z.array(z.union([textPart, filePart, imagePart, refusalPart, otherPart])),
  z.null(),
]);

const messageSchema = z.object({
  role: z.enum(['system', 'developer', 'user', 'assistant', 'tool', 'function']),
  content: content.optional(),
});
export type WireMessage = z.output<typeof messageSchema>;
export type WirePart = Exclude<WireMessage['content'], string | null | undefined>[number];

const tokens = z.int().min(1).max(1_000_000);

/** `POST /v1/chat/completions`, with its mapping to Parley; unknown fields are ignored, as by OpenAI's servers. */
export const completionRequestSchema = z
  .object({
    model: z.string().min(1).max(200),
    messages: z.array(messageSchema).min(1).max(MAX_MESSAGES),
    stream: z.boolean().nullish(),
    stream_options: z.object({ include_usage: z.boolean().nullish() }).nullish(),
    metadata: z.record(z.string(), z.unknown()).nullish(),
    temperature: z.number().min(0).max(2).nullish(),
    top_p: z.number().min(0).max(1).nullish(),
    max_tokens: tokens.nullish(),
    max_completion_tokens: tokens.nullish(),
    stop: z.preprocess(
      (stop) => stop ?? undefined,
      z.union([z.string().min(1), z.array(z.string().min(1)).max(4)]).optional(),
    ),
    reasoning_effort: z
      .string()
      .regex(/^[a-z]{1,20}$/)
      .nullish(),
    n: z.int().nullish(),
    logprobs: z.boolean().nullish(),
    audio: z.unknown().optional(),
    modalities: z.array(z.string()).nullish(),
    tools: z.array(z.unknown()).nullish(),
    tool_choice: z.unknown().optional(),
    function_call: z.unknown().optional(),
    functions: z.array(z.unknown()).nullish(),
    response_format: responseFormatSchema.nullish(),
  })
  .meta({
    id: 'ChatCompletionRequest',
    example: { model: 'assistant', messages: [{ role: 'user', content: 'How long is the notice period?' }] },
  });
export type CompletionRequest = z.output<typeof completionRequestSchema>;

export const conversationIdSchema = boundedText(1, 128);

const usageSchema = z.object({
  prompt_tokens: z.int(),
  completion_tokens: z.int(),
  total_tokens: z.int(),
  prompt_tokens_details: z.object({ cached_tokens: z.int() }),
  completion_tokens_details: z.object({ reasoning_tokens: z.int() }),
});
export type WireUsage = z.output<typeof usageSchema>;

const annotationSchema = z.object({
  type: z.literal('url_citation'),
  url_citation: z.object({
    start_index: z.int(),
    end_index: z.int(),
    title: z.string(),
    url: z.string(),
  }),
  index: z.int(),
  quote: z.string().optional(),
  document_id: z.string().optional(),
  page: z.int().nullable().optional(),
  start: z.int().optional(),
  end: z.int().optional(),
});
export type Annotation = z.output<typeof annotationSchema>;

const finishReason = z.enum(['stop', 'length', 'content_filter']);

/** Additional fields of a completion; clients tolerate unknown fields. */
const ids = { conversation_id: z.string(), run_id: z.string() };

const RUN_ID = '019c1357-5ab8-7a3c-8f67-0f3d6ac2ff0a';
const COMMON = {
  id: `chatcmpl-${RUN_ID}`,
  created: 1_769_853_600,
  model: 'assistant',
  system_fingerprint: null,
  conversation_id: '550e8400-e29b-41d4-a716-446655440000',
  run_id: RUN_ID,
};
const USAGE_EXAMPLE = {
  prompt_tokens: 9,
  completion_tokens: 6,
  total_tokens: 15,
  prompt_tokens_details: { cached_tokens: 0 },
  completion_tokens_details: { reasoning_tokens: 0 },
};

export const completionSchema = z
  .object({
    id: z.string(),
    object: z.literal('chat.completion'),
    created: z.int(),
    model: z.string(),
    system_fingerprint: z.null(),
    choices: z.array(
      z.object({
        index: z.int(),
        message: z.object({
          role: z.literal('assistant'),
          content: z.string(),
          refusal: z.null(),
          annotations: z.array(annotationSchema),
          reasoning_content: z.string().optional(),
        }),
        logprobs: z.null(),
        finish_reason: finishReason,
      }),
    ),
    usage: usageSchema,
    ...ids,
  })
  .meta({
    id: 'ChatCompletion',
    example: {
      ...COMMON,
      object: 'chat.completion',
      choices: [
        {
          index: 0,
          message: {
            role: 'assistant',
            content: 'The notice period is thirty days.',
            refusal: null,
            annotations: [],
          },
          logprobs: null,
          finish_reason: 'stop',
        },
      ],
      usage: USAGE_EXAMPLE,
    },
  });

export const chunkSchema = z
  .object({
    id: z.string(),
    object: z.literal('chat.completion.chunk'),
    created: z.int(),
    model: z.string(),
    system_fingerprint: z.null(),
    choices: z.array(
      z.object({
        index: z.int(),
        delta: z.object({
          role: z.literal('assistant').optional(),
          content: z.string().optional(),
          refusal: z.null().optional(),
          reasoning_content: z.string().optional(),
          annotations: z.array(annotationSchema).optional(),
        }),
        logprobs: z.null(),
        /** A finish reason, as in a whole completion, in the last chunk; null before. */
        finish_reason: z.string().nullable(),
      }),
    ),
    usage: usageSchema.nullable().optional(),
    ...ids,
  })
  .meta({
    id: 'ChatCompletionChunk',
    example: {
      ...COMMON,
      object: 'chat.completion.chunk',
      choices: [{ index: 0, delta: { content: 'The notice' }, logprobs: null, finish_reason: null }],
    },
  });

export const modelSchema = z
  .object({ id: z.string(), object: z.literal('model'), created: z.int(), owned_by: z.literal('parley') })
  .meta({ id: 'Model', example: { id: 'assistant', object: 'model', created: 0, owned_by: 'parley' } });

export const modelsSchema = z.object({ object: z.literal('list'), data: z.array(modelSchema) }).meta({
  id: 'Models',
  example: { object: 'list', data: [{ id: 'assistant', object: 'model', created: 0, owned_by: 'parley' }] },
});

/** Errors of the statuses that every route of this surface documents. */
export const OPENAI_ERROR_EXAMPLES: Record<number, object> = {
  400: {
    error: {
      message: 'messages: Field required',
      type: 'invalid_request_error',
      param: 'messages',
      code: 'invalid_value',
    },
  },
  404: { error: { message: 'Not Found', type: 'invalid_request_error', param: null, code: 'not_found' } },
};

/** Body of every error on this surface. */
export const openAiErrorSchema = z
  .object({
    error: z.object({
      message: z.string(),
      type: z.string(),
      param: z.string().nullable(),
      code: z.string().nullable(),
    }),
  })
  .meta({
    id: 'OpenAiError',
    example: {
      error: {
        message: 'The model "nope" does not exist',
        type: 'invalid_request_error',
        param: 'model',
        code: 'model_not_found',
      },
    },
  });
