import type { ServerResponse } from 'node:http';
import { SseWriter } from '../common/sse.js';
import { catchUp } from '../runs/catch-up.js';
import { isTerminal, type RunEvent, type RunSink } from '../runs/run.js';
import type { RunService } from '../runs/run.service.js';

/** Thrown by a translation that cannot continue: the wire format has no way to correct text already sent. */
export class StreamBroken extends Error {}

/** A surface's translation of one event into SSE frames; `''` for an event without an equivalent. */
export type ToSse = (event: RunEvent) => string;

/** Options of one reader's stream. */
export interface RunStream {
  /** The translation of events. */
  toSse: ToSse;
  /**
   * Cache name, set if the frame of a token does not depend on previous events: readers of one run then share the
   * frames.
   */
  sharedAs?: string;
  /** Offset of the last event received; 0 by default. */
  after?: number;
  /** Additional response headers. */
  headers?: Readonly<Record<string, string>>;
}

/** Cached frames of tokens for several readers, by batch of events, surface and position. */
const shared = new WeakMap<readonly RunEvent[], Map<string, string>>();

/** Events that are translated before the reader's backlog is checked. */
const AT_ONCE = 500;

/**
 * Streams a run to an HTTP response up to its terminal event. The run continues if the client disconnects. Nothing
 * is buffered beyond the limit for a slow reader: it is unsubscribed and, once drained, catches up from the log
 * like a reconnecting client.
 */
export function streamRun(
  response: ServerResponse,
  runs: Pick<RunService, 'watch'>,
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
      // A stream without its terminal event: the client detects the truncation and may resume.
      response.destroy();
    }
  };
  const translate = (events: readonly RunEvent[], areShared = false) => {
    for (let from = 0; from < events.length && !isBehind; from += AT_ONCE) {
      const part = events.length > AT_ONCE ? events.slice(from, from + AT_ONCE) : events;
      const last = part.at(-1)!;
      // All events of a batch are written at once.
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
    // A long run may fill the buffer before `unwatch` is assigned.
    if (isBehind) unwatch();
  };

  // For a client that disconnects before the first event, or whose message is queued.
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
