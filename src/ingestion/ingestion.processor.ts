import { OnWorkerEvent, Processor } from '@nestjs/bullmq';
import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import type { Job } from 'bullmq';
import { Redis } from 'ioredis';
import { Logger } from '../common/logger.js';
import { Config } from '../config/config.js';
import { QUEUE, type IngestionJob } from './ingestion-queue.js';
import { JobRunner } from './job-runner.js';
import { QueueProcessor, WORKER_CONFIG, WORKER_OPTIONS } from './queues/queue-processor.js';
import { PlaceSharing } from './turns/place-sharing.js';

/**
 * Processes jobs of the queue, up to `INGESTION_CONCURRENCY` at once: a setting, which is not known when this file is
 * loaded.
 */
@Injectable()
@Processor({ name: QUEUE, configKey: WORKER_CONFIG }, WORKER_OPTIONS)
export class IngestionProcessor extends QueueProcessor implements OnModuleDestroy {
  private readonly leaving = new AbortController();

  constructor(
    private readonly config: Config,
    private readonly runner: JobRunner,
    private readonly places: PlaceSharing,
    redis: Redis,
    logger: Logger,
  ) {
    super(redis, logger);
  }

  override onApplicationBootstrap(): void {
    this.worker.concurrency = this.config.env.INGESTION_CONCURRENCY;
    super.onApplicationBootstrap();
  }

  async process(job: Job<IngestionJob>, token?: string): Promise<void> {
    const isLast = job.attemptsMade + 1 >= (job.opts.attempts ?? 1);
    const outcome = await this.places.hold(job, (yielded) =>
      this.runner.run(job.data, { isLast, signal: AbortSignal.any([this.leaving.signal, yielded]) }),
    );
    if (outcome !== 'done') await this.returnToQueue(job, outcome, token);
  }

  /** A job whose workers have crashed too often fails without another run. */
  @OnWorkerEvent('failed')
  async onFailed(job: Job<IngestionJob> | undefined, error: Error): Promise<void> {
    if (!job || error.name !== 'UnrecoverableError') return;
    await this.runner.fail(job.data).catch((reason: unknown) => {
      this.logger.warn(
        { err: reason },
        'a job could not be returned to the queue; the next sweep queues it again',
      );
    });
  }

  /** Takes no new jobs, waits for running ones, and returns to the queue those that do not end in time. */
  async onModuleDestroy(): Promise<void> {
    const closed = await this.closing();
    await closed();
    this.leaving.abort(new Error('The worker is shutting down.'));
    await closed();
  }
}
