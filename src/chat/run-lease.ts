import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Logger } from '../common/logger.js';
import { RunsRepository } from '../database/repositories/runs.repository.js';

/** A run without a heartbeat for this long has lost its producer. */
export const LEASE_SECONDS = 10;
const HEARTBEAT_MS = 3_000;
const SWEEP_MS = 5_000;

/** Keeps the runs of this process marked as alive, and ends those whose process has died. */
@Injectable()
export class RunLease implements OnApplicationBootstrap, OnApplicationShutdown {
  /** What to do when a run turns out not to be ours any more. */
  private readonly held = new Map<string, () => void>();
  private readonly timers: NodeJS.Timeout[] = [];

  constructor(
    private readonly runs: RunsRepository,
    private readonly logger: Logger,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.sweep();
    this.timers.push(setInterval(() => void this.heartbeat(), HEARTBEAT_MS));
    this.timers.push(setInterval(() => void this.sweep(), SWEEP_MS));
  }

  onApplicationShutdown(): void {
    for (const timer of this.timers) clearInterval(timer);
  }

  /** @param onLost called when the run was deleted or taken over meanwhile */
  hold(runId: string, onLost: () => void): void {
    this.held.set(runId, onLost);
  }

  release(runId: string): void {
    this.held.delete(runId);
  }

  private async heartbeat(): Promise<void> {
    const ids = [...this.held.keys()];
    if (ids.length === 0) return;
    try {
      const alive = new Set(await this.runs.renew(ids, LEASE_SECONDS));
      for (const id of ids) if (!alive.has(id)) this.held.get(id)?.();
    } catch (error) {
      this.logger.warn({ err: error }, 'heartbeat of runs failed');
    }
  }

  private async sweep(): Promise<void> {
    try {
      const orphans = await this.runs.interruptOrphans();
      if (orphans.length > 0) this.logger.warn({ runs: orphans.length }, 'orphaned runs were interrupted');
    } catch (error) {
      this.logger.warn({ err: error }, 'sweep of runs failed');
    }
  }
}
