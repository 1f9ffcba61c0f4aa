import { ModelError, type ModelFailure } from './model-error.js';

const MAX_KEPT = 20;

/** A question that the server did not answer. */
export interface PastFailure {
  at: Date;
  code: ModelFailure;
  /** The message that users received. */
  message: string;
  /** The server's message, bounded and without secrets; null when there was none. */
  detail: string | null;
}

/** Recent failures of a server since the process started, for admins. */
export class FailureHistory {
  /** The newest first. */
  readonly entries: PastFailure[] = [];
  private newest?: ModelError;

  /** @param error counted once, also if several callers report it; ignored if it is no `ModelError` */
  add(error: unknown): void {
    if (!(error instanceof ModelError) || error === this.newest) return;
    this.newest = error;
    const { code, message, detail = null } = error;
    this.entries.unshift({ at: new Date(), code, message, detail });
    this.entries.length = Math.min(this.entries.length, MAX_KEPT);
  }
}
