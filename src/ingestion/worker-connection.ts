import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { Worker, type Processor } from 'bullmq';
import type { Redis } from 'ioredis';
import { tryWrite } from '../adapters/redis/redis-access.js';
import { createRedis } from '../adapters/redis/redis.js';
import type { Logger } from '../common/logger.js';
import { isTransientStoreError } from '../common/transient-store-error.js';
import { Config } from '../config/config.js';
import { QUEUE_PREFIX } from './ingestion-queue.js';

/** The worker blocks for up to ten seconds while it waits for a job; a server that is silent for longer is unavailable. */
const COMMAND_TIMEOUT_MS = 15_000;
/** Time in ms for jobs in progress to end, or to be given back. */
const GRACE_MS = 5_000;

/** Options of the workers of all queues. */
export const WORKER_OPTIONS = {
  autorun: false,
  skipVersionCheck: true,
  // A worker that was killed is missed after the first, and its jobs are given to another within the second.
  lockDuration: 5_000,
  stalledInterval: 3_000,
  // A job over which so many workers crashed is the cause of the crashes.
  maxStalledCount: 30,
  runRetryDelay: 1_000,
};

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

/** A worker for one job at a time: questions of users come first. It logs its errors, and takes jobs after `run()`. */
export function createWorker<T>(
  queue: string,
  process: Processor<T, void>,
  { redis }: WorkerConnection,
  logger: Logger,
): Worker<T, void> {
  const options = { ...WORKER_OPTIONS, concurrency: 1, connection: redis, prefix: QUEUE_PREFIX };
  return new Worker<T, void>(queue, process, options).on('error', (error) => {
    if (!isTransientStoreError(error))
      logger.warn({ queue, reason: error.message }, 'a queue reported an error');
  });
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
