import type { ServerResponse } from 'node:http';

const HEARTBEAT_MS = 15_000;
/** Bytes that may wait for a slow reader before its connection is cut; it can resume. */
const MAX_BUFFERED = 1024 * 1024;

/**
 * Writes one event stream, plainly: headers, heartbeats, and the cut of a reader that does not read.
 * `@Sse()` with an Observable costs half the throughput, so controllers use this instead.
 */
export class SseWriter {
  private readonly heartbeat: NodeJS.Timeout;

  /** @param onClose called once when the client has gone, been cut, or the stream has ended */
  constructor(
    private readonly response: ServerResponse,
    onClose: () => void,
  ) {
    response.writeHead(200, {
      'Content-Type': 'text/event-stream; charset=utf-8',
      'Cache-Control': 'no-cache',
      'X-Accel-Buffering': 'no',
    });
    // The first frame carries the headers with it when it comes at once.
    setImmediate(() => response.flushHeaders());
    this.heartbeat = setInterval(() => this.write(': ping\n\n'), HEARTBEAT_MS);
    response.once('close', () => {
      clearInterval(this.heartbeat);
      onClose();
    });
  }

  /** Sends whole frames, each ending in a blank line. */
  write(frames: string): void {
    if (!frames || this.response.destroyed) return;
    this.response.write(frames);
    if (this.response.writableLength > MAX_BUFFERED) this.response.destroy();
  }

  end(frames = ''): void {
    if (!this.response.destroyed) this.response.end(frames);
  }
}

/**
 * Frames of one event of a run, each with an `id:` line to resume after.
 * Only the last one carries the event's own offset: a reader cut off between two frames gets both again.
 */
export function sseFrames(runId: string, offset: number, ...payloads: string[]): string {
  const last = payloads.length - 1;
  return payloads
    .map((data, i) => `id: ${runId}:${i === last ? offset : offset - 1}\ndata: ${data}\n\n`)
    .join('');
}
