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
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { chmodSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const STARTS = 3;
const IDLE_MS = 5_000;
const ASSISTANT_ANSWERS = 20;
const FILM_ANSWERS = 10;
const DEADLINE = { start: 120_000, answer: 60_000, stop: 30_000, orphans: 15_000 };

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

const scratch = mkdtempSync(join(tmpdir(), 'parley-figures-'));
// As root, PostgreSQL runs as a user of its own, who must be able to reach its data.
chmodSync(scratch, 0o755);
let running;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
  process.once(signal, () => void cleanUp().finally(() => process.exit(1)));

try {
  print(await measure());
} finally {
  await cleanUp();
}

async function measure() {
  say('first run');
  const firstRun = (await start()).healthy;
  await stop();

  const starts = [];
  const firstTokens = [];
  for (let round = 1; round <= STARTS; round++) {
    say(`start ${round} of ${STARTS}`);
    const { healthy, url, begun } = await start();
    starts.push(healthy);
    await firstToken(url, await register(url), toAssistant());
    firstTokens.push(performance.now() - begun);
    await stop();
  }

  say('idle memory');
  const { url, engines, child } = await start();
  await sleep(IDLE_MS);
  const memory = memoryOf(child.pid);

  const token = await register(url);
  say(`${ASSISTANT_ANSWERS} answers of the assistant`);
  await firstToken(url, token, toAssistant());
  const assistant = await several(ASSISTANT_ANSWERS, () => firstToken(url, token, toAssistant()));
  say(`${FILM_ANSWERS} answers of the movie finder`);
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
  const [cpu] = cpus();
  const machine = `Node.js ${process.version}, ${cpus().length} × ${cpu?.model.trim() ?? 'CPU'}`;
  console.log(`${machine}; ${engines.join('; ')}\n`);
  const table = [['Figure', 'Measured', 'Aim', 'How'], ['---', '--:', '--:', '---'], ...rows];
  for (const cells of table) console.log(`| ${cells.join(' | ')} |`);
}

/** Starts Parley as `npm start` does, on the data of the runs before, and waits for its health. */
async function start() {
  const begun = performance.now();
  const child = spawn(process.execPath, ['--enable-source-maps', MAIN], {
    cwd: scratch,
    // A group of its own: Ctrl-C reaches this script alone, which then stops Parley once.
    detached: true,
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      HOST: '127.0.0.1',
      PORT: '0',
      DATA_DIR: join(scratch, 'data'),
      AGENTS_DIR: AGENTS,
      RATE_LIMITS: 'off',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exited = new Promise((resolve) => child.once('close', resolve));
  running = { child, exited };
  const errors = [];
  child.stderr.setEncoding('utf8').on('data', (text) => errors.push(text));
  const { url, engines } = await within(
    DEADLINE.start,
    Promise.race([
      announced(child),
      exited.then(() => {
        throw new Error(`Parley ended while it started. ${errors.join('')}`);
      }),
    ]),
    'Parley did not start',
  );
  const response = await fetch(`${url}/health`);
  await response.text();
  if (response.status !== 200) throw new Error(`/health answers ${response.status}`);
  return { begun, healthy: performance.now() - begun, url, engines, child };
}

/** The address and the engines, from the lines that Parley writes when it listens. */
function announced(child) {
  return new Promise((resolve) => {
    let url;
    const engines = [];
    createInterface({ input: child.stdout }).on('line', (line) => {
      url ??= /^Parley listens on (http:\S+)/.exec(line)?.[1];
      if (/^ {2}(?!Model:)\S/.test(line)) engines.push(line.trim());
      // The last line of the announcement.
      if (url && line.startsWith('  Model:')) resolve({ url, engines });
    });
  });
}

/** Asks Parley to leave and waits until neither it nor an engine is left. */
async function stop() {
  if (!running) return;
  const { child, exited } = running;
  running = undefined;
  const family = treeOf(child.pid);
  child.kill('SIGTERM');
  const late = setTimeout(() => child.kill('SIGKILL'), DEADLINE.stop);
  await exited;
  clearTimeout(late);
  // The engines stop by themselves when the API has ended, however it ended.
  const left = () => family.filter(({ pid, startedAt }) => identify(pid)?.startedAt === startedAt);
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
async function register(url) {
  const response = await fetch(`${url}/auth/register`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ email: `someone-${randomUUID()}@example.com`, password: 'correct horse battery' }),
  });
  const body = await response.json();
  if (response.status !== 201) throw new Error(`register: ${response.status} ${JSON.stringify(body)}`);
  return body.access_token;
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
  for await (const chunk of response.body) {
    text += decoder.decode(chunk, { stream: true });
    if (text.includes('"type":"token"')) first ??= performance.now() - begun;
  }
  if (first === undefined || text.includes('"type":"error"')) throw new Error(`no good answer: ${text}`);
  return first;
}

/** Bytes that a process and all below it take. */
function memoryOf(root) {
  const sizes = treeOf(root).map(({ pid }) => ({ pid, pss: pssOf(pid), rss: rssOf(pid) }));
  return {
    processes: sizes.length,
    withoutPss: sizes.filter(({ pss }) => pss === undefined).length,
    all: sizes.reduce((sum, { pss, rss }) => sum + (pss ?? rss), 0),
    api: rssOf(root),
  };
}

function pssOf(pid) {
  const [, kB] = /^Pss:\s+(\d+) kB/m.exec(readProc(pid, 'smaps_rollup')) ?? [];
  return kB && Number(kB) * 1024;
}

function rssOf(pid) {
  const [, kB = 0] = /^VmRSS:\s+(\d+) kB/m.exec(readProc(pid, 'status')) ?? [];
  return Number(kB) * 1024;
}

/** The process and all its descendants. */
function treeOf(root) {
  const all = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => identify(Number(name)) ?? []);
  const tree = all.filter(({ pid }) => pid === root);
  for (const { pid } of tree) tree.push(...all.filter(({ parent }) => parent === pid));
  return tree;
}

/** A process that runs; its start time distinguishes it from a later one of the same pid. */
function identify(pid) {
  // The name may hold blanks and parentheses itself.
  const fields = readProc(pid, 'stat')
    .replace(/^.*\)\s/s, '')
    .split(' ');
  const [state, parent, startedAt] = [fields[0], fields[1], fields[19]];
  return startedAt && state !== 'Z' ? { pid, parent: Number(parent), startedAt } : undefined;
}

function readProc(pid, file) {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return ''; // it ended, or is not ours to read
  }
}

async function several(times, action) {
  const results = [];
  for (let i = 0; i < times; i++) results.push(await action());
  return results;
}

async function within(ms, promise, message) {
  const done = new AbortController();
  const late = sleep(ms, undefined, { signal: done.signal }).then(() => {
    throw new Error(`${message} within ${ms / 1000} s`);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    late.catch(() => undefined);
    done.abort();
  }
}

function quantile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (sorted.length - 1) * share;
  const [low, high] = [sorted[Math.floor(at)], sorted[Math.ceil(at)]];
  return low + (high - low) * (at % 1);
}

function median(values) {
  return quantile(values, 0.5);
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

function millis(ms) {
  return `${ms.toFixed(ms < 10 ? 1 : 0)} ms`;
}

function megabytes(bytes) {
  return `${(bytes / 1e6).toFixed(0)} MB`;
}

function say(what) {
  process.stderr.write(`… ${what}\n`);
}

function quit(message) {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}
