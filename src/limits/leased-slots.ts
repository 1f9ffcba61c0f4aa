import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Redis } from 'ioredis';

/** A slot whose process has exited is free after so long. */
const LEASE_MS = 30_000;
const RENEW_MS = 10_000;
const PREFIX = 'parley:slots:';

interface SlotCommands {
  slotAcquire(key: string, id: string, max: number, leaseMs: number): Promise<0 | 1>;
  slotRenew(key: string, leaseMs: number, ...ids: string[]): Promise<unknown>;
}

/**
 * Counts concurrent uses of accounts over all replicas: each use holds a lease in a sorted set, by the time it
 * expires, so that the slots of a crashed process are freed. While Redis is unavailable each process counts for
 * itself, and no request is refused because of it.
 */
@Injectable()
export class LeasedSlots implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly redis: Redis & SlotCommands;
  private readonly held = new Map<string, Set<string>>();
  private timer?: NodeJS.Timeout;

  constructor(redis: Redis) {
    redis.defineCommand('slotAcquire', { numberOfKeys: 1, lua: ACQUIRE });
    redis.defineCommand('slotRenew', { numberOfKeys: 1, lua: RENEW });
    this.redis = redis as Redis & SlotCommands;
  }

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => this.renew(), RENEW_MS).unref();
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  /**
   * @param pool the counter, such as `runs:` and an account's id
   * @param id of this use; one that holds a slot already keeps it
   * @param max slots of the pool; Infinity takes one in any case
   * @returns false when all of them are held
   */
  async acquire(pool: string, id: string, max: number): Promise<boolean> {
    const ids = this.held.get(pool) ?? new Set();
    this.held.set(pool, ids);
    if (ids.has(id)) return true;
    if (ids.size >= max) return false;
    // Counted before the answer: requests at the same time cannot share the last slot of an unavailable Redis.
    ids.add(id);
    const limit = Number.isFinite(max) ? max : -1;
    const isFree = await this.redis.slotAcquire(PREFIX + pool, id, limit, LEASE_MS).then(Boolean, () => true);
    if (!isFree) this.drop(pool, id);
    // Released during the Redis command.
    else if (!this.held.get(pool)?.has(id)) this.release(pool, id);
    return isFree;
  }

  release(pool: string, id: string): void {
    this.drop(pool, id);
    // Otherwise the lease ends by itself.
    this.redis.zrem(PREFIX + pool, id).catch(() => undefined);
  }

  private drop(pool: string, id: string): void {
    const ids = this.held.get(pool);
    ids?.delete(id);
    if (ids?.size === 0) this.held.delete(pool);
  }

  private renew(): void {
    for (const [pool, ids] of this.held)
      this.redis.slotRenew(PREFIX + pool, LEASE_MS, ...ids).catch(() => undefined);
  }
}

const NOW = `
  local time = redis.call('TIME')
  local now = time[1] * 1000 + math.floor(time[2] / 1000)`;

const ACQUIRE = `${NOW}
  local id, max, lease = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
  redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
  local is_held = redis.call('ZSCORE', KEYS[1], id)
  if max >= 0 and not is_held and redis.call('ZCARD', KEYS[1]) >= max then return 0 end
  redis.call('ZADD', KEYS[1], now + lease, id)
  redis.call('PEXPIRE', KEYS[1], lease)
  return 1`;

const RENEW = `${NOW}
  local lease = tonumber(ARGV[1])
  for i = 2, #ARGV do redis.call('ZADD', KEYS[1], now + lease, ARGV[i]) end
  redis.call('PEXPIRE', KEYS[1], lease)`;
