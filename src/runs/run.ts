import type { FinishReason, Usage } from '../adapters/chat-model/chat-model.js';
import type { ApprovalRequest, Source, ToolEvent } from '../agents/agent.js';
import type { JsonObject } from '../common/json.js';

/** What happens in a run, in order. */
export type RunEventBody =
  | { type: 'started'; conversationId: string }
  | { type: 'log'; text: string }
  | { type: 'sources'; sources: Source[] }
  /** The agent's new state; comes before the text it belongs to. */
  | { type: 'state'; state: JsonObject }
  | { type: 'token'; text: string }
  /** A piece of the model's thinking: no part of the reply, and of no later prompt. */
  | { type: 'reasoning'; text: string }
  /** A step of a tool call; no part of the reply. */
  | ToolEvent
  /** The text so far was no part of the reply, which is what this says and what comes after it. */
  | ({ type: 'reset' } & ReplySoFar)
  | ({ type: 'completed' } & EndOfRun)
  /**
   * The run goes on when a person has decided. It is shown to watchers at the end of what there is, in no log, and has
   * the offset of the event before it.
   */
  | ({ type: 'waiting'; approvals: ApprovalRequest[]; message: string; expiresAt: string } & EndOfRun)
  /** Also of a run that was stopped (`cancelled`) or lost its process (`interrupted`). */
  | ({ type: 'failed'; code: string; message: string } & EndOfRun);

interface ReplySoFar {
  reply: string;
  state: JsonObject;
  sources: Source[];
}

interface EndOfRun {
  reply: string;
  state: JsonObject;
  /** Why the model stopped; left out for `stop` and where it was not the model that ended the run. */
  finishReason?: Exclude<FinishReason, 'stop'>;
  /** What the run's requests to models cost; left out when there were none. */
  usage?: Usage;
}

/** An event with its place in its run: 1, 2, 3 … */
export type LoggedEvent = RunEventBody & { offset: number };

/**
 * Stands in for all events up to its offset. A log holds it where text was taken back; one is made for a watcher who
 * missed events that are not kept any more.
 */
export type ResetEvent = Extract<LoggedEvent, { type: 'reset' }>;

/** What a watcher is shown. Dialects translate these and nothing else. */
export type RunEvent = LoggedEvent;

/** The last event of a run, or of what there is of it while it waits. */
export type TerminalEvent = Extract<LoggedEvent, { type: 'completed' | 'failed' | 'waiting' }>;

export const isTerminal = (event: RunEvent): event is TerminalEvent =>
  event.type === 'completed' || event.type === 'failed' || event.type === 'waiting';

/**
 * Called with the events that came at once, in order of offset; must not throw.
 * @param areShared whether others are shown the very same array
 */
export type RunSink = (events: readonly RunEvent[], areShared?: boolean) => void;
