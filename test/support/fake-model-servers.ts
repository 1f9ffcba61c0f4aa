import { setTimeout as sleep } from 'node:timers/promises';
import { sendJson, tokens, type OpenAiBody, type Play } from './fake-openai.js';

// Servers as they are on the wire, each with its own ways. They were written from public descriptions and traces of the
// servers, not recorded.

/** The events of a stream, and `[DONE]`. */
const stream = (...chunks: (object | string)[]) =>
  chunks.map((chunk) => (typeof chunk === 'string' ? chunk : `data: ${JSON.stringify(chunk)}\n\n`)).join('') +
  'data: [DONE]\n\n';
const choice = (delta: object, finish_reason: string | null = null, more: object = {}) => ({
  choices: [{ index: 0, delta, finish_reason, ...more }],
});
const USAGE = { prompt_tokens: 20, completion_tokens: 5, total_tokens: 25 };

const roles = ({ messages }: OpenAiBody) => messages.map(({ role }) => role);
const alternates = (body: OpenAiBody) =>
  roles(body)
    .filter((role) => role !== 'system')
    .every((role, i) => role === (i % 2 ? 'assistant' : 'user'));

interface ModelServer {
  /** What it says instead of an answer: a status and a body. */
  refuses?(body: OpenAiBody & Record<string, unknown>): [number, object] | null;
  /** What it needs before it answers. */
  delayMs?: number;
  contentType?: string;
  stream(words: string[]): string;
}

const SERVERS: Record<string, ModelServer> = {
  OpenAI: {
    refuses: (body) =>
      'max_tokens' in body
        ? [
            400,
            {
              error: {
                message:
                  "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
                type: 'invalid_request_error',
                param: 'max_tokens',
                code: 'unsupported_parameter',
              },
            },
          ]
        : null,
    stream: (words) =>
      stream(
        { ...choice({ role: 'assistant', content: '', refusal: null }), usage: null, obfuscation: 'x1' },
        ...words.map((content, i) => ({
          ...choice({ content }, null, { logprobs: null }),
          usage: null,
          obfuscation: `p${i}`,
        })),
        { ...choice({}, 'stop'), usage: null },
        { choices: [], usage: { ...USAGE, prompt_tokens_details: { cached_tokens: 4 } } },
      ),
  },
  Azure: {
    stream: (words) =>
      stream(
        {
          choices: [],
          created: 0,
          id: '',
          model: '',
          object: '',
          prompt_filter_results: [{ prompt_index: 0, content_filter_results: {} }],
        },
        choice({ role: 'assistant', content: '' }, null, { content_filter_results: {} }),
        ...words.map((content) =>
          choice({ content }, null, { content_filter_results: { hate: { filtered: false } } }),
        ),
        choice({}, 'stop'),
      ),
  },
  Ollama: {
    delayMs: 300,
    stream: (words) =>
      stream(
        choice({ role: 'assistant', content: '', reasoning: 'Hm, ' }),
        choice({ role: 'assistant', content: '', reasoning: 'France.' }),
        ...words.slice(0, -1).map((content) => choice({ role: 'assistant', content })),
        choice({ role: 'assistant', content: words.at(-1) }, 'stop'),
      ),
  },
  vLLM: {
    refuses: (body) =>
      alternates(body)
        ? null
        : [
            400,
            {
              object: 'error',
              message: 'Conversation roles must alternate user/assistant/user/assistant/...',
              type: 'BadRequestError',
              param: null,
              code: 400,
            },
          ],
    stream: (words) =>
      stream(
        { ...choice({ role: 'assistant', content: '' }), usage: { ...USAGE, completion_tokens: 0 } },
        choice({ reasoning_content: 'Hm, ' }),
        choice({ reasoning_content: 'France.' }),
        ...words.map((content) => choice({ content }, null, { logprobs: null })),
        choice({ content: '' }, 'stop', { stop_reason: null }),
        { choices: [], usage: USAGE },
      ),
  },
  'LM Studio': {
    stream: (words) =>
      stream(
        choice({ role: 'assistant', content: '<think>' }),
        choice({ content: '\nHm, France.\n' }),
        choice({ content: '</think>\n\n' }),
        ...words.map((content) => choice({ content })),
        choice({}, 'stop'),
      ),
  },
  OpenRouter: {
    stream: (words) =>
      stream(
        ': OPENROUTER PROCESSING\n\n',
        ': OPENROUTER PROCESSING\n\n',
        choice(
          {
            role: 'assistant',
            content: '',
            reasoning: 'Hm',
            reasoning_details: [{ type: 'reasoning.text', text: 'Hm' }],
          },
          null,
          { native_finish_reason: null },
        ),
        ...words.map((content) =>
          choice({ role: 'assistant', content, reasoning: null }, null, { native_finish_reason: null }),
        ),
        choice({ role: 'assistant', content: '' }, 'stop', { native_finish_reason: 'STOP' }),
        {
          ...choice({ role: 'assistant', content: '' }),
          usage: { ...USAGE, completion_tokens_details: { reasoning_tokens: 2 } },
        },
      ),
  },
  Mistral: {
    refuses: (body) =>
      'stream_options' in body
        ? [
            422,
            {
              object: 'error',
              message: {
                detail: [
                  {
                    type: 'extra_forbidden',
                    loc: ['body', 'stream_options'],
                    msg: 'Extra inputs are not permitted',
                  },
                ],
              },
              type: 'invalid_request_error',
              code: null,
            },
          ]
        : null,
    stream: (words) =>
      stream(
        choice({ role: 'assistant', content: '' }),
        choice({
          content: [{ type: 'thinking', thinking: [{ type: 'text', text: 'Hm, France.' }], closed: true }],
        }),
        choice({ content: [{ type: 'reference', reference_ids: [1] }] }),
        choice({ content: [{ type: 'text', text: words[0] }] }),
        ...words.slice(1).map((content) => choice({ content })),
        { ...choice({ content: '' }, 'stop'), usage: USAGE },
      ),
  },
  DeepSeek: {
    refuses: (body) =>
      alternates(body)
        ? null
        : [
            400,
            {
              error: {
                message: 'The messages must alternate',
                type: 'invalid_request_error',
                code: 'invalid_request_error',
              },
            },
          ],
    stream: (words) =>
      stream(
        ': keep-alive\n\n',
        choice({ role: 'assistant', content: null, reasoning_content: '' }),
        choice({ content: null, reasoning_content: 'Hm, France.' }),
        ...words.map((content) => choice({ content, reasoning_content: null })),
        {
          ...choice({ content: '', reasoning_content: null }, 'stop'),
          usage: { ...USAGE, prompt_cache_hit_tokens: 4 },
        },
      ),
  },
  'a chat template without a system role': {
    refuses: (body) =>
      roles(body).some((role) => role === 'system' || role === 'developer')
        ? [400, { error: { message: 'System role not supported', type: 'BadRequestError', code: 400 } }]
        : null,
    stream: (words) => stream(...words.map((content) => choice({ content })), choice({}, 'stop')),
  },
  'a gateway that labels streams JSON': {
    contentType: 'application/json',
    stream: (words) => stream(...words.map((content) => choice({ content })), choice({}, 'stop')),
  },
};

export const SERVER_NAMES = Object.keys(SERVERS);

/** Answers as the server does; to what is not streamed, that it cannot do that. */
export const sayAs =
  (name: string, text: string): Play =>
  async (response, { body }) => {
    const server = SERVERS[name]!;
    const refusal = server.refuses?.(body as OpenAiBody & Record<string, unknown>);
    if (refusal) return sendJson(response, ...refusal);
    if (!body.stream) return sendJson(response, 400, { error: { message: 'tools are not supported' } });
    if (server.delayMs) await sleep(server.delayMs);
    response.writeHead(200, { 'content-type': server.contentType ?? 'text/event-stream; charset=utf-8' });
    response.end(server.stream(tokens(text)));
  };
