import type { LiveRun } from './live-run.js';
import type { RunLog } from './run-log.js';

/** Retry delay after a failure of the log, in ms. */
const RETRY_MS = 1_000;
/** A finished run is no longer retried after this time, in ms; it is stored in PostgreSQL. */
const RETRY_FOR_MS = 60_000;

/**
 * Copies the runs of this process into the shared log, asynchronously. While the log is unavailable nothing is
 * lost: unacknowledged events are sent again after a delay, and new readers are served from checkpoints.
 */
export class LogWriter {
  /** Runs with unsent events. */
  private readonly behind = new Set<LiveRun>();
  private readonly answers = new Set<Promise<void>>();
  private readonly endedAt = new WeakMap<LiveRun, number>();
  private pause?: NodeJS.Timeout;

  /**
   * @param onDone called when a finished run is completely in the log, or its retries are exhausted
   * @param onFailure called once per outage of the log
   */
  constructor(
    private readonly log: RunLog,
    private readonly onDone: (run: LiveRun) => void,
    private readonly onFailure: (error: unknown) => void,
  ) {}

  /** Sends the new events of these runs before it returns. */
  write(runs: Iterable<LiveRun>): void {
    for (const run of runs) if (run.sent < run.events.length) this.behind.add(run);
    if (!this.pause) this.send();
  }

  /** Stops sending events of a run. */
  forget(run: LiveRun): void {
    this.behind.delete(run);
  }

  /** Waits until all pending commands are answered. */
  async settled(): Promise<void> {
    await Promise.all(this.answers);
  }

  stop(): void {
    clearTimeout(this.pause);
  }

  private send(): void {
    const now = performance.now();
    // Events withheld from local watchers must not reach watchers in other processes either.
    const runs = [...this.behind].filter((run) => run.leaseUntil >= now && this.behind.delete(run));
    if (runs.length === 0) return;
    const batches = runs.map(({ id, events, sent }) => ({ runId: id, events: events.slice(sent) }));
    const upTo = runs.map((run) => (run.sent = run.events.length));
    const answer = this.log.append(batches).then(
      () => runs.forEach((run, i) => this.onLogged(run, upTo[i]!)),
      (error: unknown) => this.onRefused(runs, error),
    );
    this.answers.add(answer);
    void answer.finally(() => this.answers.delete(answer));
  }

  private onLogged(run: LiveRun, upTo: number): void {
    run.logged = Math.max(run.logged, upTo);
    if (run.snapshot.end && run.logged === run.events.length) this.onDone(run);
  }

  private onRefused(runs: readonly LiveRun[], error: unknown): void {
    for (const run of runs) {
      run.sent = run.logged;
      if (this.isWorthwhile(run)) this.behind.add(run);
      else this.onDone(run);
    }
    if (this.pause) return;
    this.onFailure(error);
    this.pause = setTimeout(() => {
      this.pause = undefined;
      this.send();
    }, RETRY_MS).unref();
  }

  private isWorthwhile(run: LiveRun): boolean {
    if (!run.snapshot.end) return true;
    const since = this.endedAt.get(run) ?? performance.now();
    this.endedAt.set(run, since);
    return performance.now() - since < RETRY_FOR_MS;
  }
}
