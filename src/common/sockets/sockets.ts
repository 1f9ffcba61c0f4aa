import type { RawData, WebSocket } from 'ws';
import { randomUUID } from 'node:crypto';
import { currentCall, inCall, traceIdOf } from '../../telemetry/call-context.js';

/** Bytes that may wait for a client that does not read; then its socket is cut. */
const MAX_BUFFERED = 1024 * 1024;
/** Of what can wait elsewhere: bytes that may wait for a client before it is sent no more until it has read them. */
const MAX_IN_STEP = 64 * 1024;
/** Frames that may wait to be handled before the socket is no longer read. */
const MAX_WAITING = 16;

/** Bytes of large frames that may wait for all clients together. */
const MAX_LARGE = 256 * 1024 * 1024;

/** Bytes of large frames on their way, by client and in all. */
const large = { of: new WeakMap<WebSocket, number>(), all: 0 };

/** Sends a text frame, unless the client has disconnected or does not read. */
export function sendText(socket: WebSocket, text: string): void {
  if (socket.readyState !== socket.OPEN) return;
  socket.send(text);
  if (socket.bufferedAmount > MAX_BUFFERED + (large.of.get(socket) ?? 0)) socket.terminate();
}

/**
 * Sends a text frame of something that is kept elsewhere, so that a client may read it as slowly as it likes.
 * @param onRead called some time after `false`, when all of it has been read or the socket is lost
 * @returns false when the client is behind: what comes next should wait for `onRead`
 */
export function sendWithBackpressure(socket: WebSocket, text: string, onRead: () => void): boolean {
  if (socket.readyState !== socket.OPEN) return true;
  const keepsUp = socket.bufferedAmount + text.length <= MAX_IN_STEP;
  socket.send(text, keepsUp ? undefined : () => onRead());
  return keepsUp;
}

/** Sends a text frame that may be larger than what a client may leave unread; closes with 1013 when there are too many. */
export function sendLargeText(socket: WebSocket, text: string): void {
  if (socket.readyState !== socket.OPEN) return;
  const bytes = Buffer.byteLength(text);
  const count = (sign: 1 | -1) => {
    large.all += sign * bytes;
    large.of.set(socket, (large.of.get(socket) ?? 0) + sign * bytes);
  };
  if (large.all + bytes > MAX_LARGE) return socket.close(1013, 'try again later');
  count(1);
  socket.send(text, () => count(-1));
}

/**
 * Hands on the client's frames in order, one at a time: text, or null for a binary frame. A client that sends faster
 * than its frames are handled is read more slowly. Listens from the call on, so that no early frame is lost. What a frame
 * leads to belongs to the request that opened the socket, in a trace of its own.
 * @param handle must not reject
 * @param overtake sees each frame as it arrives; one that it takes, with a promise that must not reject, does not wait
 * for those before it
 */
export function handleFrames(
  socket: WebSocket,
  handle: (frame: string | null) => Promise<void>,
  overtake: (frame: string | null) => Promise<void> | null = () => null,
): void {
  const waiting: (string | null)[] = [];
  let isBusy = false;
  let overtaking = 0;
  const isFull = () => waiting.length + overtaking >= MAX_WAITING;
  const readOn = () => {
    if (socket.isPaused && !isFull()) socket.resume();
  };
  const requestId = currentCall()?.requestId;
  const handleOne = (frame: string | null) =>
    inCall({ requestId, traceId: traceIdOf(randomUUID()) }, () => handle(frame));
  const handleAll = async () => {
    isBusy = true;
    for (let frame = waiting.shift(); frame !== undefined; frame = waiting.shift()) await handleOne(frame);
    isBusy = false;
    readOn();
  };
  socket.on('message', (data: RawData, isBinary: boolean) => {
    const frame = isBinary ? null : String(data);
    const overtaken = overtake(frame);
    if (overtaken) {
      overtaking += 1;
      void overtaken.finally(() => {
        overtaking -= 1;
        readOn();
      });
    } else waiting.push(frame);
    if (isFull()) socket.pause();
    if (waiting.length > 0 && !isBusy) void handleAll();
  });
}
