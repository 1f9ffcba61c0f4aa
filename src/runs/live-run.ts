import type { JsonObject } from '../common/json.js';
import { counts } from '../telemetry/process-metrics.js';
import type { CheckpointUsage } from '../database/repositories/runs/run-leases.repository.js';
import type { LoggedEvent, RunEventBody, RunSink } from './run.js';
import { advance, carriedOn, catchUp, emptySnapshot, type RunSnapshot } from './run-snapshot.js';

/** What there was of a run when it began to wait for a person. */
export interface Before {
  snapshot: RunSnapshot;
  /** Its events as far as they are to be had, in order. */
  events: readonly LoggedEvent[];
}

/** A run that this process produces: all its events, and its watchers in this process. */
export class LiveRun {
  /** Those that this process produces. */
  readonly events: LoggedEvent[] = [];
  /** All events so far in one. */
  readonly snapshot: RunSnapshot;
  /** Offset of the event before the first of them. */
  private readonly base: number;
  /** Events that are on their way to the log, and those that it has. */
  sent = 0;
  logged = 0;
  /** Until when it may be shown: another process may have taken it over after that. By `performance.now()`. */
  leaseUntil = Infinity;
  /** When it had its first token, by `performance.now()`; 0 before. */
  firstTokenAt = 0;
  /** What its requests to models have cost so far. */
  usageSoFar: () => CheckpointUsage | null = () => null;
  /** Events that watchers have been shown. */
  private shown = 0;
  /** Each with what ends its watching of the store, once the run is released. */
  private readonly sinks = new Map<RunSink, () => void>();
  /** The last snapshot sent to a late watcher. */
  private missed: { after: number; upTo: number; events: readonly LoggedEvent[] } | null = null;

  /** @param onNews called for each event; one that can wait is a token that others came before */
  constructor(
    readonly id: string,
    state: JsonObject,
    private readonly onNews: (run: LiveRun, canWait: boolean) => void,
    private readonly before: Before = { snapshot: emptySnapshot(state), events: [] },
  ) {
    this.snapshot = { ...before.snapshot };
    this.base = before.snapshot.offset;
  }

  /** Takes an event for its own. Synchronous and cheap: it sits on the token path. */
  append(body: RunEventBody): void {
    const event = body as LoggedEvent;
    event.offset = this.base + this.events.length + 1;
    const canWait = event.type === 'reasoning' || (event.type === 'token' && this.snapshot.reply !== '');
    this.events.push(event);
    if (event.type === 'token') {
      counts.streamedTokens += 1;
      this.firstTokenAt ||= performance.now();
    }
    advance(this.snapshot, event);
    this.onNews(this, canWait);
  }

  /** Hands watchers what is new, if anything is. */
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
   * Lets all watchers go on elsewhere, behind what they were shown.
   * @param follow as `watch`
   */
  release(follow: (after: number, sink: RunSink) => () => void): void {
    for (const sink of this.sinks.keys()) this.sinks.set(sink, follow(this.base + this.shown, sink));
  }

  private allAfter(after: number): readonly LoggedEvent[] {
    const earlier = this.before.events.filter(({ offset }) => offset > after);
    return [...earlier, ...this.events.slice(0, this.shown)];
  }

  /** Those who fell behind together come back together: they get the same events, and share what they make of them. */
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
    return carriedOn(this.before.snapshot, this.events.slice(0, this.shown));
  }
}
