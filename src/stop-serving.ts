import { once } from 'node:events';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { Server as NetServer } from 'node:net';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';

/**
 * Clients are asked to keep an idle connection for so long; `deploy/nginx.conf` has less. Parley itself keeps it for
 * much longer, so a request does not meet a close.
 */
export const KEEP_ALIVE_SECONDS = 5;
/** Connections are kept for so long before the listener closes. */
const KEEP_MS = 200;
/** Idle connections may bring a last request for so long after the listener is closed: clients have closed theirs by then. */
const IDLE_MS = (KEEP_ALIVE_SECONDS + 1) * 1_000;
/** Turns of the event loop in which what waits is accepted or read. A flood must not hold a stop up. */
const MAX_TURNS = 1_000;
/** Time for requests in progress after new ones are refused. */
const SETTLE_MS = 3_000;

/** Adds `Keep-Alive: timeout` to responses after which the connection stays open. */
export function announceKeepAlive(server: Server): void {
  server.prependListener('request', (_request: IncomingMessage, response: ServerResponse) => {
    if (response.shouldKeepAlive) response.setHeader('Keep-Alive', `timeout=${KEEP_ALIVE_SECONDS}`);
  });
}

/**
 * Every response ends its connection from now on: a client that would keep it comes back on a new one, which may lead
 * elsewhere.
 * @returns a function that keeps connections again
 */
export function endConnections(server: Server): () => void {
  const end = (_request: IncomingMessage, response: ServerResponse) =>
    void (response.shouldKeepAlive = false);
  server.prependListener('request', end);
  return () => server.off('request', end);
}

/**
 * Before anything that answers need is taken down. A reader that is disconnected here watches a run of another process, and can resume.
 * @param idleMs so long idle connections may bring a last request
 * @param keepMs so long connections are kept before the listener closes: one that is made at that moment would be reset,
 * and a client with an open connection makes none
 */
export async function stopServing(
  server: Server,
  { idleMs = IDLE_MS, keepMs = KEEP_MS } = {},
): Promise<void> {
  const closed = once(server, 'close');
  await sleep(keepMs);
  await untilNoMore(server, 'connection');
  // Not the server's own `close`, which ends idle connections at once: a request may be on its way on each of them.
  NetServer.prototype.close.call(server);
  endConnections(server);
  await Promise.race([closed, sleep(idleMs)]);
  await untilNoMore(server, 'request');
  server.closeIdleConnections();
  await Promise.race([closed, sleep(SETTLE_MS)]);
  server.closeAllConnections();
}

/**
 * The kernel resets established connections that were not accepted when their listener closes, and those with
 * unread data when they close. The loop accepts and reads some in each turn: so they are closed right
 * after a turn that brought none.
 */
async function untilNoMore(server: Server, event: 'connection' | 'request'): Promise<void> {
  let seen = 0;
  const count = () => (seen += 1);
  server.on(event, count);
  // A process that has just slept is the least likely to be preempted between that turn and the close.
  await sleep(1);
  await nextTurn(); // the turn that goes on has polled already
  for (let turn = 0, before = -1; turn < MAX_TURNS && seen > before; turn += 1) {
    before = seen;
    await nextTurn();
  }
  server.off(event, count);
}
