import type { FinishReason, Usage } from '../adapters/chat-model/chat-model.js';
import type { ApprovalRequest, Source, ToolEvent } from '../agents/agent.js';
import type { JsonObject } from '../common/json.js';
import type { MessageToolCall } from '../database/entities/tool-calls/message-tool-call.js';

/** Run events, in order of occurrence. */
export type RunEventBody =
  | { type: 'started'; conversationId: string }
  | { type: 'log'; text: string }
  | { type: 'sources'; sources: Source[] }
  /** The agent's new state; precedes the text it belongs to. */
  | { type: 'state'; state: JsonObject }
  | { type: 'token'; text: string }
  /** A chunk of the model's reasoning: not part of the reply or of later prompts. */
  | { type: 'reasoning'; text: string }
  /** A step of a tool call; not part of the reply. */
  | ToolEvent
  /** Replaces the text so far: the reply is the text in this event and that of later tokens. */
  | ({ type: 'reset' } & ReplySoFar)
  | ({ type: 'completed' } & EndOfRun)
  /**
   * The run is suspended until approvals are decided. Sent to watchers after the events so far, not logged; its
   * offset is that of the event before it.
   */
  | ({ type: 'waiting'; approvals: ApprovalRequest[]; message: string; expiresAt: string } & EndOfRun)
  /** Also for a stopped run (`cancelled`) or one whose process exited (`interrupted`). */
  | ({ type: 'failed'; code: string; message: string } & EndOfRun);

interface ReplySoFar {
  reply: string;
  state: JsonObject;
  sources: Source[];
  /** The calls of tools so far, as they are stored; omitted where their events are kept, or there was none. */
  toolCalls?: readonly MessageToolCall[];
}

interface EndOfRun {
  reply: string;
  state: JsonObject;
  /** Why the model stopped; omitted for `stop` and when the run was not ended by the model. */
  finishReason?: Exclude<FinishReason, 'stop'>;
  /** Usage of the run's model requests; omitted without any. */
  usage?: Usage;
}

/** An event with its offset in the run: 1, 2, 3 … */
export type LoggedEvent = RunEventBody & { offset: number };

/**
 * Replaces all events up to its offset. Logged when text is retracted; created for a watcher whose missed events
 * are no longer available.
 */
export type ResetEvent = Extract<LoggedEvent, { type: 'reset' }>;

/** An event as sent to watchers. The surfaces translate these and nothing else. */
export type RunEvent = LoggedEvent;

/** The last event of a run, or the last so far of a suspended one. */
export type TerminalEvent = Extract<LoggedEvent, { type: 'completed' | 'failed' | 'waiting' }>;

export const isTerminal = (event: RunEvent): event is TerminalEvent =>
  event.type === 'completed' || event.type === 'failed' || event.type === 'waiting';

/**
 * Receives batches of events in order of offset; must not throw.
 * @param areShared whether other watchers receive the same array
 */
export type RunSink = (events: readonly RunEvent[], areShared?: boolean) => void;
