import { once } from 'node:events';
import type { Server } from 'node:http';
import { Server as NetServer } from 'node:net';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';

/** Connections that are kept for a next request may bring a last one for so long after no new ones are taken. */
const IDLE_MS = 1_000;
/** Turns of the event loop in which connections that wait are accepted. A flood of new ones must not hold a stop up. */
const ACCEPT_TURNS = 1_000;
/** Time for requests in progress after new ones are refused. */
const SETTLE_MS = 3_000;

/** Before anything that answers need is taken down. Whoever is cut watches a run of another process, and can resume. */
export async function stopServing(server: Server): Promise<void> {
  const closed = once(server, 'close');
  await acceptWaiting(server);
  // Not the server's own `close`, which ends idle connections at once: a request may be on its way on each of them.
  NetServer.prototype.close.call(server);
  await Promise.race([closed, sleep(IDLE_MS)]);
  server.closeIdleConnections();
  await Promise.race([closed, sleep(SETTLE_MS)]);
  server.closeAllConnections();
}

/**
 * The kernel resets connections that it has made and nobody has accepted when their listener closes, and the loop
 * accepts some in each turn: so the listener is closed right after a turn that brought none.
 */
async function acceptWaiting(server: Server): Promise<void> {
  let accepted = 0;
  const count = () => (accepted += 1);
  server.on('connection', count);
  await nextTurn(); // the turn that goes on has polled already
  for (let turn = 0, before = -1; turn < ACCEPT_TURNS && accepted > before; turn += 1) {
    before = accepted;
    await nextTurn();
  }
  server.off('connection', count);
}
