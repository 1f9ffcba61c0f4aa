/**
 * A thread of its own that asks a replica now and then, so that what it waits for is the server and not the clients that
 * load it: `/health/live`, on new connections as the probes of an orchestrator, and turns, of which it reports those that
 * are refused.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { setTimeout as sleep } from 'node:timers/promises';
import { Connection } from './connection.mjs';
import { takeTurn } from './turn.mjs';

const BETWEEN_MS = 50;

const { url, token, order, forMs } = workerData;
const until = performance.now() + forMs;
const seen = { refusals: [], health: [] };

async function askHealth() {
  while (performance.now() < until) {
    const begun = performance.now();
    await (await fetch(`${url}/health/live`, { headers: { Connection: 'close' } })).text();
    seen.health.push(performance.now() - begun);
    await sleep(BETWEEN_MS);
  }
}

async function takeTurns() {
  const connection = new Connection(url);
  while (performance.now() < until) {
    const turn = await takeTurn({ target: 'parley', connection, token }, order);
    if (turn.reason === 'status 503') seen.refusals.push(turn.ms);
    await sleep(BETWEEN_MS);
  }
  connection.close();
}

await Promise.all([askHealth(), takeTurns()]);
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
parentPort.postMessage(seen);
