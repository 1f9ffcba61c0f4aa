import { OnWorkerEvent, Processor } from '@nestjs/bullmq';
import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import type { Job } from 'bullmq';
import { Redis } from 'ioredis';
import { Logger } from '../common/logger.js';
import { EvalRunsRepository } from '../database/repositories/evaluations/eval-runs.repository.js';
import { QueueProcessor, WORKER_CONFIG, WORKER_OPTIONS } from '../ingestion/queues/queue-processor.js';
import { EVALUATIONS, EvaluationQueue, type EvaluationJob } from './evaluation-queue.js';
import { EvaluationRunner } from './evaluation-runner.js';

const SWEEP_MS = 15_000;
/** Unfinished runs enqueued per sweep. */
const PAGE = 100;

/** Processes evaluation jobs, and enqueues unfinished runs that have none: at start and every 15 s. */
@Injectable()
@Processor({ name: EVALUATIONS, configKey: WORKER_CONFIG }, WORKER_OPTIONS)
export class EvaluationProcessor extends QueueProcessor implements OnModuleDestroy {
  private readonly leaving = new AbortController();
  private timer?: NodeJS.Timeout;
  private sweeping = Promise.resolve();

  constructor(
    private readonly runs: EvalRunsRepository,
    private readonly runner: EvaluationRunner,
    private readonly queue: EvaluationQueue,
    redis: Redis,
    logger: Logger,
  ) {
    super(redis, logger);
  }

  override onApplicationBootstrap(): void {
    super.onApplicationBootstrap();
    this.sweeping = this.sweep();
  }

  /** A job whose workers have crashed too often fails without another run. */
  @OnWorkerEvent('failed')
  async onFailed(job: Job<EvaluationJob> | undefined, error: Error): Promise<void> {
    if (!job || error.name !== 'UnrecoverableError') return;
    const reason = 'The server stopped again and again during the evaluation.';
    await this.runner.fail(job.data.runId, reason).catch((failure: Error) => this.onError(failure));
  }

  /** Takes no new jobs, and returns the one in progress to the queue: it continues after its last result. */
  async onModuleDestroy(): Promise<void> {
    this.leaving.abort(new Error('The worker is shutting down.'));
    clearTimeout(this.timer);
    await this.sweeping;
    const closed = await this.closing();
    await closed().catch(() => undefined);
  }

  async process(job: Job<EvaluationJob>, token?: string): Promise<void> {
    const isLast = job.attemptsMade + 1 >= (job.opts.attempts ?? 1);
    const outcome = await this.runner.run(job.data.runId, { isLast, signal: this.leaving.signal });
    if (outcome !== 'done') await this.returnToQueue(job, outcome, token);
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
