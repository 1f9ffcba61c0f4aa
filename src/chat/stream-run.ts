import type { ServerResponse } from 'node:http';
import { SseWriter } from '../common/sse.js';
import { catchUp } from '../runs/catch-up.js';
import { isTerminal, type RunEvent, type RunSink } from '../runs/run.js';
import type { RunService } from '../runs/run.service.js';

/** Thrown by a translation that cannot go on: what the client was sent cannot be corrected on this wire. */
export class StreamBroken extends Error {}

/** A surface's translation of one event into SSE frames; `''` when the event means nothing there. */
export type ToSse = (event: RunEvent) => string;

/** A run as one reader is shown it. */
export interface RunStream {
  /** The translation of events. */
  toSse: ToSse;
  /** A name for it when the frame of a token depends on nothing before it: readers of one run share the work then. */
  sharedAs?: string;
  /** Offset of the last event that the reader has seen; 0 when it is left out. */
  after?: number;
  /** Of the response, beside those of every event stream. */
  headers?: Readonly<Record<string, string>>;
}

/** Frames of tokens that several readers get, by surface and place in what they are shown. */
const shared = new WeakMap<readonly RunEvent[], Map<string, string>>();

/** Events that are translated before the reader's backlog is checked. */
const AT_ONCE = 500;

/**
 * Sends a run to an HTTP response up to its last event. The run goes on if the client leaves. Nothing is kept for a
 * reader that falls behind: it is let go, and when it has read it is brought up from the log, as if it had come back.
 */
export function streamRun(
  response: ServerResponse,
  runs: RunService,
  runId: string,
  { toSse, sharedAs, after = 0, headers = {} }: RunStream,
): void {
  let seen = after;
  let isBehind = false;
  let unwatch = () => {};

  const show: RunSink = (events, areShared) => {
    try {
      translate(events, areShared);
    } catch (error) {
      if (!(error instanceof StreamBroken)) throw error;
      // A stream without its end: the client detects that it is incomplete, and may resume.
      response.destroy();
    }
  };
  const translate = (events: readonly RunEvent[], areShared = false) => {
    for (let from = 0; from < events.length && !isBehind; from += AT_ONCE) {
      const part = events.length > AT_ONCE ? events.slice(from, from + AT_ONCE) : events;
      const last = part.at(-1)!;
      // All that comes at once leaves in one write.
      const joined = () => join(part, toSse);
      const frames =
        areShared && sharedAs && part.every(isToken)
          ? sharedFrames(events, `${sharedAs} ${from}`, joined)
          : joined();
      seen = last.offset;
      if (isTerminal(last)) writer.end(frames);
      else isBehind = !writer.write(frames);
    }
    if (isBehind) unwatch();
  };
  const follow = () => {
    if (response.destroyed) return;
    isBehind = false;
    unwatch = runs.watch(runId, seen, show);
    // A long run is too much at once before there is anything to stop.
    if (isBehind) unwatch();
  };

  // For a client that is cut off before the first event, or whose message waits.
  response.setHeader('X-Run-Id', runId);
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  const writer = new SseWriter(
    response,
    () => catchUp(follow),
    () => unwatch(),
  );
  follow();
}

function join(events: readonly RunEvent[], toSse: ToSse): string {
  let frames = '';
  for (const event of events) frames += toSse(event);
  return frames;
}

const isToken = ({ type }: RunEvent) => type === 'token';

function sharedFrames(events: readonly RunEvent[], key: string, translate: () => string): string {
  const known = shared.get(events) ?? new Map<string, string>();
  shared.set(events, known);
  const frames = known.get(key) ?? translate();
  known.set(key, frames);
  return frames;
}
