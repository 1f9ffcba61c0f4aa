import { createHash } from 'node:crypto';

/**
 * An idempotency key derived from the client's ids, so that retries and double clicks find the first run.
 * @param wire namespace of the keys
 */
export const derivedKey = (wire: string, ...ids: readonly string[]): string =>
  `${wire}:${createHash('sha256').update(JSON.stringify(ids)).digest('hex')}`;
