import { once } from 'node:events';
import type { Server } from 'node:http';
import { Server as NetServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** Connections that are kept for a next request may bring a last one for so long after no new ones are taken. */
const IDLE_MS = 1_000;
/** Requests that are under way when nobody is let in any more get so long. */
const SETTLE_MS = 3_000;

/** Before anything that answers need is taken down. Whoever is cut watches a run of another process, and can resume. */
export async function stopServing(server: Server): Promise<void> {
  const closed = once(server, 'close');
  // Not the server's own `close`, which ends idle connections at once: a request may be on its way on each of them.
  NetServer.prototype.close.call(server);
  await Promise.race([closed, sleep(IDLE_MS)]);
  server.closeIdleConnections();
  await Promise.race([closed, sleep(SETTLE_MS)]);
  server.closeAllConnections();
}
