import { Injectable } from '@nestjs/common';
import { RateLimiterMemory } from 'rate-limiter-flexible';

/** At most so many events of a key in so many seconds, counted from the first. */
export interface Limit {
  name: string;
  events: number;
  seconds: number;
}

/** Counts events by limit and key. What is shared between replicas goes behind this as well. */
export abstract class RateLimiter {
  /** @returns seconds until one more event is within the limit; 0 when it is now */
  abstract wait(limit: Limit, key: string): Promise<number>;
  abstract count(limit: Limit, key: string): Promise<void>;
  abstract forget(limit: Limit, key: string): Promise<void>;
}

/** In the memory of this process. A key is dropped when its time is over. */
@Injectable()
export class MemoryRateLimiter extends RateLimiter {
  private readonly counters = new Map<string, RateLimiterMemory>();

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

  private counter({ name, events, seconds }: Limit): RateLimiterMemory {
    const known = this.counters.get(name);
    if (known) return known;
    const counter = new RateLimiterMemory({ keyPrefix: name, points: events, duration: seconds });
    this.counters.set(name, counter);
    return counter;
  }
}
