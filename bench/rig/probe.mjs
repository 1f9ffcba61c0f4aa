/**
 * Loaded into a server before its own code (`--import`), it answers what the server holds once garbage is collected:
 * the only way to see a heap from outside, and none of the server's business. Wants --expose-gc.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { isMainThread } from 'node:worker_threads';

/** Freed pages go back to the system a little later. */
const RELEASE_MS = 1_000;

if (isMainThread && process.send) {
  process.on('message', () => void report());
  // Listening to the channel must not keep a server process alive that is shutting down.
  process.channel.unref();
}

async function report() {
  for (let i = 0; i < 2; i++) {
    globalThis.gc();
    await sleep(RELEASE_MS);
  }
  const { rss, heapUsed } = process.memoryUsage();
  const sockets = process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap').length;
  process.send({ rss, heapUsed, sockets });
}
