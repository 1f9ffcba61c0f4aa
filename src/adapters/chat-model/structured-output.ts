import { z } from 'zod';
import { ModelError } from './chat-model.js';
import { connectionFailure, failureOfStatus, protocolFailure } from './model-failures.js';
import type { OpenAiMessage } from './openai-messages.js';

export interface StructuredRequest<T> {
  /** With `/v1`, without credentials. */
  baseUrl: string;
  /** The whole `Authorization` header; null sends none. */
  authorization: string | null;
  model: string;
  messages: OpenAiMessage[];
  schema: z.ZodType<T>;
  timeoutMs: number;
  signal: AbortSignal;
}

/** Statuses with which servers refuse tools they do not have. */
const CANNOT_DO_THAT = [400, 422, 501];

/**
 * Asks once for an answer in the shape of a schema, by a tool call: of all the ways, most servers know that one.
 * @returns null when the server refuses tools, or what it answers does not fit the schema
 * @throws ModelError, or the signal's reason
 */
export async function requestStructured<T>(request: StructuredRequest<T>): Promise<T | null> {
  const { baseUrl, authorization, timeoutMs, signal, schema } = request;
  signal.throwIfAborted();
  // It takes seconds to load; a process that never asks does not pay.
  const { ChatOpenAI } = await import('@langchain/openai');
  const model = new ChatOpenAI({
    model: request.model,
    // LangChain demands a key; the header below is what is sent.
    apiKey: 'none',
    maxRetries: 0,
    configuration: {
      baseURL: baseUrl,
      defaultHeaders: { Authorization: authorization },
      // Followed redirects would carry the key away.
      fetchOptions: { redirect: 'manual' },
    },
  }).withStructuredOutput(z.toJSONSchema(schema, { io: 'input' }), {
    name: 'answer',
    method: 'functionCalling',
  });
  const messages = request.messages.map(({ role, content }): [string, string] => [role, content]);
  const late = AbortSignal.timeout(timeoutMs);
  try {
    const answer: unknown = await model.invoke(messages, { signal: AbortSignal.any([signal, late]) });
    return schema.safeParse(answer).data ?? null;
  } catch (error) {
    signal.throwIfAborted();
    if (late.aborted) throw new ModelError('model-timeout', 'The model did not answer in time.');
    const failure = explain(error as UpstreamError);
    if (failure) throw failure;
    return null;
  }
}

/** What the OpenAI client and LangChain throw. They carry the server's raw answer, so none becomes a cause. */
interface UpstreamError {
  /** The client's errors have one; it is undefined when there was no answer at all. */
  status?: number;
  headers?: Headers;
  lc_error_code?: string;
}

/** @returns null when the error only shows that the server cannot do it */
function explain(error: UpstreamError): ModelError | null {
  const { status, headers, lc_error_code: code } = error;
  if (code === 'OUTPUT_PARSING_FAILURE' || CANNOT_DO_THAT.includes(status ?? 0)) return null;
  if (status) return failureOfStatus(status, headers?.get('retry-after') ?? undefined);
  return 'status' in error
    ? connectionFailure(undefined)
    : protocolFailure('a document that is no completion');
}
