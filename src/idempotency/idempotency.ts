import { createHash } from 'node:crypto';
import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { ParleyError } from '../common/errors.js';
import type { JsonObject } from '../common/json.js';
import { Logger } from '../common/logger.js';
import { boundedText } from '../common/text.js';
import { parseInput } from '../common/validation.pipe.js';
import {
  IdempotencyRepository,
  type IdempotencyClaim,
} from '../database/repositories/idempotency.repository.js';

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
   * What a request that was claimed before has made; null when its key is free.
   * @throws ParleyError `idempotency-key-reused` for another body
   */
  async find(claim: IdempotencyClaim): Promise<JsonObject | null> {
    const stored = await this.keys.find(claim);
    if (!stored) return null;
    if (stored.bodyHash !== claim.bodyHash) throw keyReused();
    return stored.result;
  }

  /** Does something once for all requests of this process that come with one claim while it is under way. */
  together<T>(claim: IdempotencyClaim, act: () => Promise<T>): Promise<T> {
    const id = JSON.stringify(claim);
    const same = this.underWay.get(id) as Promise<T> | undefined;
    if (same) return same;
    const done = act().finally(() => this.underWay.delete(id));
    this.underWay.set(id, done);
    return done;
  }
}

export const keyReused = () =>
  new ParleyError('conflict', 'idempotency-key-reused', 'This Idempotency-Key was used with another request');

/**
 * The claim of a request; undefined when it carries no key.
 * @param header value of `Idempotency-Key`
 * @param body as it was parsed, or anything else that tells two requests apart
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
