import { Injectable } from '@nestjs/common';
import { Logger } from '../common/logger.js';
import { inCall, readTraceparent, traceIdOf } from '../telemetry/call-context.js';
import { jobSeconds } from '../telemetry/process-metrics.js';
import { traced } from '../telemetry/tracing.js';
import { AdvisoryLocks } from '../database/advisory-locks.js';
import type { AttachmentRevision } from '../database/repositories/documents/attachments.repository.js';
import { DeletedAttachmentPurger } from './deleted-attachment-purger.js';
import { failureReason } from './failure-reason.js';
import type { IngestionJob } from './ingestion-queue.js';
import { IngestionService } from './ingestion.service.js';
import { UnreadableFileError } from './parsers/parsed-document.js';

/** `busy`: another process indexes that attachment. `stopped`: the signal came before the end. */
export type JobOutcome = 'done' | 'busy' | 'stopped';

export interface JobTry {
  /** The job is not tried again after this. */
  isLast: boolean;
  signal: AbortSignal;
}

/** Runs a job. At most one process works on an attachment at a time, whatever the state of the queue. */
@Injectable()
export class JobRunner {
  constructor(
    private readonly ingestion: IngestionService,
    private readonly purger: DeletedAttachmentPurger,
    private readonly locks: AdvisoryLocks,
    private readonly logger: Logger,
  ) {}

  /** @throws whatever went wrong, when another try may help */
  async run(job: IngestionJob, current: JobTry): Promise<JobOutcome> {
    const jobId = `${job.attachmentId}-${job.revision}`;
    const begin = performance.now();
    const call = { traceId: traceIdOf(job.attachmentId), ...readTraceparent(job.trace), jobId };
    return inCall(call, () =>
      traced('index attachment', 'consumer', { 'parley.job.id': jobId }, async (span) => {
        let outcome: JobOutcome | 'failed' = 'failed';
        try {
          return (outcome = await this.runOnce(job, current));
        } finally {
          if (outcome !== 'busy') jobSeconds.observe({ outcome }, (performance.now() - begin) / 1_000);
          span.set({ 'parley.job.outcome': outcome });
        }
      }),
    );
  }

  private async runOnce(job: IngestionJob, current: JobTry): Promise<JobOutcome> {
    const revision = revisionOf(job);
    try {
      const isIndexed = await this.locks.whileAlone(revision.id, () => this.index(revision, current));
      // It may have been deleted meanwhile, and could not be purged while this job held its lock.
      if (isIndexed === false) await this.purger.purge();
      return isIndexed === null ? 'busy' : 'done';
    } catch (error) {
      if (current.signal.aborted) return 'stopped';
      throw error;
    }
  }

  /** The queue fails a job whose workers have crashed too often. */
  async fail(job: IngestionJob): Promise<void> {
    await this.ingestion.fail(
      revisionOf(job),
      'The server stopped again and again while the file was indexed.',
    );
  }

  /** A file that cannot be read fails at once, anything else when it has been tried often enough. */
  private async index(revision: AttachmentRevision, { isLast, signal }: JobTry): Promise<boolean> {
    try {
      return await this.ingestion.index(revision, signal);
    } catch (error) {
      if (signal.aborted) throw error;
      const isHopeless = error instanceof UnreadableFileError;
      const fields = {
        attachment: revision.id,
        ...(isHopeless ? { reason: error.message } : { err: error }),
      };
      this.logger.warn(fields, 'an attachment could not be indexed');
      if (!isHopeless && !isLast) throw error;
      return this.ingestion.fail(revision, failureReason(error));
    }
  }
}

const revisionOf = ({ attachmentId, revision }: IngestionJob) => ({ id: attachmentId, revision });
