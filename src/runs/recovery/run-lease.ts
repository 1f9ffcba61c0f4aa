import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Config } from '../../config/config.js';
import { Logger } from '../../common/logger.js';
import { DatabaseStart } from '../../database/database-start.js';
import { RunLeasesRepository } from '../../database/repositories/runs/run-leases.repository.js';
import { LiveRuns } from '../live-runs.js';
import { ProcessLease } from './process-lease.js';
import { LOST } from '../run-endings.js';
import { RunProducer } from '../run-producer.js';
import { RunRecovery } from './run-recovery.js';

const BEAT_MS = 3_000;
/**
 * Consecutive successful heartbeats required before runs of other processes are treated as orphaned. After an
 * outage all leases have expired; by then every live process has renewed its own. A process that has just started
 * cannot detect an outage.
 */
const MIN_CONSECUTIVE_HEARTBEATS = 2;

/** Heartbeat: renews the leases of this process's runs, and recovers runs whose process has exited. */
@Injectable()
export class RunLease implements OnApplicationBootstrap, OnApplicationShutdown {
  private timer?: NodeJS.Timeout;
  private consecutiveBeats = 0;
  private isBusy = false;

  constructor(
    private readonly producer: RunProducer,
    private readonly registry: LiveRuns,
    private readonly leases: RunLeasesRepository,
    private readonly lease: ProcessLease,
    private readonly recovery: RunRecovery,
    private readonly start: DatabaseStart,
    private readonly logger: Logger,
    private readonly config: Config,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    if (this.config.isSole) await this.endUnfinished();
    await this.beat();
    this.timer = setInterval(() => void this.beat(), BEAT_MS);
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  /**
   * Ends unfinished runs at the start of the only process: no other process can own them, so no lease has to
   * expire.
   */
  private async endUnfinished(): Promise<void> {
    // Two steps, each retried separately: a retry must not expire runs that the sweep has begun.
    await this.start.run(() => this.leases.expireAll());
    await this.start.run(() => this.recovery.sweep());
  }

  private async beat(): Promise<void> {
    if (this.isBusy) return;
    this.isBusy = true;
    try {
      await this.renew();
      this.consecutiveBeats++;
      if (this.consecutiveBeats > MIN_CONSECUTIVE_HEARTBEATS) await this.recovery.sweep();
    } catch (error) {
      this.consecutiveBeats = 0;
      this.logger.warn({ err: error }, 'the heartbeat of runs failed');
    } finally {
      this.isBusy = false;
    }
  }

  private async renew(): Promise<void> {
    const ids = this.producer.liveRuns.map(({ id }) => id);
    const since = performance.now();
    const { renewed, lost } = await this.leases.renew(ids, this.lease);
    this.registry.renew(renewed, since);
    for (const id of lost) void this.producer.end(id, LOST);
  }
}
