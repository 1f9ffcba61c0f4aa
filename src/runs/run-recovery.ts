import { Injectable } from '@nestjs/common';
import type { Source } from '../agents/agent.js';
import { Logger } from '../common/logger.js';
import {
  MAX_ORPHANS,
  RunLeasesRepository,
  type OrphanedRun,
} from '../database/repositories/run-leases.repository.js';
import { ProcessLease } from './process-lease.js';
import type { LoggedEvent } from './run.js';
import { CANCELLED, INTERRUPTED, LOST } from './run-endings.js';
import { RunFinisher } from './run-finisher.js';
import { RunLog } from './run-log.js';
import { RunProducer } from './run-producer.js';
import { carriedOn, emptySnapshot, endOf, type RunSnapshot } from './run-snapshot.js';

/** Ends the runs whose process has died, with all that was shown of them, and begins those that wait for nobody. */
@Injectable()
export class RunRecovery {
  constructor(
    private readonly leases: RunLeasesRepository,
    private readonly lease: ProcessLease,
    private readonly log: RunLog,
    private readonly finisher: RunFinisher,
    private readonly producer: RunProducer,
    private readonly logger: Logger,
  ) {}

  async sweep(): Promise<void> {
    for (let found = MAX_ORPHANS; found === MAX_ORPHANS;) {
      const orphans = await this.leases.takeOver(this.lease);
      found = orphans.length;
      if (found > 0) this.logger.warn({ runs: found }, 'runs without a process are ended');
      await Promise.all(orphans.map((run) => this.end(run)));
    }
    if (!this.finisher.beginsNext) return;
    for (const run of await this.leases.promote(this.lease)) this.producer.begin(run);
  }

  private async end(run: OrphanedRun): Promise<void> {
    const { runId } = run;
    const snapshot = longest(run, await this.log.readAll(runId).catch(() => []));
    const finished = await this.finisher.finish(runId, snapshot, run.stopRequested ? CANCELLED : INTERRUPTED);
    if (finished.next) this.producer.begin(finished.next);
    if (finished.failure === LOST) return;
    const end = endOf(snapshot, finished.failure);
    // Watchers who do not hear it from the log find out when they look the run up.
    await this.log.append([{ runId, events: [end] }]).catch(() => undefined);
  }
}

/** The most that is known of a run: the log may have lost its beginning or all of it, the checkpoint is a little old. */
export function longest(run: OrphanedRun, logged: readonly LoggedEvent[]): RunSnapshot {
  const checkpoint: RunSnapshot = {
    offset: run.lastOffset,
    reply: run.partial,
    state: run.state,
    sources: run.sources as unknown as Source[] | null,
    retractions: 0,
    end: null,
  };
  const written = logged.filter(({ type }) => type !== 'completed' && type !== 'failed');
  const whole = carriedOn(emptySnapshot(run.state), written);
  return whole.offset >= checkpoint.offset ? whole : carriedOn(checkpoint, written);
}
