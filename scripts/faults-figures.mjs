#!/usr/bin/env node
/**
 * How two replicas behave when too much comes at once, and how soon a deletion reaches a stream: `npm run figures:faults`,
 * about two minutes. Starts its own PostgreSQL and Redis, prints a table in Markdown.
 *
 * - Overload: more and more clients of one replica, each with one turn after the other; those who are refused come again
 *   after `Retry-After`. Tokens of whole answers a second; the time until a refusal and that of `/health/live`, seen by
 *   a client on another thread: while all connect at once, and after that.
 * - Equal sends: 500 with one key at once, half to each replica.
 * - Deletions: a stream through each replica of conversations that one of them deletes.
 *
 * The clients are on the same machine: they take part of the time.
 */
import { rmSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { Redis } from 'ioredis';
import { Agent, setGlobalDispatcher } from 'undici';
import { Connection } from '../bench/client/connection.mjs';
import { takeTurn } from '../bench/client/turn.mjs';
import { startEngines } from '../bench/rig/engines.mjs';
import { count, median, millis, quantile } from '../bench/rig/numbers.mjs';
import { endAll, startProgram } from '../bench/rig/processes.mjs';
import { TEXTS, toOrder } from '../bench/rig/replies.mjs';
import { scratchFolder } from '../bench/rig/scratch.mjs';
import { machine, printTable, report } from '../bench/rig/table.mjs';
import { register, startParley } from '../bench/servers/parley.mjs';

const OVERLOAD = {
  clients: [50, 100, 200, 400, 800],
  tokens: 100,
  // All clients connect at once, and their first answers end together: what is counted comes after that.
  rampMs: 4_000,
  windowMs: 6_000,
  retryMs: 2_000,
};
const EQUAL_SENDS = 500;
const DELETIONS = { runs: 20, tokens: 3_000, paceMs: 20, logWithinMs: 60_000 };

async function main() {
  const scratch = scratchFolder('faults');
  let engines;
  try {
    engines = await startEngines(scratch);
    const { url: modelUrl } = await startProgram('servers/upstream.mjs');
    // As it is shipped, but for the limits of one account.
    const settings = { MAX_EVENT_LOOP_DELAY_MS: '' };
    const start = (name) => startParley({ scratch: join(scratch, name), engines, modelUrl, settings });
    const replicas = [await start('first'), await start('second')];
    const accounts = await register(replicas[0], 20);
    print([
      ...(await measureOverload(replicas[0], accounts)),
      ...(await measureEqualSends(replicas, accounts[0])),
      ...(await measureDeletions(replicas, accounts[0], engines.redisUrl)),
    ]);
  } finally {
    await endAll();
    await engines?.stop();
    rmSync(scratch, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function measureOverload(replica, accounts) {
  const levels = [];
  for (const clients of OVERLOAD.clients) levels.push(await load(replica, accounts, clients));
  const peak = Math.max(...levels.map(({ tokensPerSecond }) => tokensPerSecond));
  return levels.map(({ clients, tokensPerSecond, refused, refusals, ramp, steady }) => [
    `${clients} clients of one replica`,
    `${count(tokensPerSecond)} tokens a second, ${Math.round((tokensPerSecond / peak) * 100)} % of the peak`,
    `${refused} refused${refusals.length > 0 ? `, each after ${spread(refusals)}` : ''}; ` +
      `/health/live ${spread(steady)}, while all connect ${spread(ramp)}`,
  ]);
}

async function load({ url }, accounts, clients) {
  report(`${clients} clients`);
  const seen = { tokens: 0, refused: 0 };
  const probed = probeTwice({ url, token: accounts.at(-1) });
  const since = performance.now() + OVERLOAD.rampMs;
  const isOver = () => performance.now() > since + OVERLOAD.windowMs;
  const isCounted = () => performance.now() > since && !isOver();
  const client = async (number) => {
    const connection = new Connection(url);
    const endpoint = { target: 'parley', connection, token: accounts[number % accounts.length] };
    for (let text = number; !isOver(); text += clients) {
      const turn = await takeTurn(endpoint, { text: text % TEXTS, tokens: OVERLOAD.tokens, paceMs: 0 });
      if (turn.reason === 'status 503') seen.refused += 1;
      else if (turn.verdict !== 'right') throw new Error(`${turn.verdict}: ${turn.reason}`);
      else if (isCounted()) seen.tokens += OVERLOAD.tokens;
      if (turn.verdict !== 'right') await sleep(OVERLOAD.retryMs);
    }
    connection.close();
  };
  await Promise.all(Array.from({ length: clients }, (_, i) => client(i)));
  return { clients, tokensPerSecond: seen.tokens / (OVERLOAD.windowMs / 1_000), ...seen, ...(await probed) };
}

async function probeTwice(target) {
  const ramp = await probe({ ...target, forMs: OVERLOAD.rampMs });
  const steady = await probe({ ...target, forMs: OVERLOAD.windowMs });
  return {
    ramp: ramp.health,
    steady: steady.health,
    refusals: [...ramp.refusals, ...steady.refusals],
  };
}

/** @returns what a client on another thread waits for: times of refusals and of `/health/live`, in ms */
async function probe({ url, token, forMs }) {
  const order = { text: 0, tokens: 1, paceMs: 0 };
  const prober = new Worker(new URL('../bench/client/prober.mjs', import.meta.url), {
    workerData: { url, token, order, forMs },
  });
  const [seen] = await once(prober, 'message');
  return seen;
}

async function measureEqualSends(replicas, token) {
  report(`${EQUAL_SENDS} equal sends`);
  const body = { message: toOrder({ text: 1, tokens: 50, paceMs: 0 }), include_citations: false };
  const key = randomUUID();
  const took = { answered: [], refused: [] };
  const runs = new Set();
  const sendOnce = async (i) => {
    let status;
    const ms = await timed(async () => {
      const response = await post(replicas[i % 2].url, token, '/chat', body, { 'Idempotency-Key': key });
      status = response.status;
      await response.text();
      if (status === 200) runs.add(response.headers.get('x-run-id'));
    });
    if (status !== 200 && status !== 503) throw new Error(`an equal send: status ${status}`);
    took[status === 200 ? 'answered' : 'refused'].push(ms);
  };
  await Promise.all(Array.from({ length: EQUAL_SENDS }, (_, i) => sendOnce(i)));
  return [
    [
      `${EQUAL_SENDS} equal sends to two replicas`,
      `${runs.size} run, ${took.answered.length} answered in ${spread(took.answered)}`,
      took.refused.length > 0
        ? `${took.refused.length} refused after ${spread(took.refused)}`
        : 'none refused',
    ],
  ];
}

/** @param {{ url: string }[]} replicas */
async function measureDeletions([here, there], token, redisUrl) {
  report(`${DELETIONS.runs} deletions`);
  const redis = new Redis(redisUrl);
  const [closed, removed] = [[], []];
  const order = { text: 1, tokens: DELETIONS.tokens, paceMs: DELETIONS.paceMs };
  const deleteOne = async (i) => {
    const conversation = randomUUID();
    const body = { message: toOrder(order), conversation_id: conversation, include_citations: false };
    const sent = await post(here.url, token, '/chat', body);
    const runId = sent.headers.get('x-run-id');
    const headers = { Authorization: `Bearer ${token}` };
    const watched = await fetch(`${there.url}/runs/${runId}/stream`, { headers });
    await sleep(300);
    const since = performance.now();
    const ends = Promise.all([sent, watched].map((response) => response.text().catch(() => '')));
    await fetch(`${(i % 2 ? here : there).url}/conversations/${conversation}`, { method: 'DELETE', headers });
    await ends;
    closed.push(performance.now() - since);
    while ((await redis.exists(`parley:run:${runId}`)) && performance.now() - since < DELETIONS.logWithinMs)
      await sleep(50);
    removed.push(performance.now() - since);
  };
  await Promise.all(Array.from({ length: DELETIONS.runs }, (_, i) => deleteOne(i)));
  redis.disconnect();
  return [
    [
      'from a deletion to the end of the streams on both replicas',
      spread(closed),
      `the log in Redis is gone after ${spread(removed)}`,
    ],
  ];
}

const post = (url, token, path, body, headers = {}) =>
  fetch(url + path, {
    method: 'POST',
    headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json', ...headers },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(60_000),
  });

async function timed(act) {
  const begun = performance.now();
  await act();
  return performance.now() - begun;
}

const spread = (times) => `${millis(median(times))} (p50), ${millis(quantile(times, 0.99))} (p99)`;

function print(rows) {
  console.log(`${machine()}; load ${loadavg()[0].toFixed(1)}\n`);
  printTable(['what', 'measured', ''], rows);
}

setGlobalDispatcher(new Agent({ connections: 1_000 }));
await main();
