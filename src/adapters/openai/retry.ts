import { setTimeout as sleep } from 'node:timers/promises';
import { ModelError, RateLimited } from './model-error.js';

const MAX_RETRIES = 2;
const FIRST_BACKOFF_MS = 250;

export interface RetryOptions {
  /** Deadline in ms for all attempts and delays. */
  withinMs: number;
  signal: AbortSignal;
  onRetry(failure: ModelError, delayMs: number): void;
}

/**
 * Runs an attempt, and retries it while that helps and the deadline allows it.
 * @param attempt receives the remaining milliseconds
 * @throws the error of the last attempt, or an AbortError
 */
export async function withRetries<T>(
  attempt: (leftMs: number) => Promise<T>,
  options: RetryOptions,
): Promise<T> {
  const { withinMs, signal, onRetry } = options;
  const deadline = performance.now() + withinMs;
  for (let retries = 0; ; retries++) {
    try {
      return await attempt(Math.max(1, Math.ceil(deadline - performance.now())));
    } catch (error) {
      const delay = error instanceof ModelError ? retryDelay(error, retries) : null;
      if (delay === null || performance.now() + delay >= deadline) throw error;
      onRetry(error as ModelError, delay);
      await sleep(delay, undefined, { signal });
    }
  }
}

/**
 * Backoff before a retry.
 * @param retries number of previous retries
 * @returns milliseconds, or null when no retry makes sense
 */
export function retryDelay(failure: ModelError, retries: number, random = Math.random): number | null {
  if (retries >= MAX_RETRIES) return null;
  if (failure instanceof RateLimited && failure.retryAfterMs !== undefined) return failure.retryAfterMs;
  if (failure.code !== 'model-unavailable' && failure.code !== 'model-rate-limited') return null;
  return FIRST_BACKOFF_MS * 2 ** retries * (0.5 + random() / 2);
}
