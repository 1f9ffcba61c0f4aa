import type { z } from 'zod';
import type { Logger } from '../../common/logger.js';
import type { Config } from '../../config/config.js';
import { RequestRefused } from '../openai/model-error.js';
import { openAiServerOf, type OpenAiServer } from '../openai/openai-server.js';
import {
  ChatModel,
  type ChatPrompt,
  type FinishReason,
  type OnTokens,
  type StreamObserver,
  type Usage,
} from './chat-model.js';
import { CompletionStream, type Deadlines } from './completion-stream.js';
import { ContextSize } from './context-size.js';
import { estimateUsage } from './delta.js';
import { fitPrompt, PICTURE_TOKENS, promptTokens } from './fit-prompt.js';
import { detectQuirk } from './detect-quirk.js';
import { toOpenAiMessages } from './openai-messages.js';
import { toRequestBody, type RequestBody } from './openai-request.js';
import type { Quirks } from './quirks.js';
import { requestStructured } from './structured-output.js';

const ENDPOINT = '/chat/completions';
/**
 * Maximum attempts with a modified request: without a field, with another role, or with less of the conversation.
 */
const MAX_FORMS = 12;
/** Factor by which the token budget shrinks after a refusal for length. */
const SHRINK = 0.6;

/** Client of OpenAI-compatible `/chat/completions`. Unsupported parameters are detected once per model. */
export class OpenAiChatModel extends ChatModel {
  readonly name: string;
  readonly isOffline = false;
  private readonly server: OpenAiServer;
  private readonly quirks = new Map<string, Quirks>();
  private readonly deadlines: Deadlines;
  private readonly contexts: ContextSize;

  constructor(
    private readonly config: Pick<Config, 'env'>,
    private readonly logger: Logger,
  ) {
    super();
    const { env } = config;
    this.server = openAiServerOf(config, logger);
    this.name = env.OPENAI_MODEL;
    this.contexts = new ContextSize(this.server, env.MODEL_CONTEXT_TOKENS);
    this.deadlines = {
      firstByteMs: env.MODEL_FIRST_BYTE_MS,
      nextMs: env.MODEL_NEXT_TOKEN_MS,
      thinkingMs: env.MODEL_THINKING_MS,
    };
  }

  override contextTokens({ model = this.name, contextTokens }: Partial<ChatPrompt> = {}): number {
    const size = contextTokens ?? this.contexts.sizeOf(model);
    return Math.min(size, this.quirks.get(model)?.contextTokens ?? Infinity);
  }

  /** Sends the request, with retries and modified forms, until there is text. */
  async stream(
    prompt: ChatPrompt,
    onTokens: OnTokens,
    signal: AbortSignal,
    observer: StreamObserver = {},
  ): Promise<FinishReason> {
    signal.throwIfAborted();
    const model = prompt.model ?? this.name;
    const quirks = this.quirksOf(model);
    let budget = Math.min(this.contexts.budgetOf(model, prompt), quirks.contextTokens ?? Infinity);
    for (let forms = 1; ; forms++) {
      const fitted = fitPrompt(prompt, budget);
      const request = toRequestBody(fitted, model, quirks, this.server.isOpenAi);
      const answers: CompletionStream[] = [];
      const body = JSON.stringify(request);
      const chars = charsOf(body, fitted);
      try {
        const answer = await this.server.retrying(this.deadlines.firstByteMs, signal, async (leftMs) => {
          const attempt = this.send(request, body, leftMs, onTokens, observer, signal);
          answers.push(attempt);
          observer.onRequest?.(() => (answers.includes(attempt) ? usageOf(attempt, chars) : null));
          await attempt.begun();
          return attempt;
        });
        await answer.ended();
        this.server.hasAnswered = true;
        if (answer.toolCalls.length > 0) observer.onToolCalls?.(answer.toolCalls, answer.thought);
        return answer.finishReason;
      } catch (error) {
        this.server.failures.add(error);
        const isRefused = error instanceof RequestRefused && !answers.at(-1)?.lengths.text;
        if (!isRefused || forms === MAX_FORMS) throw error;
        if (error.code === 'model-context') {
          const shorter = this.shrink(fitted, error);
          if (shorter === null) throw error;
          quirks.contextTokens = budget = shorter;
        } else {
          const change = error.code === 'model-refused' ? detectQuirk(quirks, error.refusal, request) : null;
          if (!change) throw error;
          this.logger.warn(
            { model, detail: error.detail },
            `the model refused a parameter; from now on: ${change}`,
          );
        }
      } finally {
        for (const answer of answers.splice(0)) this.account(answer, chars, quirks, observer);
      }
    }
  }

  async structured<T>(
    prompt: ChatPrompt,
    schema: z.ZodType<T>,
    signal: AbortSignal,
    { onUsage }: Pick<StreamObserver, 'onUsage'> = {},
  ): Promise<T | null> {
    signal.throwIfAborted();
    const model = prompt.model ?? this.name;
    const quirks = this.quirksOf(model);
    const budget = Math.min(this.contexts.budgetOf(model, prompt), quirks.contextTokens ?? Infinity);
    const messages = toOpenAiMessages(fitPrompt(prompt, budget), quirks.systemRole);
    const request = { server: this.server, model, messages, schema, signal, onUsage };
    return this.server.retrying(this.deadlines.firstByteMs, signal, (timeoutMs) =>
      requestStructured({ ...request, timeoutMs }),
    );
  }

  /** @returns the token budget of the next attempt; null when there is nothing left to omit */
  private shrink(sent: ChatPrompt, { refusal }: RequestRefused): number | null {
    if (!sent.history.length && !sent.passages?.length && !sent.earlier?.length && !sent.summary) return null;
    const tokens = promptTokens(sent);
    const told = Number(
      /(?:length|size|limit|maximum|window|n_ctx)\D{0,40}?(\d{3,7})/i.exec(refusal.message)?.[1],
    );
    const next = Math.floor(Math.min(tokens * SHRINK, told > 0 ? told * 0.75 : Infinity));
    this.logger.warn(
      { tokens, next },
      'the conversation exceeds the context size of the model: the prompt is shortened',
    );
    return next;
  }

  private send(
    { model, tools }: RequestBody,
    body: string,
    leftMs: number,
    onTokens: OnTokens,
    observer: StreamObserver,
    signal: AbortSignal,
  ): CompletionStream {
    const options = {
      deadlines: { ...this.deadlines, firstByteMs: leftMs },
      startsInside: this.quirksOf(model).startsInside,
      takesCalls: tools !== undefined,
      asked: this.server.asked(ENDPOINT, model),
    };
    const answer = new CompletionStream(options, onTokens, observer, signal);
    this.server.dispatch({ endpoint: ENDPOINT, model, body }, answer);
    return answer;
  }

  /** Reports the usage of an answer, and records whether the model's answers begin inside reasoning. */
  private account(answer: CompletionStream, chars: number, quirks: Quirks, observer: StreamObserver): void {
    if (answer.lengths.text > 0) quirks.startsInside = answer.beganInside;
    const usage = usageOf(answer, chars);
    if (usage) observer.onUsage?.(usage);
  }

  private quirksOf(model: string): Quirks {
    const { OPENAI_SYSTEM_ROLE: role } = this.config.env;
    const quirks = this.quirks.get(model) ?? {
      systemRole: role ?? 'system',
      hasFixedRole: role !== undefined,
      without: new Set<string>(),
      maxTokensField: this.server.isOpenAi ? ('max_completion_tokens' as const) : ('max_tokens' as const),
      startsInside: false,
    };
    this.quirks.set(model, quirks);
    return quirks;
  }
}

/** Usage of a request so far; null when the server has neither reported usage nor sent text. */
function usageOf(answer: CompletionStream, chars: number): Usage | null {
  const { text, reasoning } = answer.lengths;
  if (!answer.usage && text + reasoning === 0) return null;
  return answer.usage ?? estimateUsage(chars, text, reasoning);
}

/** Characters of a request, for an estimate of its tokens; images count by their number. */
const charsOf = (body: string, { pictures = [] }: ChatPrompt) =>
  pictures.reduce(
    (chars, { bytes }) => chars + 4 * (PICTURE_TOKENS - Math.ceil(bytes.length / 3)),
    body.length,
  );
