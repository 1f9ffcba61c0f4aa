import { setTimeout as sleep } from 'node:timers/promises';
import { OnWorkerEvent, WorkerHost } from '@nestjs/bullmq';
import type { OnApplicationBootstrap } from '@nestjs/common';
import { DelayedError, WaitingError, type Job, type WorkerOptions } from 'bullmq';
import type { Redis } from 'ioredis';
import { tryWrite } from '../../adapters/redis/redis-access.js';
import type { Logger } from '../../common/logger.js';
import { isTransientStoreError } from '../../common/transient-store-error.js';

/** When another worker holds the lock of what a job is about, the job comes back after so long. */
const BUSY_MS = 2_000;
/** Time in ms for jobs in progress to end, or to be given back. */
const GRACE_MS = 5_000;

/** The shared configuration of `BullModule` that workers take their connection from. */
export const WORKER_CONFIG = 'queue-workers';

/** Options of the workers of all queues; one job at a time, unless a processor sets another `concurrency`. */
export const WORKER_OPTIONS = {
  autorun: false,
  skipVersionCheck: true,
  // A worker that was killed is missed after the first, and its jobs are given to another within the second.
  lockDuration: 5_000,
  stalledInterval: 3_000,
  // A job over which so many workers crashed is the cause of the crashes.
  maxStalledCount: 30,
  runRetryDelay: 1_000,
} as unknown as WorkerOptions;

/** A worker of a queue: takes jobs once the application has started, and logs the errors of its queue. */
export abstract class QueueProcessor extends WorkerHost implements OnApplicationBootstrap {
  /** @param redis the shared connection, which answers or fails within 250 ms */
  constructor(
    protected readonly redis: Redis,
    protected readonly logger: Logger,
  ) {
    super();
  }

  abstract override process(job: Job, token?: string): Promise<void>;

  onApplicationBootstrap(): void {
    this.worker.run().catch((error: Error) => this.onError(error));
  }

  @OnWorkerEvent('error')
  onError(error: Error): void {
    if (isTransientStoreError(error)) return;
    this.logger.warn({ queue: this.worker.name, reason: error.message }, 'a queue reported an error');
  }

  /**
   * Returns a job to the queue that was not done, without counting an attempt.
   * @param outcome `busy`: another worker holds its lock; `stopped`: this worker shuts down, or yields its slot
   * @throws DelayedError, WaitingError which tell BullMQ so
   */
  protected async returnToQueue(job: Job, outcome: 'busy' | 'stopped', token?: string): Promise<never> {
    if (outcome === 'busy') {
      await job.moveToDelayed(Date.now() + BUSY_MS, token);
      throw new DelayedError();
    }
    await job.moveToWait(token);
    throw new WaitingError();
  }

  /**
   * Begins to close the worker on shutdown: it takes no new jobs. `BullModule` closes it later and without a deadline,
   * which never ends while Redis is unreachable; by then it is closed.
   * @returns waits until the worker is closed, 5 s at most; may be called again
   */
  protected async closing(): Promise<() => Promise<void>> {
    const isReachable = await tryWrite(this.redis).then(
      () => true,
      () => false,
    );
    // Without Redis nothing can be given back, and a worker that waits for that never ends its timers.
    const closed = this.worker.close(!isReachable);
    return () => Promise.race([closed, sleep(GRACE_MS, undefined, { ref: false })]);
  }
}
