/** Clients that connect and leave: at every moment of a turn, over HTTP and WebSocket, politely and not. */
import { randomUUID } from 'node:crypto';
import { connect } from 'node:net';
import { WebSocket } from 'ws';
import { toOrder } from '../rig/replies.mjs';
import { within } from '../rig/within.mjs';

const AT_ONCE = 20;
const DEADLINE_MS = 30_000;
const ORDER = { text: 1, tokens: 20, paceMs: 5 };

/** @param job `url`, `accounts` (access tokens), `cycles` */
export async function abortMany({ url, accounts, cycles }) {
  let next = 0;
  const abortOneAfterTheOther = async () => {
    for (let i = next++; i < cycles; i = next++) {
      const abort = MOMENTS[i % MOMENTS.length];
      await within(DEADLINE_MS, abort(url, accounts[i % accounts.length], i % 2 === 0));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, abortOneAfterTheOther));
}

/**
 * Connected, sent half a request, sent it all, received part of the answer; in the middle of an answer over WebSocket.
 */
const MOMENTS = [
  (url, _, isPolite) => abortHttp(url, '', isPolite),
  (url, token, isPolite) => abortHttp(url, toRequest(token).slice(0, -20), isPolite),
  (url, token, isPolite) => abortHttp(url, toRequest(token), isPolite),
  (url, token, isPolite) => abortHttp(url, toRequest(token), isPolite, 'data'),
  (url, token) => abortSocket(url, token),
];

/** Sends something, waits for an event if there is one to wait for, and leaves. */
async function abortHttp(url, text, isPolite, event) {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port) });
  // A server that hangs up first is no failure here.
  socket.on('error', () => undefined);
  await first(socket, 'connect', 'close');
  if (text) await new Promise((resolve) => socket.write(text, resolve));
  if (event) await first(socket, event, 'close');
  if (isPolite) socket.destroy();
  else socket.resetAndDestroy();
}

async function abortSocket(url, token) {
  const endpoint = `${url.replace('http', 'ws')}/async_chat?keepAlive=1&token=${token}`;
  const socket = new WebSocket(endpoint, { perMessageDeflate: false });
  socket.on('error', () => undefined);
  await first(socket, 'open', 'close');
  socket.send(toOrder(ORDER));
  await first(socket, 'message', 'close');
  socket.terminate();
}

const first = (emitter, ...events) =>
  new Promise((resolve) => {
    for (const event of events) emitter.once(event, resolve);
  });

function toRequest(token) {
  const body = JSON.stringify({ conversation_id: randomUUID(), message: toOrder(ORDER) });
  return (
    'POST /chat HTTP/1.1\r\nHost: parley\r\nContent-Type: application/json\r\n' +
    `Authorization: Bearer ${token}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`
  );
}
