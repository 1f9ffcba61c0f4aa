import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher } from 'undici';
import { ModelError, type OnTokens } from './chat-model.js';
import { CompletionParser } from './completion-parser.js';
import { connectionFailure, failureOfStatus, protocolFailure } from './model-failures.js';

/** How long a server may keep a connection busy after its answer has ended. */
const DRAIN_MS = 1_000;

export interface Deadlines {
  /** To the first text, in milliseconds. */
  firstMs: number;
  /** From one text to the next. */
  nextMs: number;
}

/** One streamed answer: undici calls it for each read, and it hands the text on at once. */
export class CompletionStream implements Dispatcher.DispatchHandler {
  private readonly parser = new CompletionParser();
  private controller?: Dispatcher.DispatchController;
  /** Set once nothing more will be read; `error` tells why when it is not the answer's good end. */
  private outcome?: { error?: unknown };
  private timer: NodeJS.Timeout;
  private hasSpoken = false;
  private wake: () => void = () => {};

  constructor(
    private readonly deadlines: Deadlines,
    private readonly onTokens: OnTokens,
    private readonly signal: AbortSignal,
  ) {
    this.timer = setTimeout(this.onLate, deadlines.firstMs);
    signal.addEventListener('abort', this.onAbort);
    if (signal.aborted) this.onAbort();
  }

  /**
   * Waits for the first text, or the good end of an answer without any.
   * @throws ModelError, or the signal's reason
   */
  async begun(): Promise<void> {
    if (!this.hasSpoken && !this.outcome) await new Promise<void>((resolve) => (this.wake = resolve));
    if (!this.hasSpoken) this.throwIfFailed();
  }

  /** Waits for the good end of the answer. Throws as `begun` does. */
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
    if (status < 200) return;
    if (status >= 300) this.fail(failureOfStatus(status, headers['retry-after']));
    else if (/^(?:text\/html|application\/json)\b/i.test(headers['content-type'] ?? ''))
      this.fail(protocolFailure('a document instead of a stream'));
  }

  onResponseData(_: unknown, bytes: Buffer): void {
    if (this.outcome) return;
    this.parser.push(bytes);
    if (this.parser.hasText) this.onText();
    if (this.parser.failure) this.fail(this.parser.failure);
    else if (this.parser.done) this.settle({});
  }

  onResponseEnd(): void {
    if (this.outcome) return this.letGo();
    this.parser.end();
    if (this.parser.hasText) this.onText();
    this.letGo();
    this.settle(this.parser.failure ? { error: this.parser.failure } : {});
  }

  onResponseError(_: unknown, error: Error): void {
    this.letGo();
    this.settle(this.parser.isComplete ? {} : { error: connectionFailure(error) });
  }

  private onText(): void {
    if (this.hasSpoken) this.timer.refresh();
    else {
      this.hasSpoken = true;
      this.restartTimer(this.onLate, this.deadlines.nextMs);
      this.wake();
    }
    this.onTokens(this.parser.take());
  }

  private readonly onLate = () => {
    if (this.parser.isComplete) this.settle({});
    else this.fail(new ModelError('model-timeout', this.hasSpoken ? 'The model stopped answering.' : SILENT));
  };

  private readonly onAbort = () => this.fail(this.signal.reason);

  private fail(error: unknown): void {
    this.settle({ error });
  }

  /** Decides how the answer ended, once, and lets go of everything. */
  private settle(outcome: { error?: unknown }): void {
    if (this.outcome) return;
    this.outcome = outcome;
    this.signal.removeEventListener('abort', this.onAbort);
    // A connection whose answer is over is kept for the next one, when the server ends it soon.
    if (this.parser.done) this.restartTimer(this.hangUp, DRAIN_MS);
    else this.hangUp();
    this.wake();
  }

  private readonly hangUp = () => {
    const { controller } = this;
    this.letGo();
    controller?.abort(new Error('The answer is no longer wanted'));
  };

  /** The exchange is over: there is nothing left to wait for or to close. */
  private letGo(): void {
    clearTimeout(this.timer);
    this.controller = undefined;
  }

  private restartTimer(then: () => void, ms: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(then, ms);
  }
}

const SILENT = 'The model did not begin to answer in time.';
