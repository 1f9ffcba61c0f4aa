import type { JsonObject } from '../common/json.js';
import type { LoggedEvent, RunEventBody, RunSink } from './run.js';
import { advance, carriedOn, catchUp, emptySnapshot, type RunSnapshot } from './run-snapshot.js';

/** A run that this process produces: all its events, and whoever watches it here. */
export class LiveRun {
  readonly events: LoggedEvent[] = [];
  /** All events so far in one. */
  readonly snapshot: RunSnapshot;
  /** Events that are on their way to the log, and those that it has. */
  sent = 0;
  logged = 0;
  /** Events that watchers have been shown. */
  private shown = 0;
  private hasNews = false;
  private readonly sinks = new Set<RunSink>();

  /** @param onNews called at the first event since the last `show` */
  constructor(
    readonly id: string,
    state: JsonObject,
    private readonly onNews: (run: LiveRun) => void,
  ) {
    this.snapshot = emptySnapshot(state);
  }

  /** Synchronous and cheap: it sits on the token path. */
  append(body: RunEventBody): void {
    const event: LoggedEvent = { ...body, offset: this.events.length + 1 };
    this.events.push(event);
    advance(this.snapshot, event);
    if (this.hasNews) return;
    this.hasNews = true;
    this.onNews(this);
  }

  /** Hands watchers what is new. */
  show(): void {
    const events = this.events.slice(this.shown);
    this.shown = this.events.length;
    this.hasNews = false;
    for (const sink of this.sinks) sink(events, this.sinks.size > 1);
  }

  /** As `RunService.watch`. */
  watch(after: number, sink: RunSink): () => void {
    if (after < this.shown) sink(this.events.slice(after, this.shown));
    else if (after > this.shown || this.isOver) sink(catchUp(this.shownSnapshot(), after));
    this.sinks.add(sink);
    return () => this.sinks.delete(sink);
  }

  private get isOver(): boolean {
    return this.snapshot.end !== null && this.shown === this.events.length;
  }

  private shownSnapshot(): RunSnapshot {
    return carriedOn(emptySnapshot(), this.events.slice(0, this.shown));
  }
}
