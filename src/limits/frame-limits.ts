import { Injectable } from '@nestjs/common';
import { Redis } from 'ioredis';
import { LRUCache } from 'lru-cache';
import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';
import { Config } from '../config/config.js';

/** A process takes an account's frames from the shared budget this many times a second at most. */
const SHARES = 10;
const MAX_ENTRIES = 10_000;

/** Frames that a process may still let in of one account, until the second is over. */
interface Share {
  left: number;
  until: number;
}

/** How many frames one account may send in a second over all its sockets, shared by all replicas. */
@Injectable()
export class FrameLimits {
  private readonly shares = new LRUCache<string, Share>({ max: MAX_ENTRIES });
  private readonly counter: RateLimiterRedis;
  private readonly max: number;
  private readonly isOff: boolean;

  constructor(redis: Redis, { env }: Config) {
    this.max = env.MAX_FRAMES_PER_ACCOUNT;
    this.isOff = env.RATE_LIMITS === 'off';
    const counting = { keyPrefix: 'parley:limit:frames', points: this.max, duration: 1 };
    this.counter = new RateLimiterRedis({
      ...counting,
      storeClient: redis,
      rejectIfRedisNotReady: true,
      insuranceLimiter: new RateLimiterMemory(counting),
    });
  }

  /** @returns whether one more frame of the account is within its limit; counts it then */
  async admit(accountId: string): Promise<boolean> {
    if (this.isOff) return true;
    const known = this.shares.get(accountId);
    if (known && known.until > performance.now() && known.left > 0) {
      known.left--;
      return true;
    }
    return this.take(accountId);
  }

  /** Takes several frames at once from the shared budget: a command to Redis for each would cost more than the frame. */
  private async take(accountId: string): Promise<boolean> {
    const size = Math.max(1, Math.floor(this.max / SHARES));
    try {
      const { msBeforeNext } = await this.counter.consume(accountId, size);
      this.shares.set(accountId, { left: size - 1, until: performance.now() + msBeforeNext });
      return true;
    } catch (error) {
      // Anything else is Redis, which the insurance has answered for.
      return !(error instanceof RateLimiterRes);
    }
  }
}
