// Follows a run's event stream to its end, reconnecting when necessary. Requires only `fetch` streams: the caller
// provides the requests for starting and resuming a run.

import { createParser } from 'eventsource-parser';

/** A received event: its `id:` for resuming, and its `data:`. */
export interface StreamEvent {
  id: string;
  data: string;
}

export type Connection = 'connecting' | 'open' | 'waiting';

export interface RunStream {
  /** Starts the run; repeated when its answer was lost, so that it must carry an idempotency key. */
  start?: (signal: AbortSignal) => Promise<Response>;
  /**
   * Opens the stream of a run that was started.
   * @param after the id of the last event seen, `''` for all of them
   */
  resume: (runId: string, after: string, signal: AbortSignal) => Promise<Response>;
  /** Id of an existing run. */
  runId?: string;
  /** Receives the events of one chunk, in order. */
  onEvents: (events: readonly StreamEvent[]) => void;
  /** @param error why it waits */
  onConnection?: (connection: Connection, error?: unknown) => void;
  onRun?: (runId: string) => void;
  /** Ends the following, not the run. */
  signal: AbortSignal;
  /** @returns true for errors that must not be retried */
  isFinal: (error: unknown) => boolean;
  /** Retry delay in ms requested by an error. */
  waitOf?: (error: unknown) => number | undefined;
  limits?: Partial<Limits>;
}

interface Limits {
  /** The server sends a comment every 15 s: silence for longer is a broken connection. */
  silenceMs: number;
  /** Timeout in ms without any byte, after which it gives up. */
  giveUpMs: number;
  firstWaitMs: number;
  longestWaitMs: number;
}

const LIMITS: Limits = { silenceMs: 40_000, giveUpMs: 300_000, firstWaitMs: 250, longestWaitMs: 5_000 };

const CLOSE_TIMEOUT_MS = 500;
/** Bytes parsed per task: a model that sends everything at once must not block the page. */
const PIECE_BYTES = 16_384;

/** The stream could not be had for minutes. */
export class Unreachable extends Error {}

/**
 * @returns `done` after the terminal event, `nothing` without a run to follow, `left` when aborted by the signal
 * @throws Unreachable, or the error for which `isFinal` is true
 */
export async function followRun(stream: RunStream): Promise<'done' | 'nothing' | 'left'> {
  const limits = { ...LIMITS, ...stream.limits };
  let { runId } = stream;
  let after = '';
  let failures = 0;
  let lastSign = Date.now();

  for (;;) {
    if (stream.signal.aborted) return 'left';
    stream.onConnection?.('connecting');
    try {
      const response = await open();
      if (response.status === 204) return after ? 'done' : 'nothing';
      const named = response.headers.get('X-Run-Id');
      if (named && named !== runId) {
        runId = named;
        stream.onRun?.(named);
      }
      stream.onConnection?.('open');
      if (await read(response)) return 'done';
    } catch (error) {
      if (stream.signal.aborted) return 'left';
      if (stream.isFinal(error)) throw error;
      if (Date.now() - lastSign > limits.giveUpMs) throw new Unreachable('unreachable', { cause: error });
      const asked = stream.waitOf?.(error) ?? 0;
      await pause(Math.max(asked, Math.min(limits.longestWaitMs, limits.firstWaitMs * 2 ** failures)), error);
    }
    failures += 1;
  }

  function open(): Promise<Response> {
    if (runId) return stream.resume(runId, after, stream.signal);
    if (!stream.start) throw new TypeError('neither a run nor a way to start one');
    return stream.start(stream.signal);
  }

  /** @returns true after the terminal event */
  async function read(response: Response): Promise<boolean> {
    if (!response.body) throw new TypeError('a stream without a body');
    let events: StreamEvent[] = [];
    const parser = createParser({ onEvent: ({ id = '', data }) => events.push({ id, data }) });
    const decoder = new TextDecoder();
    const reader = response.body.getReader();
    const leave = () => void reader.cancel().catch(() => {});
    stream.signal.addEventListener('abort', leave, { once: true });
    try {
      for (;;) {
        const { done, value } = await withDeadline(reader.read(), limits.silenceMs, leave);
        if (stream.signal.aborted) throw new DOMException('left', 'AbortError');
        // Disconnected, or ended by a server that is shutting down: the stream is resumed after the last event.
        if (done) throw new TypeError('the stream ended before the answer');
        lastSign = Date.now();
        failures = 0;
        let isOver = false;
        for (let from = 0; from < value.length; from += PIECE_BYTES) {
          if (from > 0) await nextTask();
          if (stream.signal.aborted) throw new DOMException('left', 'AbortError');
          events = [];
          parser.feed(decoder.decode(value.subarray(from, from + PIECE_BYTES), { stream: true }));
          if (events.length === 0) continue;
          after = events.findLast(({ id }) => id)?.id ?? after;
          stream.onEvents(events);
          isOver ||= events.some(({ data }) => isLast(data));
        }
        if (!isOver) continue;
        // Waits for the server to end the response: a connection that is not aborted can be reused.
        await withDeadline(reader.read(), CLOSE_TIMEOUT_MS, leave).catch(() => {});
        return true;
      }
    } finally {
      stream.signal.removeEventListener('abort', leave);
      leave();
    }
  }

  /** Ends early when the browser is online again. */
  function pause(ms: number, error: unknown): Promise<void> {
    stream.onConnection?.('waiting', error);
    return new Promise((resolve) => {
      const end = () => {
        clearTimeout(timer);
        globalThis.removeEventListener?.('online', end);
        stream.signal.removeEventListener('abort', end);
        resolve();
      };
      const timer = setTimeout(end, ms);
      globalThis.addEventListener?.('online', end);
      stream.signal.addEventListener('abort', end);
    });
  }
}

/** Yields to the event loop, so that the page can paint. A timer would wait for 4 ms each time. */
const nextTask = () =>
  new Promise<void>((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.addEventListener('message', () => {
      port1.close();
      resolve();
    });
    port1.start();
    port2.postMessage(null);
  });

const isLast = (data: string) => data === '[DONE]' || data.startsWith('{"type":"done"');

async function withDeadline<T>(promise: Promise<T>, ms: number, onLate: () => void): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      onLate();
      reject(new DOMException('silence', 'TimeoutError'));
    }, ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
