/** WebSockets that are opened and left alone. */
import { once } from 'node:events';
import { WebSocket } from 'ws';

/** Handshakes that are under way at once. */
const AT_ONCE = 50;
const DEADLINE_MS = 30_000;

const open = [];

/** @param job `endpoint` (the address with its query) and `count` */
export async function openSockets({ endpoint, count }) {
  for (let left = count; left > 0; left -= AT_ONCE) {
    const some = Array.from({ length: Math.min(AT_ONCE, left) }, () => openOne(endpoint));
    open.push(...(await Promise.all(some)));
  }
  return open.length;
}

export async function closeSockets() {
  const closed = open.splice(0).map((socket) => {
    socket.terminate();
    return once(socket, 'close', { signal: AbortSignal.timeout(DEADLINE_MS) });
  });
  await Promise.all(closed);
}

async function openOne(endpoint) {
  const socket = new WebSocket(endpoint, { perMessageDeflate: false, handshakeTimeout: DEADLINE_MS });
  await once(socket, 'open');
  return socket;
}
