import type { ServerResponse } from 'node:http';
import { ReaderProgress } from './unread-bytes.js';

const HEARTBEAT_MS = 15_000;
/** High-water mark: unread bytes of a slow reader beyond which sending pauses. */
const MAX_BUFFERED = 64 * 1024;

/** The responses of event streams that are open. */
const open = new Set<ServerResponse>();

/** Number of open event streams, and bytes buffered in this process for slow readers. */
export function streamLoad(): { open: number; bufferedBytes: number } {
  let bufferedBytes = 0;
  for (const response of open) bufferedBytes += response.writableLength;
  return { open: open.size, bufferedBytes };
}

/**
 * Writes one event stream: headers, heartbeats, backpressure, and disconnecting a reader that does not read.
 * `@Sse()` with an Observable costs half the throughput, so controllers use this instead.
 */
export class SseWriter {
  private readonly heartbeat?: NodeJS.Timeout;
  /** Whether the headers were sent. */
  private hasBegun = false;
  private isFull = false;
  private reader?: ReaderProgress;

  /**
   * @param onDrain called when a reader has caught up after `write` returned false
   * @param onClose called once: after a disconnect by either side, or the end of the stream
   */
  constructor(
    private readonly response: ServerResponse,
    onDrain: () => void,
    onClose: () => void,
  ) {
    if (response.destroyed) {
      // The client disconnected while its message was stored: its `close` event was already emitted.
      process.nextTick(onClose);
      return;
    }
    response.writeHead(200, {
      'Content-Type': 'text/event-stream; charset=utf-8',
      'Cache-Control': 'no-cache',
      'X-Accel-Buffering': 'no',
    });
    // Headers are sent with the first frame if it is written in this turn of the event loop.
    setImmediate(() => {
      this.hasBegun = true;
      response.flushHeaders();
    });
    open.add(response);
    this.heartbeat = setInterval(() => this.beat(), HEARTBEAT_MS);
    const { socket } = response.req;
    const reader = (this.reader = new ReaderProgress(socket));
    const onSocketDrain = () => {
      if (!this.isFull || response.writableLength > 0) return;
      this.isFull = false;
      onDrain();
    };
    socket.on('drain', onSocketDrain);
    response.once('close', () => {
      clearInterval(this.heartbeat);
      open.delete(response);
      reader.watchUnread(HEARTBEAT_MS);
      socket.off('drain', onSocketDrain);
      onClose();
    });
  }

  /**
   * Writes whole frames, each ending in a blank line.
   * @returns false when the reader is behind: the caller should pause until `onDrain`
   */
  write(frames: string): boolean {
    // Ended because the reader's authorization was revoked: nothing may be written after the last chunk.
    if (!frames || this.response.destroyed || this.response.writableEnded) return true;
    this.send(frames);
    this.isFull = this.response.writableLength > MAX_BUFFERED;
    return !this.isFull;
  }

  end(frames = ''): void {
    if (!this.response.destroyed) this.response.end(frames);
  }

  /**
   * Replaces `response.write`, which splits a chunk into four pieces and joins them again: a tenth of the cost of a
   * token.
   */
  private send(frames: string): void {
    const { socket, chunkedEncoding } = this.response;
    if (this.hasBegun && socket && chunkedEncoding) {
      const bytes = Buffer.byteLength(frames);
      const isAscii = bytes === frames.length;
      socket.write(`${bytes.toString(16)}\r\n${frames}\r\n`, isAscii ? 'latin1' : 'utf8');
    } else {
      this.hasBegun = true;
      this.response.write(frames);
    }
  }

  /** Disconnects a reader that made no progress between two heartbeats, though data was pending; it can resume. */
  private beat(): void {
    if (this.reader?.isStuck()) return void this.response.destroy();
    // A comment without a blank line: some decoders emit an event for every blank line.
    if (!this.isFull && !this.response.writableEnded) this.write(': ping\n');
  }
}

/**
 * Frames of one run event, each with an `id:` line for resuming. Only the last one has the event's own offset: a
 * reader disconnected between two frames receives both again.
 */
export function sseFrames(runId: string, offset: number, ...payloads: string[]): string {
  const last = payloads.length - 1;
  if (last === 0) return `id: ${runId}:${offset}\ndata: ${payloads[0]}\n\n`; // nearly always: a token
  return payloads
    .map((data, i) => `id: ${runId}:${i === last ? offset : offset - 1}\ndata: ${data}\n\n`)
    .join('');
}

/** @returns the parsed event id of a run; null when it is invalid */
export function parseEventId(id: string): { runId: string; offset: number } | null {
  const [, runId, offset] = /^([\da-f-]{36}):(\d{1,9})$/.exec(id) ?? [];
  return runId ? { runId, offset: Number(offset) } : null;
}
