import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { Job, Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import { createRedis } from '../adapters/redis/redis.js';
import { Logger } from '../common/logger.js';
import { isTransientStoreError } from '../common/transient-store-error.js';
import { Config } from '../config/config.js';
import { QUEUE, QUEUE_PREFIX, type IngestionJob } from './ingestion-queue.js';
import { JobRunner } from './job-runner.js';

/** A worker that was killed is missed after so long, and what it had is given to another within the interval. */
const LOCK_MS = 5_000;
const STALLED_MS = 3_000;
/** A file that so many workers died over is what kills them. */
const MAX_STALLS = 30;
/** The worker waits for jobs up to ten seconds at a time; a server that is silent for longer is unavailable. */
const SILENCE_MS = 15_000;
const RETRY_MS = 1_000;
/** When somebody else is at an attachment, its job comes back after so long. */
const BUSY_MS = 2_000;
/** When the process is told to leave, running jobs may end for so long; then they are given back, for which there is as long. */
const GRACE_MS = 5_000;

/** Takes jobs from the queue, as many at once as `INGESTION_CONCURRENCY` says. */
@Injectable()
export class IngestionWorker implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly leaving = new AbortController();
  private readonly redis: Redis;
  private started: Promise<Worker> | undefined;

  constructor(
    private readonly config: Config,
    private readonly runner: JobRunner,
    private readonly logger: Logger,
  ) {
    const patience = { commandTimeout: SILENCE_MS, maxRetriesPerRequest: null, enableOfflineQueue: true };
    this.redis = createRedis(config.env.REDIS_URL ?? '', { ...patience, lazyConnect: true });
    // The shared connection logs that it is unavailable.
    this.redis.on('error', () => undefined);
  }

  onApplicationBootstrap(): void {
    this.started = this.start();
  }

  /** Takes no new jobs, lets those that are running end, and gives back those that do not. */
  async onModuleDestroy(): Promise<void> {
    const worker = await this.started;
    // Without Redis nothing can be given back, and a worker that waits for that never ends its timers.
    const closed = worker?.close(this.redis.status !== 'ready');
    const grace = () => Promise.race([closed, sleep(GRACE_MS, undefined, { ref: false })]);
    await grace();
    this.leaving.abort(new Error('The worker is shutting down.'));
    await grace();
    this.redis.disconnect();
  }

  /** BullMQ takes a while to load, which a start need not wait for. */
  private async start(): Promise<Worker> {
    const { Worker, DelayedError, WaitingError } = await import('bullmq');
    const run = async (job: Job<IngestionJob>, token?: string) => {
      const isLast = job.attemptsMade + 1 >= (job.opts.attempts ?? 1);
      const outcome = await this.runner.run(job.data, { isLast, signal: this.leaving.signal });
      if (outcome === 'busy') {
        await job.moveToDelayed(Date.now() + BUSY_MS, token);
        throw new DelayedError();
      }
      if (outcome === 'stopped') {
        await job.moveToWait(token);
        throw new WaitingError();
      }
    };
    const worker = new Worker<IngestionJob>(QUEUE, run, {
      connection: this.redis,
      prefix: QUEUE_PREFIX,
      skipVersionCheck: true,
      concurrency: this.config.env.INGESTION_CONCURRENCY,
      lockDuration: LOCK_MS,
      stalledInterval: STALLED_MS,
      maxStalledCount: MAX_STALLS,
      runRetryDelay: RETRY_MS,
    });
    worker.on('error', (error) => {
      if (!isTransientStoreError(error))
        this.logger.warn({ reason: error.message }, 'the queue reported an error');
    });
    worker.on('failed', (job, error) => {
      if (job && error.name === 'UnrecoverableError') void this.giveUp(job.data);
    });
    return worker;
  }

  private async giveUp(job: IngestionJob): Promise<void> {
    await this.runner.giveUp(job).catch((error: unknown) => {
      this.logger.warn(
        { err: error },
        'a job could not be returned to the queue; the next sweep queues it again',
      );
    });
  }
}
