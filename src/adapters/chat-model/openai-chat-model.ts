import { Agent } from 'undici';
import type { z } from 'zod';
import type { Logger } from '../../common/logger.js';
import type { Config } from '../../config/config.js';
import {
  ChatModel,
  type ChatPrompt,
  type ModelError,
  type FinishReason,
  type OnTokens,
} from './chat-model.js';
import { CompletionStream } from './completion-stream.js';
import { toOpenAiMessages } from './openai-messages.js';
import { withRetries } from './retry.js';
import { requestStructured } from './structured-output.js';

const OPENAI_URL = 'https://api.openai.com/v1';

/** Any server that speaks OpenAI's `/chat/completions`. Redirects are not followed: they would carry the key away. */
export class OpenAiChatModel extends ChatModel {
  readonly name: string;
  readonly isOffline = false;
  private readonly origin: string;
  private readonly basePath: string;
  private readonly authorization: string | null;
  private readonly firstMs: number;
  private readonly nextMs: number;
  private readonly agent: Agent;

  constructor(
    { env }: Config,
    private readonly logger: Logger,
  ) {
    super();
    const url = new URL(env.OPENAI_BASE_URL ?? OPENAI_URL);
    this.name = env.OPENAI_MODEL;
    this.origin = url.origin;
    this.basePath = url.pathname.replace(/\/+$/, '');
    this.authorization = authorizationOf(url, env.OPENAI_API_KEY);
    this.firstMs = env.MODEL_FIRST_TOKEN_MS;
    this.nextMs = env.MODEL_NEXT_TOKEN_MS;
    // Our own dead-lines are stricter than the client's; one connection for each answer under way.
    this.agent = new Agent({
      headersTimeout: 0,
      bodyTimeout: 0,
      keepAliveTimeout: 30_000,
      connect: { timeout: this.firstMs },
    });
  }

  /** Sends the request, again where that helps, until there is text. */
  async stream(prompt: ChatPrompt, onTokens: OnTokens, signal: AbortSignal): Promise<FinishReason> {
    signal.throwIfAborted();
    const body = JSON.stringify({
      model: prompt.model ?? this.name,
      messages: toOpenAiMessages(prompt),
      stream: true,
    });
    const answer = await this.retrying(this.firstMs, signal, async (leftMs) => {
      const attempt = this.send(body, leftMs, onTokens, signal);
      await attempt.begun();
      return attempt;
    });
    await answer.ended();
    return 'stop';
  }

  async structured<T>(prompt: ChatPrompt, schema: z.ZodType<T>, signal: AbortSignal): Promise<T | null> {
    const request = {
      baseUrl: this.origin + this.basePath,
      authorization: this.authorization,
      model: prompt.model ?? this.name,
      messages: toOpenAiMessages(prompt),
      schema,
      signal,
    };
    // All tokens come at once here.
    const withinMs = this.firstMs + this.nextMs;
    return this.retrying(withinMs, signal, (timeoutMs) => requestStructured({ ...request, timeoutMs }));
  }

  private retrying<T>(
    withinMs: number,
    signal: AbortSignal,
    attempt: (leftMs: number) => Promise<T>,
  ): Promise<T> {
    const onRetry = ({ code }: ModelError, delayMs: number) =>
      this.logger.warn({ code, delayMs: Math.round(delayMs) }, 'the model is asked again');
    return withRetries(attempt, { withinMs, signal, onRetry });
  }

  private send(body: string, firstMs: number, onTokens: OnTokens, signal: AbortSignal): CompletionStream {
    const answer = new CompletionStream({ firstMs, nextMs: this.nextMs }, onTokens, signal);
    const headers: Record<string, string> = {
      'content-type': 'application/json',
      accept: 'text/event-stream',
    };
    if (this.authorization) headers['authorization'] = this.authorization;
    const path = `${this.basePath}/chat/completions`;
    this.agent.dispatch({ origin: this.origin, path, method: 'POST', headers, body }, answer);
    return answer;
  }
}

/** The key as a bearer token, or the credentials in the address; null when there are neither. */
function authorizationOf({ username, password }: URL, key?: string): string | null {
  if (key) return `Bearer ${key}`;
  if (!username && !password) return null;
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return `Basic ${Buffer.from(pair).toString('base64')}`;
}
