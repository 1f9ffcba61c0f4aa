import { toolsOf } from './approvals/how-to-decide.js';
import type { FinishReason, Usage } from '../adapters/chat-model/chat-model.js';
import type { Source } from '../agents/agent.js';
import type { JsonObject } from '../common/json.js';
import type { StoredRun } from '../database/repositories/runs/stored-run.js';
import type { MessageToolCall } from '../database/entities/tool-calls/message-tool-call.js';
import { withStep } from './tool-calls/made-calls.js';
import { INTERRUPTED, type Failure } from './run-endings.js';
import type { LoggedEvent, ResetEvent, RunEvent, TerminalEvent } from './run.js';

/** Offset of the first event of every run. */
export const STARTED = 1;

/** The events of a run up to an offset, folded into one state. */
export interface RunSnapshot {
  offset: number;
  reply: string;
  state: JsonObject;
  /** Null before the agent's `sources` event. */
  sources: Source[] | null;
  toolCalls: readonly MessageToolCall[];
  /** Number of resets: between two of them the reply only grows. */
  retractions: number;
  end: TerminalEvent | null;
}

/** Finish reason and usage of a run. */
export interface Outcome {
  finishReason?: Exclude<FinishReason, 'stop'>;
  usage?: Usage;
}

export const emptySnapshot = (state: JsonObject = {}): RunSnapshot => ({
  offset: 0,
  reply: '',
  state,
  sources: null,
  toolCalls: [],
  retractions: 0,
  end: null,
});

/** Applies the next event to a snapshot, in place: it sits on the token path. */
export function advance(snapshot: RunSnapshot, event: LoggedEvent): void {
  snapshot.offset = event.offset;
  switch (event.type) {
    case 'token':
      snapshot.reply += event.text;
      break;
    case 'state':
      snapshot.state = event.state;
      break;
    case 'sources':
      snapshot.sources = event.sources;
      break;
    case 'reset':
      snapshot.reply = event.reply;
      snapshot.toolCalls = event.toolCalls ?? snapshot.toolCalls;
      snapshot.retractions += 1;
      break;
    case 'completed':
    case 'failed':
    case 'waiting':
      snapshot.end = event;
      break;
    case 'tool':
      snapshot.toolCalls = withStep(snapshot.toolCalls, event);
      break;
    case 'started':
    case 'log':
    case 'reasoning':
  }
}

/** A copy of a snapshot with the events that follow it without a gap; other events are ignored. */
export function applyEvents(snapshot: RunSnapshot, events: readonly LoggedEvent[]): RunSnapshot {
  const result = { ...snapshot };
  for (const event of events) if (event.offset === result.offset + 1) advance(result, event);
  return result;
}

/**
 * The most advanced known snapshot of a run: the log may have lost its beginning or everything, the checkpoint may
 * be stale. Excludes the terminal event.
 */
export function furthest(stored: RunSnapshot, logged: readonly LoggedEvent[]): RunSnapshot {
  const written = logged.filter(({ type }) => type !== 'completed' && type !== 'failed');
  const whole = applyEvents(emptySnapshot(stored.state), written);
  return whole.offset >= stored.offset ? whole : applyEvents(stored, written);
}

/**
 * Events that catch a watcher up with a snapshot when the events between are unavailable.
 * @param after offset of the watcher's last event; may be ahead of the snapshot
 */
export function catchUp(snapshot: RunSnapshot, after: number): RunEvent[] {
  const { offset, reply, state, sources, toolCalls, end } = snapshot;
  if (end?.type === 'waiting' ? after === offset : end && after === end.offset - 1) return [end!];
  const reset: ResetEvent = {
    type: 'reset',
    offset: end && end.type !== 'waiting' ? end.offset - 1 : offset,
    reply,
    state,
    sources: sources ?? [],
    ...(toolCalls.length > 0 && { toolCalls }),
  };
  return end ? [reset, end] : [reset];
}

/**
 * Replay of a stored run from its beginning: every begun run has a `started` event, also one whose process exited
 * before logging it.
 * @param after as in `catchUp`
 */
export function replayStored(run: StoredRun, stored: RunSnapshot, after: number): RunEvent[] {
  if (after > 0) return catchUp(stored, after);
  const started: RunEvent = { type: 'started', offset: STARTED, conversationId: run.conversationId };
  return stored.offset > STARTED ? [started, ...catchUp(stored, STARTED)] : [started];
}

/** The snapshot of a stored run. */
export function storedSnapshot(run: StoredRun): RunSnapshot {
  const { reply, status } = run;
  const state = run.state ?? {};
  const sources = run.sources as unknown as Source[] | null;
  // A begun run has its first event, logged or not; a queued run has none.
  const begun = Math.max(run.lastOffset, status === 'queued' ? 0 : STARTED);
  const toolCalls = run.toolCalls ?? [];
  const snapshot = { offset: begun, reply, state, sources, toolCalls, retractions: 0, end: null };
  if (status === 'queued' || status === 'streaming') return snapshot;
  if (status === 'waiting') return { ...snapshot, end: waitingEvent(run, begun) };
  // A run stopped while queued has only these two events.
  const offset = Math.max(begun, STARTED + 1);
  const rest = { offset, reply, state, ...outcomeOf(run) };
  if (status === 'complete') return { ...snapshot, offset, end: { type: 'completed', ...rest } };
  const failure = { code: run.error ?? status, message: run.errorMessage ?? INTERRUPTED.message };
  return { ...snapshot, offset, end: { type: 'failed', ...failure, ...rest } };
}

function waitingEvent(run: StoredRun, offset: number): TerminalEvent {
  const approvals = run.approvals ?? [];
  return {
    type: 'waiting',
    offset,
    approvals,
    message: `The answer waits for your approval of: ${toolsOf(approvals)}.`,
    expiresAt: run.expiresAt.toISOString(),
    reply: run.reply,
    state: run.state ?? {},
    ...outcomeOf(run),
  };
}

const outcomeOf = ({ finishReason, usage }: StoredRun): Outcome => ({
  ...(finishReason && { finishReason }),
  ...(usage && { usage }),
});

/** The terminal event for a snapshot. */
export function endOf(
  { offset, reply, state }: RunSnapshot,
  failure: Failure | null,
  outcome: Outcome = {},
): TerminalEvent {
  const rest = { reply, state, ...outcome, offset: offset + 1 };
  if (!failure) return { type: 'completed', ...rest };
  return { type: 'failed', code: failure.code, message: failure.message, ...rest };
}
