import type { FinishReason, Usage } from '../adapters/chat-model/chat-model.js';
import type { Source } from '../agents/agent.js';
import type { JsonObject } from '../common/json.js';
import type { StoredRun } from '../database/repositories/runs.repository.js';
import { INTERRUPTED, type Failure } from './run-endings.js';
import type { LoggedEvent, ResetEvent, RunEvent, TerminalEvent } from './run.js';

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

/** What a run knows at its end beside its events. */
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
      snapshot.end = event;
      break;
    case 'started':
    case 'log':
    case 'reasoning':
  }
}

/** A snapshot carried on by the events that follow it without a gap; others are left out. */
export function carriedOn(snapshot: RunSnapshot, events: readonly LoggedEvent[]): RunSnapshot {
  const result = { ...snapshot };
  for (const event of events) if (event.offset === result.offset + 1) advance(result, event);
  return result;
}

/**
 * What brings a watcher to where a snapshot is when the events between are not to be had.
 * @param after offset of the last event it has seen, which may be ahead of the snapshot
 */
export function catchUp({ offset, reply, state, sources, end }: RunSnapshot, after: number): RunEvent[] {
  if (end && after === end.offset - 1) return [end];
  const reset: ResetEvent = {
    type: 'reset',
    offset: end ? end.offset - 1 : offset,
    reply,
    state,
    sources: sources ?? [],
  };
  return end ? [reset, end] : [reset];
}

/** What is stored of a run. */
export function storedSnapshot(run: StoredRun): RunSnapshot {
  const { lastOffset, reply, status } = run;
  const state = run.state ?? {};
  const sources = run.sources as unknown as Source[] | null;
  const snapshot = { offset: lastOffset, reply, state, sources, retractions: 0, end: null };
  if (status === 'queued' || status === 'streaming') return snapshot;
  // A run that was stopped while it waited has no other event.
  const offset = Math.max(lastOffset, 1);
  const rest = { offset, reply, state, ...outcomeOf(run) };
  if (status === 'complete') return { ...snapshot, offset, end: { type: 'completed', ...rest } };
  const failure = { code: run.error ?? status, message: run.errorMessage ?? INTERRUPTED.message };
  return { ...snapshot, offset, end: { type: 'failed', ...failure, ...rest } };
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
