import { InjectQueue, OnWorkerEvent, Processor } from '@nestjs/bullmq';
import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import type { Job, Queue } from 'bullmq';
import { Redis } from 'ioredis';
import { Logger } from '../common/logger.js';
import { QueueProcessor, WORKER_CONFIG, WORKER_OPTIONS } from '../ingestion/queues/queue-processor.js';
import { producerOf } from '../ingestion/queues/shared-queue.js';
import { ScheduleRunner } from './schedule-runner.js';

export const SCHEDULES = 'schedules';
const SCHEDULER = 'due';
/** Polling interval of due schedules over all processes: the maximum delay. */
const EVERY_MS = 5_000;
/** Redis may lose the job scheduler; PostgreSQL has the schedules. */
const CHECK_MS = 15_000;
const NOTHING_KEPT = { removeOnComplete: true, removeOnFail: true };

/** One job scheduler for all processes: its job starts the runs that are due. */
@Injectable()
@Processor({ name: SCHEDULES, configKey: WORKER_CONFIG }, WORKER_OPTIONS)
export class ScheduleProcessor extends QueueProcessor implements OnModuleDestroy {
  private readonly leaving = new AbortController();
  private timer?: NodeJS.Timeout;
  private checking = Promise.resolve();

  constructor(
    private readonly runner: ScheduleRunner,
    @InjectQueue(producerOf(SCHEDULES)) private readonly queue: Queue,
    redis: Redis,
    logger: Logger,
  ) {
    super(redis, logger);
  }

  override onApplicationBootstrap(): void {
    super.onApplicationBootstrap();
    this.checking = this.check();
  }

  async process(): Promise<void> {
    await this.runner.runDue(this.leaving.signal);
  }

  @OnWorkerEvent('failed')
  onFailed(_job: Job | undefined, error: Error): void {
    this.onError(error);
  }

  async onModuleDestroy(): Promise<void> {
    this.leaving.abort(new Error('The process is shutting down.'));
    clearTimeout(this.timer);
    await this.checking;
    const closed = await this.closing();
    await closed().catch(() => undefined);
  }

  /** Creates the job scheduler where it is missing: at start and every 15 s. */
  private async check(): Promise<void> {
    try {
      // The queue itself would wait for the connection, however long that takes.
      if (this.redis.status === 'ready' && !(await this.queue.getJobScheduler(SCHEDULER)))
        await this.queue.upsertJobScheduler(SCHEDULER, { every: EVERY_MS }, { opts: NOTHING_KEPT });
    } catch (error) {
      this.logger.warn({ reason: (error as Error).message }, 'the job scheduler could not be checked');
    }
    if (!this.leaving.signal.aborted)
      this.timer = setTimeout(() => void (this.checking = this.check()), CHECK_MS);
  }
}
