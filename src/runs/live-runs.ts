import { Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import type { JsonObject } from '../common/json.js';
import { Logger } from '../common/logger.js';
import { outsideCalls } from '../telemetry/call-context.js';
import { LiveRun, type Before } from './live-run.js';
import { LogWriter } from './log-writer.js';
import { ProcessLease } from './recovery/process-lease.js';
import { RunLog } from './run-log.js';

/**
 * After tokens were shown, the next ones wait for so many times as long as that took. One write to a client then
 * carries all that came meanwhile, and one command to the log carries it for all runs: hardly a wait while there is
 * little to do, and under load a bounded share of the time. Nothing but tokens waits.
 */
const PAUSE = 10;
const MAX_PAUSE_MS = 50;
/** The longest time between storing a run and the response to this process. */
const STATEMENT_MS = 3_000;

/** The runs of this process: first into the shared log, then to those who watch them here. */
@Injectable()
export class LiveRuns implements BeforeApplicationShutdown {
  private readonly runs = new Map<string, LiveRun>();
  private readonly writer: LogWriter;
  /** Runs with something to show, at once or when it is time. */
  private immediate = new Set<LiveRun>();
  private deferred = new Set<LiveRun>();
  /** Runs with something to show whose lease is over. */
  private readonly withheld = new Set<LiveRun>();
  /** When the deferred runs are shown next. */
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
   * @param before of a run that goes on
   */
  open(runId: string, state: JsonObject, before?: Before): LiveRun {
    const run = new LiveRun(runId, state, this.onNews, before);
    run.leaseUntil = this.lease.sureUntil(performance.now() - STATEMENT_MS);
    this.runs.set(runId, run);
    return run;
  }

  /**
   * Shows again what was withheld of runs whose lease was over.
   * @param since when the statement that renewed them was sent, by `performance.now()`
   */
  renew(runIds: readonly string[], since: number): void {
    for (const id of runIds) {
      const run = this.runs.get(id);
      if (!run) continue;
      run.leaseUntil = this.lease.sureUntil(since);
      if (this.withheld.delete(run)) this.onNews(run, false);
    }
  }

  /**
   * Forgets a run that is not this process's own any more, with all of it that was not shown.
   * @param follow where its watchers go on, as `LiveRun.release`
   */
  release(run: LiveRun, follow: Parameters<LiveRun['release']>[0]): void {
    this.runs.delete(run.id);
    for (const runs of [this.immediate, this.deferred, this.withheld]) runs.delete(run);
    this.writer.forget(run);
    run.release(follow);
  }

  /** A run of this process while it is produced, and until the shared log has all of it. */
  get(runId: string): LiveRun | undefined {
    return this.runs.get(runId);
  }

  /** Shows all that is new at once. */
  flush(): void {
    this.showImmediate();
    this.showDeferred();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.flush();
    await this.writer.settled();
    this.writer.stop();
  }

  private readonly onNews = (run: LiveRun, canWait: boolean) => {
    if (canWait) {
      if (this.deferred.size === 0) this.schedule();
      this.deferred.add(run);
    } else {
      // All that this turn of the event loop reads comes before that.
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
    // In this order: what a client has seen must survive this process.
    this.writer.write(runs);
    for (const run of runs) run.show();
  }
}
