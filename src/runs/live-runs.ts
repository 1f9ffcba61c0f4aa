import { Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import type { JsonObject } from '../common/json.js';
import { Logger } from '../common/logger.js';
import { LiveRun } from './live-run.js';
import { LogWriter } from './log-writer.js';
import { RunLog } from './run-log.js';

/**
 * After tokens were shown, the next ones wait for so many times as long as that took. One write to a client then carries
 * all that came meanwhile, and one command to the log carries it for all runs: hardly a wait while there is little to do,
 * and under load a bounded share of the time. Nothing but tokens waits.
 */
const PAUSE = 10;
const MAX_PAUSE_MS = 50;

/** The runs of this process: first into the shared log, then to those who watch them here. */
@Injectable()
export class LiveRuns implements BeforeApplicationShutdown {
  private readonly runs = new Map<string, LiveRun>();
  private readonly writer: LogWriter;
  /** Runs with something to show, at once or when it is time. */
  private urgent = new Set<LiveRun>();
  private patient = new Set<LiveRun>();
  /** When patience ends. */
  private until = 0;

  constructor(log: RunLog, logger: Logger) {
    this.writer = new LogWriter(
      log,
      (run) => this.runs.delete(run.id),
      (error) => logger.warn({ err: error }, 'the run log is away'),
    );
  }

  /** @param state of the conversation before the run */
  open(runId: string, state: JsonObject): LiveRun {
    const run = new LiveRun(runId, state, this.onNews);
    this.runs.set(runId, run);
    return run;
  }

  /** A run of this process while it is produced, and until the shared log has all of it. */
  get(runId: string): LiveRun | undefined {
    return this.runs.get(runId);
  }

  /** Shows all that is new at once. */
  flush(): void {
    this.showUrgent();
    this.showPatient();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.flush();
    await this.writer.settled();
    this.writer.stop();
  }

  private readonly onNews = (run: LiveRun, canWait: boolean) => {
    if (canWait) {
      if (this.patient.size === 0) this.schedule();
      this.patient.add(run);
    } else {
      // All that this turn of the event loop reads comes before that.
      if (this.urgent.size === 0) setImmediate(this.showUrgent);
      this.urgent.add(run);
    }
  };

  private schedule(): void {
    const wait = this.until - performance.now();
    if (wait < 1) setImmediate(this.showPatient);
    else setTimeout(this.showPatient, wait);
  }

  private readonly showUrgent = () => {
    const runs = this.urgent;
    this.urgent = new Set();
    this.show(runs);
  };

  private readonly showPatient = () => {
    const runs = this.patient;
    this.patient = new Set();
    const began = performance.now();
    this.show(runs);
    const ended = performance.now();
    this.until = ended + Math.min(MAX_PAUSE_MS, PAUSE * (ended - began));
  };

  private show(runs: ReadonlySet<LiveRun>): void {
    // In this order: what a client has seen must survive this process.
    this.writer.write(runs);
    for (const run of runs) run.show();
  }
}
