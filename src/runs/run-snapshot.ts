import type { FinishReason, Usage } from '../adapters/chat-model/chat-model.js';
import type { Source } from '../agents/agent.js';
import type { JsonObject } from '../common/json.js';
import type { StoredRun } from '../database/repositories/runs/stored-run.js';
import { INTERRUPTED, type Failure } from './run-endings.js';
import type { LoggedEvent, ResetEvent, RunEvent, TerminalEvent } from './run.js';

/** Offset of the first event of every run. */
export const STARTED = 1;

/** What the events of a run amount to, up to an offset. */
export interface RunSnapshot {
  offset: number;
  reply: string;
  state: JsonObject;
  /** Null until the agent has named them. */
  sources: Source[] | null;
  /** How often the reply was taken back: it grows in between. */
  retractions: number;
  end: TerminalEvent | null;
}

/** Data of a run at its end beside its events. */
export interface Outcome {
  finishReason?: Exclude<FinishReason, 'stop'>;
  usage?: Usage;
}

export const emptySnapshot = (state: JsonObject = {}): RunSnapshot => ({
  offset: 0,
  reply: '',
  state,
  sources: null,
  retractions: 0,
  end: null,
});

/** Adds the next event to a snapshot, in place: it sits on the token path. */
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
      snapshot.retractions += 1;
      break;
    case 'completed':
    case 'failed':
    case 'waiting':
      snapshot.end = event;
      break;
    case 'started':
    case 'log':
    case 'reasoning':
    case 'tool':
  }
}

/** A snapshot carried on by the events that follow it without a gap; others are left out. */
export function carriedOn(snapshot: RunSnapshot, events: readonly LoggedEvent[]): RunSnapshot {
  const result = { ...snapshot };
  for (const event of events) if (event.offset === result.offset + 1) advance(result, event);
  return result;
}

/**
 * The most that is known of a run: the log may have lost its beginning or all of it, what is stored is a little old.
 * The end is not part of it.
 */
export function furthest(stored: RunSnapshot, logged: readonly LoggedEvent[]): RunSnapshot {
  const written = logged.filter(({ type }) => type !== 'completed' && type !== 'failed');
  const whole = carriedOn(emptySnapshot(stored.state), written);
  return whole.offset >= stored.offset ? whole : carriedOn(stored, written);
}

/**
 * What brings a watcher to where a snapshot is when the events between are not to be had.
 * @param after offset of the last event it has seen, which may be ahead of the snapshot
 */
export function catchUp({ offset, reply, state, sources, end }: RunSnapshot, after: number): RunEvent[] {
  if (end?.type === 'waiting' ? after === offset : end && after === end.offset - 1) return [end!];
  const reset: ResetEvent = {
    type: 'reset',
    offset: end && end.type !== 'waiting' ? end.offset - 1 : offset,
    reply,
    state,
    sources: sources ?? [],
  };
  return end ? [reset, end] : [reset];
}

/**
 * What brings a watcher to where a run is stored, from its beginning on: every run that was begun has a `started`, also
 * one whose process exited before it could log it.
 * @param after as in `catchUp`
 */
export function replayStored(run: StoredRun, stored: RunSnapshot, after: number): RunEvent[] {
  if (after > 0) return catchUp(stored, after);
  const started: RunEvent = { type: 'started', offset: STARTED, conversationId: run.conversationId };
  return stored.offset > STARTED ? [started, ...catchUp(stored, STARTED)] : [started];
}

/** What is stored of a run. */
export function storedSnapshot(run: StoredRun): RunSnapshot {
  const { reply, status } = run;
  const state = run.state ?? {};
  const sources = run.sources as unknown as Source[] | null;
  // To begin a run is its first event, logged or not; one that waits has none yet.
  const begun = Math.max(run.lastOffset, status === 'queued' ? 0 : STARTED);
  const snapshot = { offset: begun, reply, state, sources, retractions: 0, end: null };
  if (status === 'queued' || status === 'streaming') return snapshot;
  if (status === 'waiting') return { ...snapshot, end: waitingEvent(run, begun) };
  // A run that was stopped while it waited has no other events than these two.
  const offset = Math.max(begun, STARTED + 1);
  const rest = { offset, reply, state, ...outcomeOf(run) };
  if (status === 'complete') return { ...snapshot, offset, end: { type: 'completed', ...rest } };
  const failure = { code: run.error ?? status, message: run.errorMessage ?? INTERRUPTED.message };
  return { ...snapshot, offset, end: { type: 'failed', ...failure, ...rest } };
}

function waitingEvent(run: StoredRun, offset: number): TerminalEvent {
  const approvals = run.approvals ?? [];
  const tools = approvals.map(({ tool }) => tool).join(', ');
  return {
    type: 'waiting',
    offset,
    approvals,
    message: `The answer waits for your approval of: ${tools}.`,
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

/** The end of a run that `advance` has brought so far. */
export function endOf(
  { offset, reply, state }: RunSnapshot,
  failure: Failure | null,
  outcome: Outcome = {},
): TerminalEvent {
  const rest = { reply, state, ...outcome, offset: offset + 1 };
  if (!failure) return { type: 'completed', ...rest };
  return { type: 'failed', code: failure.code, message: failure.message, ...rest };
}
