import { Injectable } from '@nestjs/common';
import { Redis } from 'ioredis';
import {
  RateLimiterMemory,
  RateLimiterRedis,
  RateLimiterRes,
  type RateLimiterAbstract,
} from 'rate-limiter-flexible';

/** A fixed-window limit: maximum events per key and window, counted from the first event. */
export interface Limit {
  name: string;
  events: number;
  seconds: number;
}

/** Counts events by limit and key. A key is dropped when its time is over. */
export abstract class RateLimiter {
  private readonly counters = new Map<string, RateLimiterAbstract>();

  /**
   * Counts an event if it is within the limit, atomically: concurrent events cannot exceed the limit.
   * @returns 0 if admitted; otherwise seconds until another event is
   */
  async consume(limit: Limit, key: string): Promise<number> {
    try {
      await this.counter(limit).consume(key);
      return 0;
    } catch (refused) {
      if (refused instanceof RateLimiterRes) return secondsUntilNext(refused);
      throw refused;
    }
  }

  /** @returns seconds until another event is within the limit; 0 when it is now */
  async wait(limit: Limit, key: string): Promise<number> {
    return (await this.look(limit, key)).wait;
  }

  /** @returns the number of events, and seconds until another is within the limit; 0 when it is now */
  async look(limit: Limit, key: string): Promise<{ events: number; wait: number }> {
    const seen = await this.counter(limit).get(key);
    if (!seen) return { events: 0, wait: 0 };
    const isOver = seen.consumedPoints >= limit.events;
    return {
      events: seen.consumedPoints,
      wait: isOver ? secondsUntilNext(seen) : 0,
    };
  }

  /** Counts an event unconditionally, also beyond the limit. */
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

const secondsUntilNext = ({ msBeforeNext }: RateLimiterRes) => Math.max(1, Math.ceil(msBeforeNext / 1000));

/**
 * Rate limits in Redis, shared by all replicas. While Redis is unavailable each process counts separately, and no
 * request is refused because of the outage.
 */
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
