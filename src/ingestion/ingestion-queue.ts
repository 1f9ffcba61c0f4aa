import { InjectQueue } from '@nestjs/bullmq';
import { Injectable } from '@nestjs/common';
import type { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import { publish } from '../adapters/redis/redis.js';
import { Logger } from '../common/logger.js';
import type { AttachmentRevision } from '../database/repositories/documents/attachments.repository.js';
import { IndexingRepository } from '../database/repositories/documents/indexing.repository.js';
import { writeTraceparent } from '../telemetry/call-context.js';
import { Gauges } from '../telemetry/gauges.js';
import { producerOf, QUEUE_PREFIX } from './queues/shared-queue.js';
import { IngestionTurns } from './turns/ingestion-turns.js';

export const QUEUE = 'ingestion';

/** Notifies workers that attachments were deleted. */
export const PURGE_CHANNEL = 'parley:purge';

/** Notifies workers that the index of another embedding model is requested, or to be deleted. */
export const INDEXES_CHANNEL = 'parley:embedding-indexes';

/** Ids only: all other data of a job is in PostgreSQL. */
export interface IngestionJob {
  attachmentId: string;
  revision: number;
  /** The owner of the file, for fair scheduling. */
  tenant: string;
  /** The trace of the request that had it queued (`traceparent`), where there is one. */
  trace?: string;
}

/** The row holds the outcome, so that a job that has ended may go; it would block its own id otherwise. */
const KEEP_NOTHING = { removeOnComplete: true, removeOnFail: true };
const OPTIONS = { ...KEEP_NOTHING, attempts: 3, backoff: { type: 'exponential', delay: 3_000 } };
/** As many as Redis takes well within the deadline of a command. */
const BATCH = 100;
/** How far into the queue a worker searches for other owners. */
const LOOK_AHEAD = 100;

/** The same work has the same id, so that it is queued once. */
const jobId = ({ id, revision }: AttachmentRevision) => `${id}-${revision}`;

const indexJob = ({ id, revision }: AttachmentRevision, tenant: string, priority: number) => ({
  name: 'index',
  data: { attachmentId: id, revision, tenant, trace: writeTraceparent() } satisfies IngestionJob,
  opts: { ...OPTIONS, jobId: jobId({ id, revision }), priority },
});

/**
 * Notifies workers. Jobs are only hints: rows are the source of truth, and a sweep searches for those without a
 * job. So it never fails, and costs no more than the deadline of a Redis command.
 */
@Injectable()
export class IngestionQueue {
  constructor(
    @InjectQueue(producerOf(QUEUE)) private readonly queue: Queue,
    private readonly redis: Redis,
    private readonly indexing: IndexingRepository,
    private readonly turns: IngestionTurns,
    private readonly logger: Logger,
    gauges: Gauges,
  ) {
    gauges.add({
      name: 'parley_queue_jobs',
      help: 'Jobs of the indexing queue in Redis by state',
      label: 'state',
      aggregation: 'max',
      read: () => queue.getJobCounts('active', 'delayed', 'prioritized', 'waiting'),
    });
    gauges.add({
      name: 'parley_outbox_rows',
      help: 'Rows pending for workers: files to index, deleted files to purge',
      label: 'kind',
      aggregation: 'max',
      read: () => indexing.backlog(),
    });
  }

  /** Has an attachment's revision indexed; call it after the commit. @returns the job's id */
  async enqueue(attachmentId: string, revision: number): Promise<string> {
    const attachment = { id: attachmentId, revision };
    await this.enqueueAll([attachment]);
    return jobId(attachment);
  }

  /** The same for many. Those that have a job already are left alone. */
  async enqueueAll(attachments: readonly AttachmentRevision[]): Promise<void> {
    for (let from = 0; from < attachments.length; from += BATCH) {
      if (!(await this.add(attachments.slice(from, from + BATCH)))) return;
    }
  }

  /** Whose files wait for their turn, those that come first. */
  async waitingTenants(): Promise<string[]> {
    const jobs = await this.queue.getPrioritized(0, LOOK_AHEAD - 1);
    return jobs.map((job) => (job.data as IngestionJob).tenant);
  }

  /** Number of jobs by state; null while Redis is unavailable. */
  async depth(): Promise<{ waiting: number; active: number; delayed: number } | null> {
    if (this.redis.status !== 'ready') return null;
    try {
      const {
        wait = 0,
        prioritized = 0,
        active = 0,
        delayed = 0,
      } = await this.queue.getJobCounts('wait', 'prioritized', 'active', 'delayed');
      return { waiting: wait + prioritized, active, delayed };
    } catch {
      return null;
    }
  }

  /** Removes a job that is not being done. @returns false when it is, or there is none */
  async remove(id: string): Promise<boolean> {
    return (await this.queue.remove(id).catch(() => 0)) > 0;
  }

  /** Forgets whose turn it is for an owner that does not exist any more. */
  forgetOwner(tenant: string): Promise<void> {
    return this.turns.forget(tenant);
  }

  /**
   * Asks workers to purge what deleted attachments left behind. No job: it would wait behind files that take minutes.
   */
  async requestPurge(): Promise<void> {
    try {
      await publish(this.redis, PURGE_CHANNEL, '');
    } catch (error) {
      this.logger.warn(
        { reason: (error as Error).message },
        'workers were not notified of deleted attachments; the next sweep purges them',
      );
    }
  }

  /** Asks workers to look at the indexes of embedding models now; the next sweep does so in any case. */
  async requestIndexes(): Promise<void> {
    await publish(this.redis, INDEXES_CHANNEL, '').catch(() => undefined);
  }

  /** Jobs of those that have none yet, each with its owner's next turn. */
  private async jobsOf(attachments: readonly AttachmentRevision[]) {
    const keys = attachments.map((attachment) => `${QUEUE_PREFIX}:${QUEUE}:${jobId(attachment)}`);
    const known = await Promise.all(keys.map((key) => this.redis.exists(key)));
    const fresh = attachments.filter((_attachment, i) => known[i] === 0);
    if (fresh.length === 0) return [];
    const tenants = await this.indexing.tenantsOf(fresh.map(({ id }) => id));
    const owned = fresh.flatMap((attachment) => {
      const tenant = tenants.get(attachment.id);
      return tenant ? [{ attachment, tenant }] : [];
    });
    const turns = await this.turns.take(owned.map(({ tenant }) => tenant));
    return owned.map(({ attachment, tenant }, i) => indexJob(attachment, tenant, turns[i]!));
  }

  /** @returns false when the queue is unavailable */
  private async add(attachments: readonly AttachmentRevision[]): Promise<boolean> {
    try {
      // The queue itself would wait for the connection, however long that takes.
      if (this.redis.status !== 'ready') throw new Error('Redis is not connected.');
      await this.queue.addBulk(await this.jobsOf(attachments));
      return true;
    } catch (error) {
      this.logger.warn(
        { reason: (error as Error).message },
        'the job could not be queued; the next sweep queues it',
      );
      return false;
    }
  }
}
