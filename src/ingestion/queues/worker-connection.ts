import { Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import type { Redis } from 'ioredis';
import { createRedis } from '../../adapters/redis/redis.js';
import { Config } from '../../config/config.js';

/** A worker blocks for up to ten seconds while it waits for a job; a server that is silent for longer is unavailable. */
const COMMAND_TIMEOUT_MS = 15_000;

/**
 * The Redis connection of the workers. Their blocking commands would time out on the shared connection, and they wait
 * for a server that comes back instead of failing at once.
 */
@Injectable()
export class WorkerConnection implements BeforeApplicationShutdown {
  readonly redis: Redis;

  constructor(config: Config) {
    this.redis = createRedis(config.env.REDIS_URL ?? '', {
      commandTimeout: COMMAND_TIMEOUT_MS,
      maxRetriesPerRequest: null,
      enableOfflineQueue: true,
      lazyConnect: true,
    });
    // The shared connection logs that Redis is unavailable.
    this.redis.on('error', () => undefined);
  }

  /** The workers have closed in `onModuleDestroy`. */
  beforeApplicationShutdown(): void {
    this.redis.disconnect();
  }
}
