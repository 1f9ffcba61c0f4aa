import type { RunEvent, RunEventBody } from './run.js';

/** Called with the events that were appended at once, in order of offset; must not throw. */
export type RunSink = (events: readonly RunEvent[]) => void;

/** The append-only event log of each run. Every wire is a projection of it. */
export abstract class RunLog {
  /** Adds events to a run and hands them to its watchers in one call. Synchronous: it sits on the token path. */
  abstract append(runId: string, bodies: readonly RunEventBody[]): void;

  /** Whether the events of a run can be watched here. */
  abstract has(runId: string): boolean;

  /**
   * Replays a run after an offset, then follows it.
   * @param after the last offset already seen; 0 for the whole run
   * @returns a function that stops watching, or null when the log of this run is not kept (any more)
   */
  abstract watch(runId: string, after: number, sink: RunSink): (() => void) | null;
}
