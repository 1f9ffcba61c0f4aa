import { createHash } from 'node:crypto';

/**
 * An idempotency key from ids that a client makes anyway, so that its retries and double clicks find the first run.
 * @param wire keeps the keys of one wire apart from those of the others
 */
export const derivedKey = (wire: string, ...ids: readonly string[]): string =>
  `${wire}:${createHash('sha256').update(JSON.stringify(ids)).digest('hex')}`;
