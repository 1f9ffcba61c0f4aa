import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { ParleyError } from '../common/errors.js';
import { Config } from '../config/config.js';
import { LeasedSlots } from './leased-slots.js';

/** What is limited, and the words for it. */
const KINDS = {
  runs: { setting: 'MAX_RUNS_PER_ACCOUNT', what: 'answers being written' },
  streams: { setting: 'MAX_STREAMS_PER_ACCOUNT', what: 'event streams' },
  sockets: { setting: 'MAX_SOCKETS_PER_ACCOUNT', what: 'WebSockets' },
} as const;

export type LimitedKind = keyof typeof KINDS;

/** Seconds after which another try makes sense: most answers have ended by then. */
const RETRY_AFTER = 5;

/**
 * How much one account may do at the same time on all replicas together, so that no account takes more than its share.
 * `RATE_LIMITS=off` lets everything pass.
 */
@Injectable()
export class AccountLimits {
  constructor(
    private readonly slots: LeasedSlots,
    private readonly config: Config,
  ) {}

  /**
   * Takes a slot of an account. Idempotent for one `id`.
   * @throws ParleyError `rate-limited` when all of them are taken
   */
  async acquire(kind: LimitedKind, accountId: string, id: string = randomUUID()): Promise<() => void> {
    if (this.config.env.RATE_LIMITS === 'off') return () => undefined;
    const max = this.config.env[KINDS[kind].setting];
    if (!(await this.slots.acquire(poolOf(kind, accountId), id, max))) throw tooMany(kind, max);
    return () => this.slots.release(poolOf(kind, accountId), id);
  }

  /** Counts a use that cannot be refused any more. @returns a function that frees the slot */
  hold(kind: LimitedKind, accountId: string, id: string): () => void {
    if (this.config.env.RATE_LIMITS === 'off') return () => undefined;
    void this.slots.acquire(poolOf(kind, accountId), id, Infinity);
    return () => this.slots.release(poolOf(kind, accountId), id);
  }
}

const poolOf = (kind: LimitedKind, accountId: string) => `${kind}:${accountId}`;

function tooMany(kind: LimitedKind, quota: number): ParleyError {
  const { what } = KINDS[kind];
  return new ParleyError(
    'rate-limited',
    `too-many-${kind}`,
    `Too many ${what} at once: an account may have ${quota}. Please try again shortly.`,
    { retryAfter: RETRY_AFTER, rateLimit: { policy: kind, quota, unit: 'concurrent-requests' } },
  );
}
