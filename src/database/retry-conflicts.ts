import { setTimeout as sleep } from 'node:timers/promises';

/** SQLSTATEs of a statement that PostgreSQL has rolled back because of another one: it may be tried again as it is. */
const CONFLICTS = ['40P01', '40001'];
const MAX_TRIES = 4;
/** Longest pause before the second try; it doubles with each. */
const PAUSE_MS = 20;

/**
 * Runs a statement again that lost a deadlock or a serialization conflict, up to three times, after a pause of random
 * length: those who lost together come back apart.
 * @param statement atomic by itself, not part of a larger transaction
 * @throws what the last try threw
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
