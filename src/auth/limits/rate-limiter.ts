import { Injectable } from '@nestjs/common';
import { Redis } from 'ioredis';
import { RateLimiterMemory, RateLimiterRedis, type RateLimiterAbstract } from 'rate-limiter-flexible';

/** At most so many events of a key in so many seconds, counted from the first. */
export interface Limit {
  name: string;
  events: number;
  seconds: number;
}

/** Counts events by limit and key. A key is dropped when its time is over. */
export abstract class RateLimiter {
  private readonly counters = new Map<string, RateLimiterAbstract>();

  /** @returns seconds until one more event is within the limit; 0 when it is now */
  async wait(limit: Limit, key: string): Promise<number> {
    const seen = await this.counter(limit).get(key);
    return seen && seen.consumedPoints >= limit.events ? Math.max(1, Math.ceil(seen.msBeforeNext / 1000)) : 0;
  }

  async count(limit: Limit, key: string): Promise<void> {
    await this.counter(limit).penalty(key);
  }

  async forget(limit: Limit, key: string): Promise<void> {
    await this.counter(limit).delete(key);
  }

  protected abstract createCounter(limit: Limit): RateLimiterAbstract;

  private counter(limit: Limit): RateLimiterAbstract {
    const known = this.counters.get(limit.name);
    if (known) return known;
    const counter = this.createCounter(limit);
    this.counters.set(limit.name, counter);
    return counter;
  }
}

/** In the memory of this process. */
@Injectable()
export class MemoryRateLimiter extends RateLimiter {
  protected createCounter({ name, events, seconds }: Limit): RateLimiterAbstract {
    return new RateLimiterMemory({ keyPrefix: name, points: events, duration: seconds });
  }
}

/** In Redis, for all replicas together. While it is unavailable each process counts for itself, and nobody is refused for it. */
@Injectable()
export class SharedRateLimiter extends RateLimiter {
  constructor(private readonly redis: Redis) {
    super();
  }

  protected createCounter({ name, events, seconds }: Limit): RateLimiterAbstract {
    const counting = { keyPrefix: `parley:limit:${name}`, points: events, duration: seconds };
    return new RateLimiterRedis({
      ...counting,
      storeClient: this.redis,
      rejectIfRedisNotReady: true,
      insuranceLimiter: new RateLimiterMemory(counting),
    });
  }
}
