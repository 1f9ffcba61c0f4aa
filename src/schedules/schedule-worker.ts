import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { Worker } from 'bullmq';
import { Redis } from 'ioredis';
import { Logger } from '../common/logger.js';
import { queueOptions, SharedQueue } from '../ingestion/ingestion-queue.js';
import { closingWorker, createWorker, WorkerConnection } from '../ingestion/worker-connection.js';
import { ScheduleRunner } from './schedule-runner.js';

const QUEUE = 'schedules';
const SCHEDULER = 'due';
/** Polling interval of due schedules over all processes: the maximum delay. */
const EVERY_MS = 5_000;
/** Redis may lose the job scheduler; PostgreSQL has the schedules. */
const CHECK_MS = 15_000;
const NOTHING_KEPT = { removeOnComplete: true, removeOnFail: true };

/** One job scheduler for all processes: its job starts the runs that are due. */
@Injectable()
export class ScheduleWorker implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly leaving = new AbortController();
  private readonly queue: SharedQueue;
  private worker?: Worker;
  private timer?: NodeJS.Timeout;
  private checking = Promise.resolve();

  constructor(
    private readonly runner: ScheduleRunner,
    private readonly connection: WorkerConnection,
    private readonly redis: Redis,
    private readonly logger: Logger,
  ) {
    this.queue = new SharedQueue(QUEUE, queueOptions(redis));
  }

  onApplicationBootstrap(): void {
    const process = () => this.runner.runDue(this.leaving.signal);
    const worker = createWorker(QUEUE, process, this.connection, this.logger);
    this.worker = worker;
    const onError = (error: Error) => worker.emit('error', error);
    worker.on('failed', (_job, error) => onError(error));
    worker.run().catch(onError);
    this.checking = this.check();
  }

  async onModuleDestroy(): Promise<void> {
    this.leaving.abort(new Error('The process is shutting down.'));
    clearTimeout(this.timer);
    await this.checking;
    const closed = this.worker && (await closingWorker(this.worker, this.redis));
    await closed?.().catch(() => undefined);
    await this.queue.close().catch(() => undefined);
    this.connection.redis.disconnect();
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
