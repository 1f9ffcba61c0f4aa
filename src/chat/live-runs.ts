import { Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import type { JsonObject } from '../common/json.js';
import { Logger } from '../common/logger.js';
import { LiveRun } from './live-run.js';
import { LogWriter } from './log-writer.js';
import { RunLog } from './run-log.js';

/** Under load, what is new is shown at most once in so long: one command to the log carries it for all runs. */
const TURN_MS = 3;
/** A turn that carried more runs than this is load. */
const FEW = 8;

/** The runs of this process: first into the shared log, then to those who watch them here. */
@Injectable()
export class LiveRuns implements BeforeApplicationShutdown {
  private readonly runs = new Map<string, LiveRun>();
  private readonly writer: LogWriter;
  private news: LiveRun[] = [];
  private lastTurn = 0;
  private isLoaded = false;

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
    this.turn();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.flush();
    await this.writer.settled();
    this.writer.stop();
  }

  private readonly onNews = (run: LiveRun) => {
    this.news.push(run);
    if (this.news.length > 1) return;
    const wait = this.lastTurn + TURN_MS - performance.now();
    // All that this turn of the event loop reads comes before that.
    if (wait <= 0 || !this.isLoaded) setImmediate(this.turn);
    else setTimeout(this.turn, wait);
  };

  private readonly turn = () => {
    const runs = this.news;
    this.news = [];
    this.lastTurn = performance.now();
    this.isLoaded = runs.length > FEW;
    // In this order: what a client has seen must survive this process.
    this.writer.write(runs);
    for (const run of runs) run.show();
  };
}
