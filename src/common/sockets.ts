import type { RawData, WebSocket } from 'ws';

/** Bytes that may wait for a client that does not read; then its socket is cut. */
const MAX_BUFFERED = 1024 * 1024;
/** Frames that may wait to be handled before the socket is no longer read. */
const MAX_WAITING = 16;

/** Sends a text frame, unless the client has gone or does not read. */
export function sendText(socket: WebSocket, text: string): void {
  if (socket.readyState !== socket.OPEN) return;
  socket.send(text);
  if (socket.bufferedAmount > MAX_BUFFERED) socket.terminate();
}

/**
 * The client's frames in order, one at a time: text, or null for a binary frame. A client that sends faster than its
 * frames are handled is read more slowly. Listens from the call on, so that no early frame is lost; ends on close.
 */
export function readFrames(socket: WebSocket): AsyncIterable<string | null> {
  const waiting: (string | null)[] = [];
  let wake = () => {};
  let closed = false;
  socket.on('message', (data: RawData, isBinary: boolean) => {
    waiting.push(isBinary ? null : String(data));
    if (waiting.length >= MAX_WAITING) socket.pause();
    wake();
  });
  socket.once('close', () => {
    closed = true;
    wake();
  });
  return (async function* () {
    for (;;) {
      while (waiting.length > 0) {
        yield waiting.shift()!;
        if (waiting.length === 0 && socket.isPaused) socket.resume();
      }
      if (closed) return;
      await new Promise<void>((resolve) => (wake = resolve));
    }
  })();
}
