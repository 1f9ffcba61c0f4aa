import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import type { Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import { tryWrite } from '../adapters/redis/redis-access.js';
import { createRedis } from '../adapters/redis/redis.js';
import { Config } from '../config/config.js';

/** The worker blocks for up to ten seconds while it waits for a job; a server that is silent for longer is unavailable. */
const COMMAND_TIMEOUT_MS = 15_000;
/** Time in ms for jobs in progress to end, or to be given back. */
const GRACE_MS = 5_000;

/**
 * The Redis connection of the worker. Its blocking commands would time out on the shared connection, and they wait for
 * a server that comes back instead of failing at once.
 */
@Injectable()
export class WorkerConnection {
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
}

/**
 * Begins to close a worker on shutdown: it takes no new jobs.
 * @param redis the shared connection, which answers or fails within 250 ms
 * @returns waits until the worker is closed, 5 s at most; may be called again
 */
export async function closingWorker(worker: Worker, redis: Redis): Promise<() => Promise<void>> {
  const isReachable = await tryWrite(redis).then(
    () => true,
    () => false,
  );
  // Without Redis nothing can be given back, and a worker that waits for that never ends its timers.
  const closed = worker.close(!isReachable);
  return () => Promise.race([closed, sleep(GRACE_MS, undefined, { ref: false })]);
}
