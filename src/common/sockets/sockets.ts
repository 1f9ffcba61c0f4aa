import type { RawData, WebSocket } from 'ws';
import { randomUUID } from 'node:crypto';
import { currentCall, inCall, traceIdOf } from '../../telemetry/call-context.js';

/** Maximum unread bytes of a client; beyond it the socket is closed. */
const MAX_BUFFERED = 1024 * 1024;
/** High-water mark with backpressure: unread bytes of a client beyond which sending pauses. */
const MAX_BUFFERED_BYTES = 64 * 1024;
/** Maximum queued frames of a client before reading from its socket pauses. */
const MAX_WAITING = 16;

/** Maximum unread bytes of large frames, for all clients together. */
const MAX_LARGE = 256 * 1024 * 1024;

/** Unsent bytes of large frames, by client and in total. */
const large = { of: new WeakMap<WebSocket, number>(), all: 0 };

/** Sends a text frame, unless the client has disconnected or is too slow. */
export function sendText(socket: WebSocket, text: string): void {
  if (socket.readyState !== socket.OPEN) return;
  socket.send(text);
  if (socket.bufferedAmount > MAX_BUFFERED + (large.of.get(socket) ?? 0)) socket.terminate();
}

/**
 * Sends a text frame with backpressure, for data that can be produced again later, so that a client may be
 * arbitrarily slow.
 * @param onRead called some time after `false`, when everything was read or the socket is lost
 * @returns false when the client is behind: the caller should pause until `onRead`
 */
export function sendWithBackpressure(socket: WebSocket, text: string, onRead: () => void): boolean {
  if (socket.readyState !== socket.OPEN) return true;
  const keepsUp = socket.bufferedAmount + text.length <= MAX_BUFFERED_BYTES;
  socket.send(text, keepsUp ? undefined : () => onRead());
  return keepsUp;
}

/** Sends a text frame that may exceed the limit of unread bytes; closes with 1013 when too many are pending. */
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
 * Handles the client's frames in order, one at a time: text, or null for a binary frame. Backpressure: a client
 * that sends faster than its frames are handled is read more slowly. Listens immediately, so that no early frame is
 * lost. Each frame is handled in the call context of the upgrade request, in a new trace.
 * @param handle must not reject
 * @param overtake sees each frame on arrival; if it returns a promise, which must not reject, the frame bypasses
 * the queue
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
