import { Injectable } from '@nestjs/common';
import type { Source } from '../../agents/agent.js';
import { Logger } from '../../common/logger.js';
import type { RunUsage } from '../../database/entities/run.entity.js';
import {
  MAX_ORPHANS,
  RunLeasesRepository,
  type OrphanedRun,
} from '../../database/repositories/runs/run-leases.repository.js';
import { ProcessLease } from './process-lease.js';
import type { LoggedEvent } from '../run.js';
import { APPROVAL_EXPIRED, CANCELLED, INTERRUPTED, LOST } from '../run-endings.js';
import { RunFinisher } from '../run-finisher.js';
import { RunLog } from '../run-log.js';
import { RunProducer } from '../run-producer.js';
import { endOf, furthest, STARTED, type RunSnapshot } from '../run-snapshot.js';

/** A log that stays unreadable for this long counts as lost, so that its conversation is not blocked for ever. */
const LOG_WAIT_TIMEOUT_MS = 60_000;

/**
 * Recovers orphaned runs: ends them with all events that were shown. Also begins queued runs that are no longer
 * blocked by a previous run.
 */
@Injectable()
export class RunRecovery {
  /** Runs taken over whose log could not be read yet, with the time of the first attempt. */
  private readonly unread = new Map<string, { run: OrphanedRun; since: number }>();

  constructor(
    private readonly leases: RunLeasesRepository,
    private readonly lease: ProcessLease,
    private readonly log: RunLog,
    private readonly finisher: RunFinisher,
    private readonly producer: RunProducer,
    private readonly logger: Logger,
  ) {}

  async sweep(): Promise<void> {
    await this.retryUnread();
    for (let found = MAX_ORPHANS; found === MAX_ORPHANS;) {
      const orphans = await this.leases.takeOver(this.lease);
      found = orphans.length;
      if (found > 0) this.logger.warn({ runs: found }, 'orphaned runs are ended');
      await Promise.all(orphans.map((run) => this.end(run)));
    }
    if (!this.finisher.beginsNext) return;
    for (const run of await this.leases.promote(this.lease)) this.producer.begin(run);
  }

  /** Retries runs whose log was unreadable; their leases are renewed meanwhile. */
  private async retryUnread(): Promise<void> {
    if (this.unread.size === 0) return;
    const { lost } = await this.leases.renew([...this.unread.keys()], this.lease);
    for (const runId of lost) this.unread.delete(runId);
    await Promise.all([...this.unread.values()].map(({ run }) => this.end(run)));
  }

  /** Ends a run that is waiting for approval. @returns false if it is no longer waiting */
  async endWaiting(runId: string): Promise<boolean> {
    const run = await this.leases.takeWaiting(runId, this.lease);
    if (run) await this.end({ ...run, stopRequested: true });
    return run !== null;
  }

  private async end(run: OrphanedRun): Promise<void> {
    const logged = await this.readLog(run);
    if (!logged) return;
    const { runId } = run;
    this.unread.delete(runId);
    const snapshot = furthest(checkpointOf(run), logged);
    const { model, ...usage } = run.usage ?? {};
    const outcome = run.usage ? { usage: usage as RunUsage } : {};
    const failure = run.stopRequested ? CANCELLED : run.wasWaiting ? APPROVAL_EXPIRED : INTERRUPTED;
    const finished = await this.finisher.finish(runId, snapshot, failure, outcome, { model });
    if (finished.next) this.producer.begin(finished.next);
    if (finished.failure === LOST) return;
    const end = endOf(snapshot, finished.failure, outcome);
    // Fallback: watchers that do not receive the end from the log read it from the stored run.
    await this.log.append([{ runId, events: [end] }]).catch(() => undefined);
  }

  /** @returns null when the log is unreadable and a retry is due: the checkpoint may lack events that were shown */
  private async readLog(run: OrphanedRun): Promise<readonly LoggedEvent[] | null> {
    try {
      return await this.log.readAll(run.runId);
    } catch (error) {
      const { since } = this.unread.get(run.runId) ?? { since: performance.now() };
      this.unread.set(run.runId, { run, since });
      if (performance.now() - since < LOG_WAIT_TIMEOUT_MS) return null;
      this.logger.error({ err: error, runId: run.runId }, 'a run is ended although its log cannot be read');
      return [];
    }
  }
}

const checkpointOf = (run: OrphanedRun): RunSnapshot => ({
  offset: Math.max(run.lastOffset, STARTED),
  reply: run.partial,
  state: run.state,
  sources: run.sources as unknown as Source[] | null,
  toolCalls: run.toolCalls ?? [],
  retractions: 0,
  end: null,
});
