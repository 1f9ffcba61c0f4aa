import { createHash } from 'node:crypto';
import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { ParleyError } from '../common/errors.js';
import type { JsonObject } from '../common/json.js';
import { Logger } from '../common/logger.js';
import { isTransientStoreError } from '../common/transient-store-error.js';
import { boundedText } from '../common/text.js';
import { parseInput } from '../common/http/validation.pipe.js';
import {
  IdempotencyRepository,
  KeyTakenError,
  type IdempotencyClaim,
} from '../database/repositories/idempotency.repository.js';

/** How long a request waits for others that carry its claim. */
const WAIT_TIMEOUT_MS = 8_000;
const CLEAN_UP_MS = 10 * 60_000;

/** A key, as clients choose it. */
export const keySchema = boundedText(1, 255);

/** Makes one request of those that carry the same `Idempotency-Key`, for 24 hours, on all replicas. */
@Injectable()
export class Idempotency implements OnApplicationBootstrap, OnApplicationShutdown {
  private timer?: NodeJS.Timeout;
  private readonly underWay = new Map<string, Promise<unknown>>();

  constructor(
    private readonly keys: IdempotencyRepository,
    private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => {
      this.keys
        .deleteExpired()
        .catch((error: unknown) => this.logger.warn({ err: error }, 'old idempotency keys were not deleted'));
    }, CLEAN_UP_MS);
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  /**
   * Executes an action once for all requests with the same claim; without one it is always executed.
   * @param act stores the claim with its result, in one statement; throws `KeyTakenError` when it exists
   * @returns the result of the first request
   * @throws ParleyError `idempotency-key-reused` for another body; what `act` throws
   */
  once<T extends object>(claim: IdempotencyClaim | undefined, act: () => Promise<T>): Promise<T> {
    if (!claim) return act();
    return this.together(claim, async () => {
      // A repetition costs no more than a look: to act takes locks.
      const known = await this.find(claim);
      if (known) return known as T;
      try {
        return await act();
      } catch (error) {
        // A concurrent second request may find the key taken, or the changes of the first.
        const first = isConflict(error) && (await this.find(claim));
        if (first) return first as T;
        throw error;
      }
    });
  }

  /** What a request made under a key, whatever it asked for; null when there was none. */
  async made(key: Omit<IdempotencyClaim, 'bodyHash'>): Promise<JsonObject | null> {
    return (await this.keys.find(key))?.result ?? null;
  }

  /** What the first request has made; null when there was none. */
  private async find(claim: IdempotencyClaim): Promise<JsonObject | null> {
    const stored = await this.keys.find(claim);
    if (!stored) return null;
    if (stored.bodyHash !== claim.bodyHash) throw keyReused();
    return stored.result;
  }

  /**
   * Those who come to this process with one claim at once wait for the first of them. When PostgreSQL has not answered
   * that one, it is refused alone: the next one tries, as long as it has not waited for too long itself.
   */
  private async together<T>(claim: IdempotencyClaim, act: () => Promise<T>): Promise<T> {
    const id = JSON.stringify(claim);
    const deadline = performance.now() + WAIT_TIMEOUT_MS;
    for (let same = this.underWay.get(id); same; same = this.underWay.get(id)) {
      try {
        return (await same) as T;
      } catch (error) {
        if (!isTransientStoreError(error) || performance.now() > deadline) throw error;
      }
    }
    const done = act().finally(() => this.underWay.delete(id));
    this.underWay.set(id, done);
    return done;
  }
}

const isConflict = (error: unknown) =>
  error instanceof KeyTakenError || (error instanceof ParleyError && error.kind === 'conflict');

export const keyReused = () =>
  new ParleyError('conflict', 'idempotency-key-reused', 'This Idempotency-Key was used with another request');

/**
 * The claim of a request; undefined when it carries no key.
 * @param header value of `Idempotency-Key`
 * @param body as parsed, or any value that distinguishes two requests
 * @throws InvalidInput for a key that is empty or too long
 */
export function claimOf(
  userId: string,
  route: string,
  header: string | undefined,
  body: unknown,
): IdempotencyClaim | undefined {
  if (header === undefined) return undefined;
  const key = parseInput(keySchema, header, 'header', 'Idempotency-Key');
  const bodyHash = createHash('sha256')
    .update(JSON.stringify(body) ?? '')
    .digest('hex');
  return { userId, route, key, bodyHash };
}
