#!/usr/bin/env node
/**
 * How fast Parley starts and answers, and how much memory it takes, on its embedded engines and without a model:
 * `npm run figures`, about a minute, or `node scripts/figures.mjs` after a build. Prints a table in Markdown.
 *
 * - Start: the process begins to the first 200 of /health, on data of a first run. Median of 3.
 * - First answer: the process begins, an account registers, the first token of its first POST /chat. Median of 3.
 * - Idle memory: 5 s after a start, before any film was searched for. All processes together as the sum of their PSS,
 *   which shares out the memory they have in common (RSS where PSS may not be read); the API process alone as RSS.
 *   Other Node.js processes of the machine, this script among them, bear a part of the program's pages.
 * - Answers: POST /chat to its first token over a connection that is already open, one answer after the other.
 *
 * Reads /proc, so it needs Linux. Settings of the environment and of `.env` are left aside; limits are off.
 */
import { randomUUID } from 'node:crypto';
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { median, megabytes, millis, quantile } from '../bench/rig/numbers.mjs';
import { end, startParley } from '../bench/rig/processes.mjs';
import { familyOf, proportionalBytesOf, rssOf, stillRuns } from '../bench/rig/proc.mjs';
import { scratchFolder } from '../bench/rig/scratch.mjs';
import { machine, printTable, report } from '../bench/rig/table.mjs';
import { register } from '../bench/servers/parley.mjs';

const STARTS = 3;
const IDLE_MS = 5_000;
const ASSISTANT_ANSWERS = 20;
const FILM_ANSWERS = 10;
const DEADLINE = { answer: 60_000, orphans: 15_000 };

const MAIN = fileURLToPath(new URL('../dist/src/main.js', import.meta.url));
const AGENTS = fileURLToPath(new URL('../agents', import.meta.url));
/** The surface a body belongs to is decided by its fields. */
const toAssistant = () => ({ message: 'Hello, what can you do for me?' });
const toMovieFinder = () => ({
  session_id: randomUUID(),
  message: 'a hacker learns that the world is a simulation',
});

if (!existsSync('/proc/self/smaps_rollup')) quit('The figures are read from /proc, which is Linux only.');
if (!existsSync(MAIN)) quit('There is no build: run npm run build.');

const scratch = scratchFolder('figures');
/** @type {import('node:child_process').ChildProcess | undefined} */
let running;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
  process.once(signal, () => void cleanUp().finally(() => process.exit(1)));

try {
  print(await measure());
} finally {
  await cleanUp();
}

async function measure() {
  report('first run');
  const firstRun = (await start()).healthy;
  await stop();

  const starts = [];
  const firstTokens = [];
  for (let round = 1; round <= STARTS; round++) {
    report(`start ${round} of ${STARTS}`);
    const { healthy, url, begun } = await start();
    starts.push(healthy);
    await firstToken(url, await registerOne(url), toAssistant());
    firstTokens.push(performance.now() - begun);
    await stop();
  }

  report('idle memory');
  const { url, engines, child } = await start();
  await sleep(IDLE_MS);
  const memory = memoryOf(child.pid);

  const token = await registerOne(url);
  report(`${ASSISTANT_ANSWERS} answers of the assistant`);
  await firstToken(url, token, toAssistant());
  const assistant = await several(ASSISTANT_ANSWERS, () => firstToken(url, token, toAssistant()));
  report(`${FILM_ANSWERS} answers of the movie finder`);
  const coldFilm = await firstToken(url, token, toMovieFinder());
  const film = await several(FILM_ANSWERS, () => firstToken(url, token, toMovieFinder()));
  await stop();
  return { firstRun, starts, firstTokens, memory, engines, assistant, coldFilm, film };
}

function print({ firstRun, starts, firstTokens, memory, engines, assistant, coldFilm, film }) {
  const rows = [
    ['start to 200 of /health, first run', seconds(firstRun), '', 'once'],
    ['start to 200 of /health, data there', seconds(median(starts)), '≤ 5 s', range(starts, seconds)],
    [
      'start to first token of POST /chat',
      seconds(median(firstTokens)),
      '≤ 8 s',
      range(firstTokens, seconds),
    ],
    [
      `idle memory, all ${memory.processes} processes`,
      megabytes(memory.all),
      '≤ 450 MB',
      memory.withoutPss > 0 ? `PSS, but RSS of ${memory.withoutPss} processes` : 'PSS',
    ],
    ['idle memory, API process', megabytes(memory.api), '≤ 200 MB', 'RSS, on the embedded engines'],
    ['assistant (S4), offline, to first token', millis(median(assistant)), '≤ 150 ms', spread(assistant)],
    ['movie finder (S0), offline, to first token', millis(median(film)), '', spread(film)],
    ['movie finder (S0), first search of all', millis(coldFilm), '', 'once, loads the embedding model'],
  ];
  console.log(`${machine()}; ${engines.join('; ')}\n`);
  printTable(['Figure', 'Measured', 'Aim', 'How'], rows);
}

/** Starts Parley as `npm start` does, on the data of the runs before, and waits for its health. */
async function start() {
  const begun = performance.now();
  const { child, url, printed } = await startParley(MAIN, {
    cores: 'all',
    args: ['--enable-source-maps'],
    cwd: scratch,
    env: {
      NODE_ENV: undefined,
      HOST: '127.0.0.1',
      PORT: '0',
      DATA_DIR: join(scratch, 'data'),
      AGENTS_DIR: AGENTS,
      RATE_LIMITS: 'off',
    },
  });
  running = child;
  const response = await fetch(`${url}/health`);
  await response.text();
  if (response.status !== 200) throw new Error(`/health answers ${response.status}`);
  const healthy = performance.now() - begun;
  // The lines below the address.
  const engines = printed.filter((line) => /^ {2}(?!Model:)\S/.test(line)).map((line) => line.trim());
  return { begun, healthy, url, engines, child };
}

/** Asks Parley to leave and waits until neither it nor an engine is left. */
async function stop() {
  if (!running) return;
  const child = running;
  running = undefined;
  const family = familyOf(child.pid);
  await end({ child });
  // The engines stop by themselves when the API has ended, however it ended.
  const left = () => family.filter(stillRuns);
  for (const deadline = Date.now() + DEADLINE.orphans; left().length > 0 && Date.now() < deadline;)
    await sleep(50);
  for (const { pid } of left()) process.kill(pid, 'SIGKILL');
}

async function cleanUp() {
  try {
    await stop();
  } finally {
    rmSync(scratch, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** @returns the access token of a new account */
async function registerOne(url) {
  const [token] = await register({ url }, 1);
  return token;
}

/** Sends a message and reads its answer to the end. @returns the milliseconds to the first token */
async function firstToken(url, token, body) {
  const begun = performance.now();
  const response = await fetch(`${url}/chat`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(DEADLINE.answer),
  });
  if (response.status !== 200) throw new Error(`chat: ${response.status} ${await response.text()}`);
  let first;
  let text = '';
  const decoder = new TextDecoder();
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk, { stream: true });
    if (text.includes('"type":"token"')) first ??= performance.now() - begun;
  }
  if (first === undefined || text.includes('"type":"error"')) throw new Error(`no good answer: ${text}`);
  return first;
}

/** Bytes that a process and all below it take. */
function memoryOf(root) {
  const sizes = familyOf(root).map(({ pid }) => ({ pss: proportionalBytesOf(pid), rss: rssOf(pid) }));
  return {
    processes: sizes.length,
    withoutPss: sizes.filter(({ pss }) => pss === undefined).length,
    all: sizes.reduce((sum, { pss, rss }) => sum + (pss ?? rss), 0),
    api: rssOf(root),
  };
}

async function several(times, action) {
  const results = [];
  for (let i = 0; i < times; i++) results.push(await action());
  return results;
}

function range(values, format) {
  return `median of ${values.length}, ${format(Math.min(...values))} to ${format(Math.max(...values))}`;
}

function spread(values) {
  return `p50 of ${values.length}, p95 ${millis(quantile(values, 0.95))}`;
}

function seconds(ms) {
  return `${(ms / 1000).toFixed(2)} s`;
}

function quit(message) {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}
