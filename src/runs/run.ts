import type { Source } from '../agents/agent.js';
import type { JsonObject } from '../common/json.js';

/** What happens in a run, in order. */
export type RunEventBody =
  | { type: 'started'; conversationId: string }
  | { type: 'log'; text: string }
  | { type: 'sources'; sources: Source[] }
  /** The agent's new state; comes before the text it belongs to. */
  | { type: 'state'; state: JsonObject }
  | { type: 'token'; text: string }
  | { type: 'completed'; reply: string; state: JsonObject }
  /** Also of a run that was stopped (`cancelled`) or lost its process (`interrupted`). */
  | { type: 'failed'; code: string; message: string; reply: string; state: JsonObject };

/** An event with its place in its run: 1, 2, 3 … */
export type LoggedEvent = RunEventBody & { offset: number };

/**
 * Stands in for all events up to its offset, for a watcher who missed some that are not kept any more. It is made for
 * that watcher; no log holds it.
 */
export interface ResetEvent {
  type: 'reset';
  offset: number;
  reply: string;
  state: JsonObject;
  sources: Source[];
}

/** What a watcher is shown. Dialects translate these and nothing else. */
export type RunEvent = LoggedEvent | ResetEvent;

/** The last event of a run. */
export type TerminalEvent = Extract<LoggedEvent, { type: 'completed' | 'failed' }>;

export const isTerminal = (event: RunEvent): event is TerminalEvent =>
  event.type === 'completed' || event.type === 'failed';

/**
 * Called with the events that came at once, in order of offset; must not throw.
 * @param areShared whether others are shown the very same array
 */
export type RunSink = (events: readonly RunEvent[], areShared?: boolean) => void;
