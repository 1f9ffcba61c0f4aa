import { Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import type { JsonObject } from '../common/json.js';
import { Logger } from '../common/logger.js';
import { outsideCalls } from '../telemetry/call-context.js';
import { LiveRun, type Before } from './live-run.js';
import { LogWriter } from './log-writer.js';
import { ProcessLease } from './recovery/process-lease.js';
import { RunLog } from './run-log.js';

/**
 * Tokens are batched: after a write, the next one is delayed by this multiple of the time the write took. One write
 * to a client then carries all tokens received meanwhile, and one command to the log carries them for all runs: a
 * negligible delay at low load, a bounded share of the time at high load. Only tokens are delayed.
 */
const PAUSE = 10;
const MAX_PAUSE_MS = 50;
/** Deadline of the statement that stores a run, in ms: the lease began at most this long before its response. */
const STATEMENT_MS = 3_000;

/** The runs produced by this process: written to the shared log first, then to watchers in this process. */
@Injectable()
export class LiveRuns implements BeforeApplicationShutdown {
  private readonly runs = new Map<string, LiveRun>();
  private readonly writer: LogWriter;
  /** Runs with events to show: immediately, or with the next batch. */
  private immediate = new Set<LiveRun>();
  private deferred = new Set<LiveRun>();
  /** Runs with events to show whose lease has expired. */
  private readonly withheld = new Set<LiveRun>();
  /** Time of the next batch, by `performance.now()`. */
  private until = 0;

  constructor(
    log: RunLog,
    logger: Logger,
    private readonly lease: ProcessLease,
  ) {
    this.writer = new LogWriter(
      log,
      (run) => this.runs.delete(run.id),
      (error) => logger.warn({ err: error }, 'the run log is unavailable'),
    );
  }

  /**
   * @param state of the conversation before the run
   * @param before events and snapshot of a resumed run
   */
  open(runId: string, state: JsonObject, before?: Before): LiveRun {
    const run = new LiveRun(runId, state, this.onEvent, before);
    run.leaseUntil = this.lease.validUntil(performance.now() - STATEMENT_MS);
    this.runs.set(runId, run);
    return run;
  }

  /**
   * Renews the lease of runs and shows the events withheld since it expired.
   * @param since when the renewing statement was sent, by `performance.now()`
   */
  renew(runIds: readonly string[], since: number): void {
    for (const id of runIds) {
      const run = this.runs.get(id);
      if (!run) continue;
      run.leaseUntil = this.lease.validUntil(since);
      if (this.withheld.delete(run)) this.onEvent(run, false);
    }
  }

  /**
   * Drops a run that this process no longer owns, with its unshown events.
   * @param follow source of events for its watchers, as in `LiveRun.release`
   */
  release(run: LiveRun, follow: Parameters<LiveRun['release']>[0]): void {
    this.runs.delete(run.id);
    for (const runs of [this.immediate, this.deferred, this.withheld]) runs.delete(run);
    this.writer.forget(run);
    run.release(follow);
  }

  /** A run of this process, until the shared log has all of its events. */
  get(runId: string): LiveRun | undefined {
    return this.runs.get(runId);
  }

  /** Shows all new events immediately. */
  flush(): void {
    this.showImmediate();
    this.showDeferred();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.flush();
    await this.writer.settled();
    this.writer.stop();
  }

  private readonly onEvent = (run: LiveRun, canWait: boolean) => {
    if (canWait) {
      if (this.deferred.size === 0) this.schedule();
      this.deferred.add(run);
    } else {
      // Deferred to the end of this event-loop turn, so that all events read in it go into one batch.
      if (this.immediate.size === 0) setImmediate(this.showImmediate);
      this.immediate.add(run);
    }
  };

  private schedule(): void {
    const wait = this.until - performance.now();
    if (wait < 1) setImmediate(this.showDeferred);
    else setTimeout(this.showDeferred, wait);
  }

  private readonly showImmediate = outsideCalls(() => {
    const runs = this.immediate;
    this.immediate = new Set();
    this.show(runs);
  });

  private readonly showDeferred = outsideCalls(() => {
    const runs = this.deferred;
    this.deferred = new Set();
    const began = performance.now();
    this.show(runs);
    const ended = performance.now();
    this.until = ended + Math.min(MAX_PAUSE_MS, PAUSE * (ended - began));
  });

  private show(runs: Set<LiveRun>): void {
    const now = performance.now();
    for (const run of runs) {
      if (run.leaseUntil >= now) this.withheld.delete(run);
      else if (runs.delete(run)) this.withheld.add(run);
    }
    // Log first: events that a client has seen must survive a crash of this process.
    this.writer.write(runs);
    for (const run of runs) run.show();
  }
}
