import type { ServerResponse } from 'node:http';
import { ReaderProgress } from './unread-bytes.js';

const HEARTBEAT_MS = 15_000;
/** Bytes that may wait for a slow reader before it is sent no more until it has read them. */
const MAX_BUFFERED = 64 * 1024;

/** The responses of event streams that are open. */
const open = new Set<ServerResponse>();

/** How many event streams are open, and the bytes that wait in this process for their clients to read. */
export function streamLoad(): { open: number; bufferedBytes: number } {
  let bufferedBytes = 0;
  for (const response of open) bufferedBytes += response.writableLength;
  return { open: open.size, bufferedBytes };
}

/**
 * Writes one event stream, plainly: headers, heartbeats, back-pressure, and the cut of a reader that does not read.
 * `@Sse()` with an Observable costs half the throughput, so controllers use this instead.
 */
export class SseWriter {
  private readonly heartbeat?: NodeJS.Timeout;
  /** The headers are on their way. */
  private hasBegun = false;
  private isFull = false;
  private reader?: ReaderProgress;

  /**
   * @param onDrain called when a reader that `write` was too much for has read everything
   * @param onClose called once when the client has disconnected, been cut, or the stream has ended
   */
  constructor(
    private readonly response: ServerResponse,
    onDrain: () => void,
    onClose: () => void,
  ) {
    if (response.destroyed) {
      // It left while its message was stored: its `close` has been and does not come again.
      process.nextTick(onClose);
      return;
    }
    response.writeHead(200, {
      'Content-Type': 'text/event-stream; charset=utf-8',
      'Cache-Control': 'no-cache',
      'X-Accel-Buffering': 'no',
    });
    // The first frame carries the headers with it when it comes at once.
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
      reader.watchRest(HEARTBEAT_MS);
      socket.off('drain', onSocketDrain);
      onClose();
    });
  }

  /**
   * Sends whole frames, each ending in a blank line.
   * @returns false when the reader is behind: what comes next should wait for `onDrain`
   */
  write(frames: string): boolean {
    // Ended because the reader's authority was revoked: nothing may be written after the last chunk.
    if (!frames || this.response.destroyed || this.response.writableEnded) return true;
    this.send(frames);
    this.isFull = this.response.writableLength > MAX_BUFFERED;
    return !this.isFull;
  }

  end(frames = ''): void {
    if (!this.response.destroyed) this.response.end(frames);
  }

  /**
   * As `response.write`, which cuts a chunk into four pieces and gathers them again: that is a tenth of what a token
   * costs.
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

  /**
   * A reader that has taken nothing from one heartbeat to the next, though there was something, is cut; it can resume.
   */
  private beat(): void {
    if (this.reader?.isStuck()) return void this.response.destroy();
    // Without a blank line: there are decoders that make an event of every one.
    if (!this.isFull && !this.response.writableEnded) this.write(': ping\n');
  }
}

/**
 * Frames of one event of a run, each with an `id:` line to resume after.
 * Only the last one carries the event's own offset: a reader cut off between two frames gets both again.
 */
export function sseFrames(runId: string, offset: number, ...payloads: string[]): string {
  const last = payloads.length - 1;
  if (last === 0) return `id: ${runId}:${offset}\ndata: ${payloads[0]}\n\n`; // nearly always: a token
  return payloads
    .map((data, i) => `id: ${runId}:${i === last ? offset : offset - 1}\ndata: ${data}\n\n`)
    .join('');
}

/** @returns the parsed `id:` line of a run; null when it is none */
export function parseEventId(id: string): { runId: string; offset: number } | null {
  const [, runId, offset] = /^([\da-f-]{36}):(\d{1,9})$/.exec(id) ?? [];
  return runId ? { runId, offset: Number(offset) } : null;
}
