#!/usr/bin/env node
/**
 * How rooms behave with two replicas over one PostgreSQL and one Redis, which it starts itself:
 * `npm run figures:rooms`, about a minute and a half, or `node scripts/rooms-figures.mjs` after a build. Prints a table
 * in Markdown, and fails when a message was lost, doubled, or shown in another order than elsewhere.
 *
 * - Fan-out: a room with 1,000 sockets, half on each replica; a message is posted over HTTP every 100 ms. The time from
 *   the post to the arrival at each socket.
 * - Load: 100 messages a second over 30 s to a room of 100 sockets, sent by the sockets in turn.
 * - Memory: how much 5,000 idle sockets in rooms of 10 add to what is alive in one replica after a garbage collection,
 *   heap and buffers, against a bare `ws` server with the same. Resident memory would depend on what garbage is left.
 * - Append: a frame sent to its own echo, in turn in an empty room and in one of 10,000 messages.
 *
 * The clients are in this process, on the same machine: it takes part of the time.
 */
import { once } from 'node:events';
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { startEngines } from '../bench/rig/engines.mjs';
import { kilobytes, median, millis, quantile } from '../bench/rig/numbers.mjs';
import { ask, endAll, startProgram } from '../bench/rig/processes.mjs';
import { scratchFolder } from '../bench/rig/scratch.mjs';
import { machine, printTable, report } from '../bench/rig/table.mjs';
import { within } from '../bench/rig/within.mjs';
import { MAIN, startParley } from '../bench/servers/parley.mjs';

const FAN_OUT = { sockets: 1_000, posts: 50, everyMs: 100 };
const LOAD = { sockets: 100, perSecond: 100, seconds: 30 };
const IDLE = { sockets: 5_000, perRoom: 10, settleMs: 2_000 };
const APPEND = { messages: 10_000, rounds: 400, atOnce: 50 };
/** Handshakes that are under way at once. */
const HANDSHAKES = 50;
/** Of starts and ends; of a socket to which nothing comes; how long after the last message a double may still come. */
const DEADLINE = { start: 60_000, quiet: 10_000, late: 500 };

/** Has a server answer every message with its memory in use. */
const MEASURED = [
  '--expose-gc',
  '--import',
  `data:text/javascript,process.on('message', () => {
    gc();
    const { heapUsed, external } = process.memoryUsage();
    process.send({ bytes: heapUsed + external });
  });`,
];

async function main() {
  const scratch = scratchFolder('rooms');
  let engines;
  try {
    engines = await startEngines(scratch);
    const start = (name) =>
      startParley({
        scratch: join(scratch, name),
        engines,
        cores: 'all',
        args: [...MEASURED, '--enable-source-maps'],
        // Not in production, where rooms need an account.
        settings: { NODE_ENV: undefined, LOG_LEVEL: undefined, MAX_EVENT_LOOP_DELAY_MS: '' },
      });
    const replicas = [await start('first'), await start('second')];
    const bare = await startProgram('servers/bare-sockets.mjs', {
      args: MEASURED,
      env: { GREETING: 'hello' },
    });
    console.log(`${machine()}\n`);
    printTable(
      ['Figure', 'Measured', 'Aim', 'How'],
      [
        await measureMemory(replicas[0], bare),
        await measureFanOut(replicas),
        await measureLoad(replicas),
        await measureAppend(replicas),
      ],
    );
  } finally {
    await endAll();
    await engines?.stop();
    rmSync(scratch, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function measureMemory(replica, bare) {
  report(`${IDLE.sockets} idle sockets`);
  const grown = async ({ child }, endpoint) => {
    await sleep(IDLE.settleMs);
    const before = await liveBytesOf(child);
    const followers = await openAll(IDLE.sockets, endpoint);
    await sleep(IDLE.settleMs);
    const bytes = ((await liveBytesOf(child)) - before) / IDLE.sockets;
    await closeAll(followers);
    return bytes;
  };
  const plain = await grown(bare, () => bare.url.replace('http', 'ws'));
  const ours = await grown(replica, (i) => socketUrlOf(replica, `idle-${Math.floor(i / IDLE.perRoom)}`));
  return [
    'memory of an idle socket against a bare `ws` server',
    `${(ours / plain).toFixed(2)} ×`,
    '≤ 1.6 ×',
    `${kilobytes(ours)} against ${kilobytes(plain)}, ${thousands(IDLE.sockets)} sockets`,
  ];
}

async function measureFanOut(replicas) {
  report(`${FAN_OUT.sockets} sockets in one room`);
  const [room, delays] = [`fan-out-${Date.now()}`, new Delays()];
  const followers = await openAll(FAN_OUT.sockets, (i) => socketUrlOf(replicas[i % 2], room), delays);
  for (let i = 0; i < FAN_OUT.posts; i++) {
    delays.sent(i);
    await post(replicas[i % 2], room, String(i));
    await sleep(FAN_OUT.everyMs);
  }
  const verdict = await judge(followers, FAN_OUT.posts);
  await closeAll(followers);
  return [
    `a message to each of ${thousands(FAN_OUT.sockets)} sockets on two replicas, p99`,
    millis(quantile(delays.all, 0.99)),
    '≤ 250 ms',
    `p50 ${millis(median(delays.all))}; ${FAN_OUT.posts} messages, ${verdict}`,
  ];
}

async function measureLoad(replicas) {
  const total = LOAD.perSecond * LOAD.seconds;
  report(`${LOAD.perSecond} messages a second over ${LOAD.seconds} s to ${LOAD.sockets} sockets`);
  const [room, delays] = [`load-${Date.now()}`, new Delays()];
  const followers = await openAll(LOAD.sockets, (i) => socketUrlOf(replicas[i % 2], room), delays);
  const begun = performance.now();
  for (let i = 0; i < total; i++) {
    await sleep(Math.max(0, begun + (i * 1_000) / LOAD.perSecond - performance.now()));
    delays.sent(i);
    followers[i % followers.length].send(String(i));
  }
  const verdict = await judge(followers, total);
  await closeAll(followers);
  return [
    `${LOAD.perSecond} messages a second over ${LOAD.seconds} s to ${LOAD.sockets} sockets, p99`,
    millis(quantile(delays.all, 0.99)),
    '≤ 250 ms',
    `p50 ${millis(median(delays.all))}; ${thousands(total)} messages, ${verdict}`,
  ];
}

/** @param {{ url: string }[]} replicas */
async function measureAppend([replica]) {
  report(`a room of ${APPEND.messages} messages`);
  const [long, short] = [`long-${Date.now()}`, `short-${Date.now()}`];
  const [inLong] = await openAll(1, () => socketUrlOf(replica, long));
  for (let count = 0; count < APPEND.messages; count += APPEND.atOnce) {
    for (let i = 0; i < APPEND.atOnce; i++) inLong.send(String(count + i));
    await inLong.until(count + APPEND.atOnce);
  }
  const [inShort] = await openAll(1, () => socketUrlOf(replica, short));
  const append = async (follower) => {
    const begun = performance.now();
    follower.send('one more');
    await follower.until(follower.seen.length + 1);
    return performance.now() - begun;
  };
  const times = { long: [], short: [] };
  for (let round = 0; round < APPEND.rounds; round++) {
    await clear(replica, short);
    // What comes first after a pause takes longer, whichever it is.
    if (round % 2) times.long.push(await append(inLong));
    times.short.push(await append(inShort));
    if (round % 2 === 0) times.long.push(await append(inLong));
  }
  await closeAll([inLong, inShort]);
  const [slow, quick] = [median(times.long), median(times.short)];
  return [
    `append to a room of ${thousands(APPEND.messages)} messages against an empty one`,
    `${(slow / quick).toFixed(2)} ×`,
    '≤ 1.5 ×',
    `p50 of ${APPEND.rounds}: ${millis(slow)} against ${millis(quick)}`,
  ];
}

/** When messages were sent, by their number, and how long each took to each socket. */
class Delays {
  all = [];
  #sentAt = [];

  sent(number) {
    this.#sentAt[number] = performance.now();
  }

  arrived(number) {
    this.all.push(performance.now() - this.#sentAt[number]);
  }
}

/** A socket that keeps the numbers that the messages it is shown are made of. */
class Follower {
  seen = [];
  /** @type {(value?: unknown) => void} */
  #wake = () => {};

  constructor(url, delays) {
    this.socket = new WebSocket(url);
    this.ready = once(this.socket, 'message');
    this.socket.on('message', (data) => {
      const text = String(data);
      if (!text.startsWith('{"type":"message.created"')) return;
      const number = Number(JSON.parse(text).message.content);
      delays?.arrived(number);
      this.seen.push(number);
      this.#wake();
    });
  }

  send(content) {
    this.socket.send(JSON.stringify({ role: 'user', content }));
  }

  /** Resolves when that many messages were shown, or none came for a while. */
  async until(count) {
    while (this.seen.length < count) {
      const before = this.seen.length;
      await within(DEADLINE.quiet, new Promise((resolve) => (this.#wake = resolve))).catch(() => undefined);
      if (this.seen.length === before) return;
    }
  }
}

/** Opens sockets, some at a time, each to its first frame. */
async function openAll(count, endpoint, delays) {
  const followers = [];
  for (let i = 0; i < count; i += HANDSHAKES) {
    const some = Array.from(
      { length: Math.min(HANDSHAKES, count - i) },
      (_, k) => new Follower(endpoint(i + k), delays),
    );
    await within(DEADLINE.start, Promise.all(some.map(({ ready }) => ready)));
    followers.push(...some);
  }
  return followers;
}

async function closeAll(followers) {
  const closed = Promise.all(followers.map(({ socket }) => once(socket, 'close')));
  for (const { socket } of followers) socket.close();
  await within(DEADLINE.start, closed);
}

/** @returns that all sockets saw all messages once and in one order, or fails the run with the difference */
async function judge(followers, total) {
  await Promise.all(followers.map((follower) => follower.until(total)));
  await sleep(DEADLINE.late);
  const order = followers[0].seen.join();
  const sum = (of) => followers.reduce((all, { seen }) => all + of(seen, new Set(seen).size), 0);
  const lost = sum((_, different) => total - different);
  const doubled = sum((seen, different) => seen.length - different);
  const disordered = followers.filter(({ seen }) => seen.join() !== order).length;
  if (lost || doubled || disordered) process.exitCode = 1;
  return `${lost} lost, ${doubled} doubled${disordered ? `, another order at ${disordered} sockets` : ''}`;
}

const socketUrlOf = ({ url }, room) => `${url.replace('http', 'ws')}/v1/chat/sessions/${room}/ws`;

async function post({ url }, room, content) {
  const response = await fetch(`${url}/v1/chat/sessions/${room}/messages`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ role: 'user', content }),
  });
  await response.text();
  if (response.status !== 201) throw new Error(`post: ${response.status}`);
}

async function clear({ url }, room) {
  await (await fetch(`${url}/v1/chat/sessions/${room}`, { method: 'DELETE' })).text();
}

/** @returns bytes of the heap and of buffers that are in use after a garbage collection */
const liveBytesOf = async (child) => (await ask(child, {}, DEADLINE.start)).bytes;

const thousands = (count) => count.toLocaleString('en');

function quit(message) {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}

if (!existsSync(MAIN)) quit('There is no build: run npm run build.');
else await main();
