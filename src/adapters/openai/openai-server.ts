import { request, type Dispatcher } from 'undici';
import type { Logger } from '../../common/logger.js';
import type { Config } from '../../config/config.js';
import { traced } from '../../telemetry/tracing.js';
import { addressOf, pathOf, type ServerAddress } from './address.js';
import { FailureHistory } from './failure-history.js';
import { connectionFailure, failureOfStatus, protocolFailure, type Asked } from './failures.js';
import { createHttpAgent } from './http-agent.js';
import { ModelError } from './model-error.js';
import { withRetries } from './retry.js';

const MAX_ANSWER_BYTES = 32 * 1024 * 1024;
const MAX_ERROR_BYTES = 16 * 1024;
const CONNECT_MS = 10_000;

/** A request with a JSON body. */
export interface ServerRequest {
  /** As in `/chat/completions`. */
  endpoint: string;
  model: string;
  body: string;
  /** Timeout of one attempt. */
  timeoutMs: number;
  /** Maximum response size; a longer response is a failure. */
  maxBytes?: number;
  signal?: AbortSignal;
}

const servers = new WeakMap<Pick<Config, 'env'>, OpenAiServer>();

/** The configured server, shared by chat, embeddings, vision and structured output. */
export function openAiServerOf(config: Pick<Config, 'env'>, logger: Pick<Logger, 'warn'>): OpenAiServer {
  const known = servers.get(config) ?? new OpenAiServer(config, logger);
  servers.set(config, known);
  return known;
}

/**
 * HTTP client of the OpenAI-compatible server: its URL, requests, error mapping and retries. Redirects are not
 * followed: they would forward the key.
 */
export class OpenAiServer {
  readonly address: ServerAddress;
  /** Whether it is OpenAI's own server. */
  readonly isOpenAi: boolean;
  /** Context sizes by model, as reported by the server. */
  readonly contextTokens = new Map<string, number>();
  readonly failures = new FailureHistory();
  /** Whether a request has succeeded since the start. */
  hasAnswered = false;
  private readonly chatModel: string;
  private readonly agent: Dispatcher;

  constructor(
    { env }: Pick<Config, 'env'>,
    private readonly logger: Pick<Logger, 'warn'>,
  ) {
    this.address = addressOf({
      baseUrl: env.OPENAI_BASE_URL,
      apiKey: env.OPENAI_API_KEY,
      apiVersion: env.OPENAI_API_VERSION,
      keyHeader: env.OPENAI_API_KEY_HEADER,
    });
    this.isOpenAi = /(?:^|\.)openai\.(?:com|azure\.com)$/.test(new URL(this.address.origin).hostname);
    this.chatModel = env.OPENAI_MODEL;
    // No timeouts here, as callers have deadlines; one connection per pending request.
    this.agent = createHttpAgent(env, {
      headersTimeout: 0,
      bodyTimeout: 0,
      keepAliveTimeout: 30_000,
      connect: { timeout: CONNECT_MS },
    });
  }

  /** Request context for error messages and redaction. */
  asked(endpoint: string, model?: string): Asked {
    return { path: this.pathOf(endpoint, model).split('?', 1)[0], secrets: this.address.secrets };
  }

  /** Sends a request with a streamed response. */
  dispatch(
    { endpoint, model, body }: Omit<ServerRequest, 'timeoutMs' | 'signal'>,
    handler: Dispatcher.DispatchHandler,
  ): void {
    const headers = {
      ...this.address.headers,
      'content-type': 'application/json',
      accept: 'text/event-stream',
    };
    const { origin } = this.address;
    this.agent.dispatch(
      { origin, path: this.pathOf(endpoint, model), method: 'POST', headers, body },
      handler,
    );
  }

  /** Requests a JSON document. @throws ModelError, or the signal's reason */
  async post(asked: ServerRequest): Promise<unknown> {
    const { endpoint, model } = asked;
    const attributes = { 'gen_ai.request.model': model };
    return traced(`POST ${endpoint}`, 'client', attributes, async () =>
      parse(await this.exchange({ ...asked, method: 'POST' })),
    );
  }

  /** Fetches metadata of the server as JSON, without retries. Throws as `post` does. */
  async get(endpoint: string, timeoutMs: number): Promise<unknown> {
    return parse(await this.exchange({ endpoint, model: this.chatModel, timeoutMs, method: 'GET' }));
  }

  /** Runs an attempt with retries. @param attempt receives the remaining whole milliseconds */
  async retrying<T>(
    withinMs: number,
    signal: AbortSignal,
    attempt: (leftMs: number) => Promise<T>,
  ): Promise<T> {
    const onRetry = ({ code, detail }: ModelError, delayMs: number) =>
      this.logger.warn(
        { code, detail, delayMs: Math.round(delayMs) },
        'the request to the model server is retried',
      );
    try {
      return await withRetries(attempt, { withinMs, signal, onRetry });
    } catch (error) {
      this.failures.add(error);
      throw error;
    }
  }

  /** Logs the server's error message of a failed request. */
  report({ code, detail }: ModelError, endpoint: string): void {
    this.logger.warn({ code, detail, endpoint }, 'the request to the model server failed');
  }

  private async exchange(
    asked: Omit<ServerRequest, 'body'> & { method: 'GET' | 'POST'; body?: string },
  ): Promise<string> {
    const { endpoint, model, timeoutMs, maxBytes = MAX_ANSWER_BYTES, signal, body, method } = asked;
    signal?.throwIfAborted();
    const late = AbortSignal.timeout(timeoutMs);
    try {
      const answer = await request(this.address.origin + this.pathOf(endpoint, model), {
        method,
        headers: {
          ...this.address.headers,
          accept: 'application/json',
          ...(body && { 'content-type': 'application/json' }),
        },
        body,
        dispatcher: this.agent,
        signal: signal ? AbortSignal.any([signal, late]) : late,
      });
      const isGood = answer.statusCode >= 200 && answer.statusCode < 300;
      const text = await readBody(answer.body, isGood ? maxBytes : MAX_ERROR_BYTES, isGood);
      if (isGood) return text;
      const retryAfter = [answer.headers['retry-after'] ?? []].flat()[0];
      throw failureOfStatus(answer.statusCode, text, retryAfter, this.asked(endpoint, model));
    } catch (error) {
      signal?.throwIfAborted();
      if (error instanceof ModelError) throw error;
      throw late.aborted
        ? new ModelError('model-timeout', 'The model did not answer in time.')
        : connectionFailure(error);
    }
  }

  private pathOf(endpoint: string, model = this.chatModel): string {
    return pathOf(this.address, endpoint, model === this.chatModel ? undefined : model);
  }
}

/** @param isWhole whether a longer body is a failure; otherwise it is truncated */
async function readBody(
  body: Dispatcher.ResponseData['body'],
  max: number,
  isWhole: boolean,
): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes <= max) continue;
    if (isWhole) throw protocolFailure('an answer that does not end');
    break;
  }
  return Buffer.concat(chunks).subarray(0, max).toString('utf8');
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw protocolFailure('a document that is no JSON');
  }
}
