import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher } from 'undici';
import { connectionFailure, failureOfStatus, protocolFailure, type Asked } from '../openai/failures.js';
import { ModelError } from '../openai/model-error.js';
import type { FinishReason, OnTokens, StreamObserver, ToolCall, Usage } from './chat-model.js';
import { CompletionParser } from './completion-parser.js';

/** Time the server may keep the connection busy after the end of the answer, in ms. */
const DRAIN_MS = 1_000;
const MAX_ERROR_BYTES = 16 * 1024;

export interface Deadlines {
  /** Silence before the first text, in milliseconds. */
  firstByteMs: number;
  /** Silence between two texts. */
  nextMs: number;
  /** Maximum time between two texts while the server sends reasoning or comments. */
  thinkingMs: number;
}

export interface StreamOptions {
  deadlines: Deadlines;
  /** Whether this model's answers begin in the middle of thinking. */
  startsInside: boolean;
  /** Whether calls of tools are an answer. */
  takesCalls: boolean;
  asked: Asked;
}

/** One streamed answer: an undici handler that forwards the text of each read immediately. */
export class CompletionStream implements Dispatcher.DispatchHandler {
  private readonly parser: CompletionParser;
  private controller?: Dispatcher.DispatchController;
  /** Set at the end of reading; `error` is set when the answer did not end normally. */
  private outcome?: { error?: unknown };
  private timer: NodeJS.Timeout;
  private hasSpoken = false;
  private lastTextAt = performance.now();
  private refusal?: { status: number; retryAfter?: string; body: string };
  private wake: () => void = () => {};

  constructor(
    private readonly options: StreamOptions,
    private readonly onTokens: OnTokens,
    private readonly observer: StreamObserver,
    private readonly signal: AbortSignal,
  ) {
    this.parser = new CompletionParser(options.startsInside, options.takesCalls, options.asked);
    this.timer = setTimeout(this.onLate, options.deadlines.firstByteMs);
    signal.addEventListener('abort', this.onAbort);
    if (signal.aborted) this.onAbort();
  }

  get finishReason(): FinishReason {
    return this.parser.finishReason ?? 'stop';
  }

  /** The tool calls, after the end of the answer. */
  get toolCalls(): ToolCall[] {
    return this.parser.toolCalls;
  }

  /** The thinking that goes back to the server with the tool calls. */
  get thought(): string {
    return this.parser.thought;
  }

  /** Whether the answer turned out to begin in the middle of thinking. */
  get beganInside(): boolean {
    return this.parser.beganInside;
  }

  /** The usage so far as the server reported it; null when it did not. */
  get usage(): Usage | null {
    return this.parser.usage;
  }

  /** Lengths of the received text, in UTF-16 units. */
  get lengths(): { text: number; reasoning: number } {
    return { text: this.parser.textLength, reasoning: this.parser.reasoningLength };
  }

  /**
   * Waits for the first text.
   * @throws ModelError, or the signal's reason
   */
  async begun(): Promise<void> {
    if (!this.hasSpoken && !this.outcome) await new Promise<void>((resolve) => (this.wake = resolve));
    if (!this.hasSpoken) this.throwIfFailed();
  }

  /** Waits for the normal end of the answer. Throws as `begun` does. */
  async ended(): Promise<void> {
    if (!this.outcome) await new Promise<void>((resolve) => (this.wake = resolve));
    this.throwIfFailed();
  }

  private throwIfFailed(): void {
    if (this.outcome && 'error' in this.outcome) throw this.outcome.error;
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.controller = controller;
    if (this.outcome) this.hangUp();
  }

  onResponseStart(_: unknown, status: number, headers: IncomingHttpHeaders): void {
    if (status < 200 || this.outcome) return;
    this.timer.refresh();
    if (status >= 400) this.refusal = { status, retryAfter: headers['retry-after'], body: '' };
    else if (status >= 300) this.fail(failureOfStatus(status));
    else if (/^text\/html\b/i.test(headers['content-type'] ?? ''))
      this.fail(protocolFailure('a page instead of a stream'));
  }

  onResponseData(_: unknown, bytes: Buffer): void {
    if (this.outcome) return;
    if (this.refusal) return this.onRefusalData(this.refusal, bytes);
    this.parser.push(bytes);
    this.forward();
    if (this.parser.failure) this.fail(this.parser.failure);
    else if (this.parser.done) this.settle({});
  }

  onResponseEnd(): void {
    if (this.outcome) return this.release();
    this.release();
    if (this.refusal) return this.refuse(this.refusal);
    this.parser.end();
    this.conclude();
  }

  onResponseError(_: unknown, error: Error): void {
    this.release();
    if (this.refusal) this.refuse(this.refusal);
    else if (this.parser.isComplete) this.conclude();
    else this.settle({ error: connectionFailure(error) });
  }

  private onRefusalData(refusal: NonNullable<typeof this.refusal>, bytes: Buffer): void {
    refusal.body += bytes.toString('utf8');
    if (refusal.body.length > MAX_ERROR_BYTES) this.refuse(refusal);
  }

  private refuse({ status, retryAfter, body }: NonNullable<typeof this.refusal>): void {
    this.fail(failureOfStatus(status, body, retryAfter, this.options.asked));
  }

  /** The answer is over without `[DONE]`. */
  private conclude(): void {
    this.parser.close();
    this.forward();
    this.settle(this.parser.failure ? { error: this.parser.failure } : {});
  }

  /** Forwards the text of one read. Any byte resets the idle timer, text also the token timer. */
  private forward(): void {
    const { parser, observer } = this;
    const reasoning = parser.takeReasoning();
    if (reasoning) observer.onReasoning?.(reasoning);
    if (parser.takeRetraction()) observer.onRetract?.();
    const hasText = parser.hasText;
    if (hasText) this.onText();
    // Only usage and the end mark may follow.
    if (parser.isComplete) this.restartTimer(this.onLate, DRAIN_MS);
    else if (hasText) return;
    else if (performance.now() - this.lastTextAt < this.options.deadlines.thinkingMs) this.timer.refresh();
    else this.onLate();
  }

  private onText(): void {
    this.lastTextAt = performance.now();
    if (this.hasSpoken) this.timer.refresh();
    else {
      this.hasSpoken = true;
      this.restartTimer(this.onLate, this.options.deadlines.nextMs);
      this.wake();
    }
    this.onTokens(this.parser.take());
  }

  private readonly onLate = () => {
    if (this.outcome) return;
    if (this.parser.isComplete) this.conclude();
    else this.fail(new ModelError('model-timeout', this.hasSpoken ? 'The model stopped answering.' : SILENT));
  };

  private readonly onAbort = () => this.fail(this.signal.reason);

  private fail(error: unknown): void {
    this.settle({ error });
  }

  /** Settles the outcome, once, and releases resources. */
  private settle(outcome: { error?: unknown }): void {
    if (this.outcome) return;
    this.outcome = outcome;
    this.signal.removeEventListener('abort', this.onAbort);
    // The connection is kept alive for reuse if the server ends the response soon.
    if (this.parser.done) this.restartTimer(this.hangUp, DRAIN_MS);
    else this.hangUp();
    this.wake();
  }

  private readonly hangUp = () => {
    const { controller } = this;
    this.release();
    controller?.abort(new Error('The answer is no longer wanted'));
  };

  /** The exchange is over: clears timers and listeners. */
  private release(): void {
    clearTimeout(this.timer);
    this.controller = undefined;
  }

  private restartTimer(then: () => void, ms: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(then, ms);
  }
}

const SILENT = 'The model did not begin to answer in time.';
