import { z } from 'zod';
import { protocolFailure } from '../openai/failures.js';
import { ModelError, RequestRefused } from '../openai/model-error.js';
import type { OpenAiServer } from '../openai/openai-server.js';
import type { Usage } from './chat-model.js';
import { estimateUsage, readUsage, type Chunk } from './delta.js';
import type { OpenAiMessage } from './openai-messages.js';

export interface StructuredRequest<T> {
  server: OpenAiServer;
  model: string;
  messages: OpenAiMessage[];
  schema: z.ZodType<T>;
  timeoutMs: number;
  signal: AbortSignal;
  /** Called with the usage of an answer, also of one that does not match the schema. */
  onUsage?: (usage: Usage) => void;
}

/** Statuses with which servers refuse tools they do not have. */
const CANNOT_DO_THAT = [400, 422, 501];
const ENDPOINT = '/chat/completions';

/**
 * One request for structured output, as a tool call: the method that most servers support. LangChain builds the
 * request; the shared HTTP client sends it.
 * @returns null when the server refuses tools, or the answer does not match the schema
 * @throws ModelError, or the signal's reason
 */
export async function requestStructured<T>(request: StructuredRequest<T>): Promise<T | null> {
  const { signal, schema } = request;
  signal.throwIfAborted();
  // Lazy import: it takes seconds to load, and many processes never need it.
  const { ChatOpenAI } = await import('@langchain/openai');
  let failure: unknown;
  const model = new ChatOpenAI({
    model: request.model,
    // LangChain requires a key and a URL; the shared client replaces them.
    apiKey: 'none',
    maxRetries: 0,
    configuration: {
      baseURL: 'http://server.invalid',
      fetch: async (_url, init) => {
        try {
          return await ask(request, String(init?.body));
        } catch (error) {
          failure = error;
          throw error;
        }
      },
    },
  }).withStructuredOutput(z.toJSONSchema(schema, { io: 'input' }), {
    name: 'answer',
    method: 'functionCalling',
  });
  const messages = request.messages.map(({ role, content }): [string, string] => [role, content]);
  try {
    const answer: unknown = await model.invoke(messages, { signal });
    return schema.safeParse(answer).data ?? null;
  } catch (error) {
    signal.throwIfAborted();
    if (failure instanceof RequestRefused && CANNOT_DO_THAT.includes(failure.refusal.status)) return null;
    if (failure instanceof ModelError) throw failure;
    if ((error as { lc_error_code?: string }).lc_error_code === 'OUTPUT_PARSING_FAILURE') return null;
    throw protocolFailure('a document that is no completion');
  }
}

async function ask(
  { server, model, timeoutMs, signal, onUsage }: StructuredRequest<unknown>,
  body: string,
): Promise<Response> {
  const answer = await server.post({ endpoint: ENDPOINT, model, body, timeoutMs, signal });
  // LangChain would read a non-object as an answer of its own format.
  const usage = readUsage((answer ?? {}) as Chunk);
  onUsage?.(usage ?? estimateUsage(body.length, JSON.stringify(answer).length, 0));
  return Response.json(answer);
}
