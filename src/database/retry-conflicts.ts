import { setTimeout as sleep } from 'node:timers/promises';

/** SQLSTATEs of a statement that was rolled back because of a concurrent one: retryable unchanged. */
const CONFLICTS = ['40P01', '40001'];
const MAX_TRIES = 4;
/** Longest pause before the second try; it doubles with each. */
const PAUSE_MS = 20;

/**
 * Retries a statement after a deadlock or a serialization failure, up to three times, with random backoff so that
 * the conflicting statements do not collide again.
 * @param statement atomic by itself, not part of a larger transaction
 * @throws the error of the last attempt
 */
export async function retryConflicts<T>(statement: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await statement();
    } catch (error) {
      if (tries === MAX_TRIES || !CONFLICTS.includes((error as { code?: string }).code ?? '')) throw error;
      await sleep(Math.random() * PAUSE_MS * 2 ** tries);
    }
  }
}
