import type { Source } from '../agents/agent.js';
import type { JsonObject } from '../common/json.js';

/** What happens in a run, in order. Dialects translate these and nothing else. */
export type RunEventBody =
  | { type: 'started'; conversationId: string }
  | { type: 'log'; text: string }
  | { type: 'sources'; sources: Source[] }
  /** The agent's new state; comes before the text it belongs to. */
  | { type: 'state'; state: JsonObject }
  | { type: 'token'; text: string }
  | { type: 'completed'; reply: string; state: JsonObject }
  | { type: 'failed'; code: string; message: string; reply: string; state: JsonObject };

/** An event with its place in its run: 1, 2, 3 … */
export type RunEvent = RunEventBody & { offset: number };

/** The last event of a run. */
export type TerminalEvent = Extract<RunEvent, { type: 'completed' | 'failed' }>;

export const isTerminal = (event: RunEvent): event is TerminalEvent =>
  event.type === 'completed' || event.type === 'failed';
