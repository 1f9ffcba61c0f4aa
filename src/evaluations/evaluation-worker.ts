import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { DelayedError, WaitingError, type Job, type Worker } from 'bullmq';
import { Redis } from 'ioredis';
import { Logger } from '../common/logger.js';
import { EvalRunsRepository } from '../database/repositories/evaluations/eval-runs.repository.js';
import { closingWorker, createWorker, WorkerConnection } from '../ingestion/worker-connection.js';
import { EVALUATIONS, EvaluationQueue, type EvaluationJob } from './evaluation-queue.js';
import { EvaluationRunner } from './evaluation-runner.js';

const SWEEP_MS = 15_000;
/** Unfinished runs enqueued per sweep. */
const PAGE = 100;
/** Delay of a job whose run another worker holds the lock of. */
const BUSY_MS = 2_000;

/** Processes evaluation jobs, and enqueues unfinished runs that have none: at start and every 15 s. */
@Injectable()
export class EvaluationWorker implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly leaving = new AbortController();
  private worker?: Worker<EvaluationJob>;
  private timer?: NodeJS.Timeout;
  private sweeping = Promise.resolve();

  constructor(
    private readonly runs: EvalRunsRepository,
    private readonly runner: EvaluationRunner,
    private readonly queue: EvaluationQueue,
    private readonly connection: WorkerConnection,
    private readonly redis: Redis,
    private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    const process = (job: Job<EvaluationJob>, token?: string) => this.process(job, token);
    const worker = createWorker<EvaluationJob>(EVALUATIONS, process, this.connection, this.logger);
    this.worker = worker;
    const onError = (error: Error) => worker.emit('error', error);
    // A job whose workers have crashed too often fails without another run.
    worker.on('failed', (job, error) => {
      if (!job || error.name !== 'UnrecoverableError') return;
      const reason = 'The server stopped again and again during the evaluation.';
      this.runner.fail(job.data.runId, reason).catch(onError);
    });
    worker.run().catch(onError);
    this.sweeping = this.sweep();
  }

  /** Takes no new jobs, and returns the one in progress to the queue: it continues after its last result. */
  async onModuleDestroy(): Promise<void> {
    this.leaving.abort(new Error('The worker is shutting down.'));
    clearTimeout(this.timer);
    await this.sweeping;
    const closed = this.worker && (await closingWorker(this.worker, this.redis));
    await closed?.().catch(() => undefined);
    this.connection.redis.disconnect();
  }

  private async process(job: Job<EvaluationJob>, token?: string): Promise<void> {
    const isLast = job.attemptsMade + 1 >= (job.opts.attempts ?? 1);
    const outcome = await this.runner.run(job.data.runId, { isLast, signal: this.leaving.signal });
    if (outcome === 'busy') {
      await job.moveToDelayed(Date.now() + BUSY_MS, token);
      throw new DelayedError();
    }
    if (outcome === 'stopped') {
      await job.moveToWait(token);
      throw new WaitingError();
    }
  }

  private async sweep(): Promise<void> {
    try {
      const runIds = await this.runs.unfinished(PAGE);
      if (runIds.length > 0) await this.queue.enqueue(...runIds);
    } catch (error) {
      this.logger.warn({ err: error }, 'sweep of evaluations failed');
    }
    if (!this.leaving.signal.aborted)
      this.timer = setTimeout(() => void (this.sweeping = this.sweep()), SWEEP_MS);
  }
}
