import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { Logger } from '../common/logger.js';
import { RunsRepository } from '../database/repositories/runs/runs.repository.js';
import type { StoredRun } from '../database/repositories/runs/stored-run.js';
import { isTerminal, type LoggedEvent, type RunEvent, type RunSink } from './run.js';
import { LOST } from './run-endings.js';
import { RunLog } from './run-log.js';
import {
  catchUp,
  emptySnapshot,
  endOf,
  furthest,
  replayStored,
  storedSnapshot,
  type RunSnapshot,
} from './run-snapshot.js';

/**
 * Polling interval of the log for all watched runs, in ms. A blocking read would wake up for every token of each
 * run.
 */
const TICK_MS = 50;
/** A run silent for this long, in ms, is looked up in PostgreSQL. */
const SILENT_AFTER_MS = 1_000;

interface Watcher {
  runId: string;
  /** Offset of the last event sent to the sink. */
  seen: number;
  /** Time of the last event or of the last lookup, by `performance.now()`. */
  lastEventAt: number;
  /** The log continues after a gap of missing events. */
  hasGap: boolean;
  /** At the last lookup the watcher's offset was ahead of the stored one. */
  isAhead: boolean;
  sink: RunSink;
}

/**
 * Follows runs that other processes produce, or that have ended: from the shared log while it has them, otherwise
 * from PostgreSQL.
 */
@Injectable()
export class RunFollower implements OnApplicationShutdown {
  private readonly watchers = new Set<Watcher>();
  private isTicking = false;
  private isStopped = false;

  constructor(
    private readonly log: RunLog,
    private readonly runs: RunsRepository,
    private readonly logger: Logger,
  ) {}

  /** As `RunService.watch`. */
  follow(runId: string, after: number, sink: RunSink): () => void {
    const watcher: Watcher = {
      runId,
      seen: after,
      lastEventAt: -Infinity,
      hasGap: false,
      isAhead: false,
      sink,
    };
    this.watchers.add(watcher);
    if (!this.isTicking) void this.tick();
    return () => this.watchers.delete(watcher);
  }

  /** Ends the watchers of deleted runs without a lookup. */
  endDeleted(runIds: readonly string[]): void {
    for (const watcher of this.watchers)
      if (runIds.includes(watcher.runId)) this.show(watcher, [endOfDeleted(watcher.seen)]);
  }

  onApplicationShutdown(): void {
    this.isStopped = true;
  }

  private async tick(): Promise<void> {
    this.isTicking = true;
    while (this.watchers.size > 0 && !this.isStopped) {
      await this.readLog();
      await this.lookUpSilent();
      await new Promise((resolve) => setTimeout(resolve, TICK_MS));
    }
    this.isTicking = false;
  }

  private async readLog(): Promise<void> {
    const after = new Map<string, number>();
    for (const { runId, seen } of this.watchers)
      after.set(runId, Math.min(seen, after.get(runId) ?? Infinity));
    try {
      const newEvents = await this.log.read(after);
      for (const watcher of this.watchers) {
        const events = newEvents.get(watcher.runId);
        if (events) this.onLogged(watcher, events);
      }
    } catch {
      // The log is unavailable, as its writers report: silent watchers fall back to PostgreSQL.
    }
  }

  private onLogged(watcher: Watcher, events: readonly LoggedEvent[]): void {
    let { seen } = watcher;
    const next = events.filter((event) => event.offset === seen + 1 && (seen = event.offset));
    watcher.hasGap = seen < (events.at(-1)?.offset ?? 0);
    if (next.length > 0) this.show(watcher, next);
  }

  private async lookUpSilent(): Promise<void> {
    const now = performance.now();
    const silent = [...this.watchers].filter(
      ({ lastEventAt, hasGap }) => now - lastEventAt > (hasGap ? TICK_MS : SILENT_AFTER_MS),
    );
    if (silent.length === 0) return;
    const seenBy = new Map(silent.map((watcher) => [watcher, watcher.seen]));
    for (const watcher of silent) watcher.lastEventAt = now;
    try {
      const stored = await this.runs.findWatched([...new Set(silent.map(({ runId }) => runId))]);
      const byId = new Map(stored.map((run) => [run.runId, run]));
      // Events stored meanwhile were logged before: only a watcher that still receives nothing gets the stored
      // reply.
      await this.readLog();
      for (const [watcher, seen] of seenBy)
        if (this.watchers.has(watcher) && watcher.seen === seen)
          await this.onStored(watcher, byId.get(watcher.runId));
    } catch (error) {
      this.logger.warn({ err: error }, 'watched runs could not be looked up');
    }
  }

  private async onStored(watcher: Watcher, run: StoredRun | undefined): Promise<void> {
    const { seen } = watcher;
    if (!run) return this.show(watcher, [endOfDeleted(seen)]);
    const stored = storedSnapshot(run);
    if (stored.end || stored.offset > seen) return this.show(watcher, replayStored(run, stored, seen));
    // Checkpoints lag by up to 500 ms: a watcher that is ahead in two lookups may have seen lost events.
    const isAhead = stored.offset < seen;
    if (isAhead && watcher.isAhead) await this.resetIfLost(watcher, stored);
    else watcher.isAhead = isAhead;
  }

  /**
   * Resets a watcher that is ahead of the checkpoint, unless the log has its events too: then the run is silent, or
   * orphaned until its lease expires. An unreadable log may have them.
   */
  private async resetIfLost(watcher: Watcher, stored: RunSnapshot): Promise<void> {
    const { runId, seen } = watcher;
    watcher.isAhead = false;
    try {
      if (await this.log.reaches(runId, seen)) return;
      const known = furthest(stored, await this.log.readAll(runId));
      if (known.offset < seen && this.watchers.has(watcher)) this.show(watcher, catchUp(known, seen));
    } catch {
      // Retried at the next lookup.
    }
  }

  private show(watcher: Watcher, events: readonly RunEvent[]): void {
    const last = events.at(-1)!;
    watcher.seen = last.offset;
    watcher.lastEventAt = performance.now();
    watcher.hasGap = false;
    watcher.isAhead = false;
    if (isTerminal(last)) this.watchers.delete(watcher);
    watcher.sink(events);
  }
}

/** @param seen offset of the last event sent to the watcher */
const endOfDeleted = (seen: number) => endOf({ ...emptySnapshot(), offset: seen }, LOST);
