import { InjectQueue } from '@nestjs/bullmq';
import { Injectable } from '@nestjs/common';
import type { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import { Logger } from '../common/logger.js';
import { producerOf } from '../ingestion/queues/shared-queue.js';
import { Gauges } from '../telemetry/gauges.js';

export const EVALUATIONS = 'evaluations';

/** The id alone: all other data of a job is in PostgreSQL. */
export interface EvaluationJob {
  runId: string;
}

/** A job that has ended would block its own id otherwise. */
const OPTIONS = {
  removeOnComplete: true,
  removeOnFail: true,
  attempts: 3,
  backoff: { type: 'exponential', delay: 3_000 },
};

/** Queue of evaluation runs. Rows are the source of truth: a sweep enqueues unfinished runs without a job. */
@Injectable()
export class EvaluationQueue {
  constructor(
    @InjectQueue(producerOf(EVALUATIONS)) private readonly queue: Queue,
    private readonly redis: Redis,
    private readonly logger: Logger,
    gauges: Gauges,
  ) {
    gauges.add({
      name: 'parley_evaluation_jobs',
      help: 'Jobs of the queue of evaluations in Redis by state',
      label: 'state',
      aggregation: 'max',
      read: () => queue.getJobCounts('active', 'delayed', 'waiting'),
    });
  }

  /** Enqueues runs that have no job. Never fails: without Redis the next sweep does it. */
  async enqueue(...runIds: string[]): Promise<void> {
    try {
      // The queue itself would wait for the connection, however long that takes.
      if (this.redis.status !== 'ready') throw new Error('Redis is not connected.');
      await this.queue.addBulk(
        runIds.map((runId) => ({ name: 'evaluate', data: { runId }, opts: { ...OPTIONS, jobId: runId } })),
      );
    } catch (error) {
      this.logger.warn(
        { reason: (error as Error).message },
        'the evaluation could not be queued; the next sweep queues it',
      );
    }
  }
}
