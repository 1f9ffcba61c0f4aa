import type { JsonObject } from '../common/json.js';
import type { CheckpointUsage } from '../database/repositories/runs/run-leases.repository.js';
import type { LoggedEvent, RunEventBody, RunSink } from './run.js';
import { advance, applyEvents, catchUp, emptySnapshot, type RunSnapshot } from './run-snapshot.js';

/** The part of a run before it was suspended for approval. */
export interface Before {
  snapshot: RunSnapshot;
  /** The available events, in order; may be incomplete. */
  events: readonly LoggedEvent[];
}

/** A run that this process produces: its events and its watchers in this process. */
export class LiveRun {
  /** Events produced by this process. */
  readonly events: LoggedEvent[] = [];
  /** All events so far, folded into one snapshot. */
  readonly snapshot: RunSnapshot;
  /** Offset of the event before `events[0]`. */
  private readonly base: number;
  /** Numbers of events sent to the log, and acknowledged by it. */
  sent = 0;
  logged = 0;
  /** Lease expiry by `performance.now()`: another process may own the run after that, so nothing more is shown. */
  leaseUntil = Infinity;
  /** Time of the first token, by `performance.now()`; 0 before. */
  firstTokenAt = 0;
  /** Usage of the run's model requests so far. */
  usageSoFar: () => CheckpointUsage | null = () => null;
  /** Number of events shown to watchers. */
  private shown = 0;
  /** Watchers; after `release`, the function that unsubscribes each from the follower. */
  private readonly sinks = new Map<RunSink, () => void>();
  /** The last replay sent to a late watcher, cached. */
  private missed: { after: number; upTo: number; events: readonly LoggedEvent[] } | null = null;

  /** @param onEvent called for each event; `canWait` for a token that is not the first of the reply */
  constructor(
    readonly id: string,
    state: JsonObject,
    private readonly onEvent: (run: LiveRun, canWait: boolean) => void,
    private readonly before: Before = { snapshot: emptySnapshot(state), events: [] },
  ) {
    this.snapshot = { ...before.snapshot };
    this.base = before.snapshot.offset;
  }

  /**
   * Appends an event and assigns its offset. Takes ownership of `body`. Synchronous and cheap: it sits on the token
   * path.
   */
  append(body: RunEventBody): void {
    const event = body as LoggedEvent;
    event.offset = this.base + this.events.length + 1;
    const canWait = event.type === 'reasoning' || (event.type === 'token' && this.snapshot.reply !== '');
    this.events.push(event);
    if (event.type === 'token') this.firstTokenAt ||= performance.now();
    advance(this.snapshot, event);
    this.onEvent(this, canWait);
  }

  /** Sends new events, if any, to the watchers. */
  show(): void {
    if (this.shown === this.events.length) return;
    const events = this.events.slice(this.shown);
    this.shown = this.events.length;
    for (const sink of this.sinks.keys()) sink(events, this.sinks.size > 1);
  }

  /** As `RunService.watch`. */
  watch(after: number, sink: RunSink): () => void {
    const shown = this.base + this.shown;
    if (after < this.base) sink(this.allAfter(after));
    else if (after < shown) sink(this.missedAfter(after - this.base), true);
    else if (after > shown || this.isOver) sink(catchUp(this.shownSnapshot(), after));
    this.sinks.set(sink, () => undefined);
    return () => {
      this.sinks.get(sink)?.();
      this.sinks.delete(sink);
    };
  }

  /**
   * Hands all watchers over to another source of events, after the last offset they were shown.
   * @param follow as `watch`
   */
  release(follow: (after: number, sink: RunSink) => () => void): void {
    for (const sink of this.sinks.keys()) this.sinks.set(sink, follow(this.base + this.shown, sink));
  }

  private allAfter(after: number): readonly LoggedEvent[] {
    const earlier = this.before.events.filter(({ offset }) => offset > after);
    return [...earlier, ...this.events.slice(0, this.shown)];
  }

  /** Watchers that fell behind together get the same array, so that they share its translation. */
  private missedAfter(after: number): readonly LoggedEvent[] {
    const upTo = this.shown;
    if (this.missed?.after !== after || this.missed.upTo !== upTo)
      this.missed = { after, upTo, events: this.events.slice(after, upTo) };
    return this.missed.events;
  }

  private get isOver(): boolean {
    return this.snapshot.end !== null && this.shown === this.events.length;
  }

  private shownSnapshot(): RunSnapshot {
    return applyEvents(this.before.snapshot, this.events.slice(0, this.shown));
  }
}
