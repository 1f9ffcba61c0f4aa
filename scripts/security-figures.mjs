#!/usr/bin/env node
/**
 * What attacks cost others, and how soon revoked authority ends, with two replicas over one PostgreSQL and one Redis, which
 * it starts itself: `npm run figures:security`, about two minutes. Prints a table in Markdown; each ratio is of one run.
 *
 * - A forgotten password: 200 requests each for known and unknown addresses, in turn.
 * - Log-ins of one client alone, and while 110 connections from another network log in to unknown accounts without a pause.
 * - Deactivation: from the admin's request on one replica to the first 401 and the close of a socket on the other.
 */
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { startEngines } from '../bench/rig/engines.mjs';
import { quantile } from '../bench/rig/numbers.mjs';
import { endAll } from '../bench/rig/processes.mjs';
import { scratchFolder } from '../bench/rig/scratch.mjs';
import { machine, printTable } from '../bench/rig/table.mjs';
import { startParley } from '../bench/servers/parley.mjs';

const SAMPLES = 200;
const LOG_INS = 60;
const ATTACKERS = 110;
const ROUNDS = 20;
const ADMIN = { email: 'admin@example.com', password: 'correct horse battery' };
const PASSWORD = 'a long enough password';

const keepAlive = new Agent({ keepAlive: true, maxSockets: Infinity });

const scratch = scratchFolder('security');
let engines;
try {
  engines = await startEngines(scratch);
  const [one, two] = [await startReplica('one'), await startReplica('two')];
  const rows = [
    await forgottenPassword(one),
    await logInsUnderAttack(one),
    ...(await deactivation(one, two)),
  ];
  console.log(`\n${machine()}\n`);
  printTable(['what', 'figures'], rows);
} finally {
  await endAll();
  await engines?.stop();
  keepAlive.destroy();
  rmSync(scratch, { recursive: true, force: true });
}

async function forgottenPassword(url) {
  const { email } = await register(url);
  const times = { known: [], unknown: [] };
  for (let i = 0; i < SAMPLES; i++)
    for (const [kind, address] of [
      ['known', email],
      ['unknown', `nobody-${i}@example.com`],
    ])
      times[kind].push((await post(url, '/auth/forgot-password', { email: address })).ms);
  const [known, unknown] = [quantile(times.known, 0.5), quantile(times.unknown, 0.5)];
  return [
    `a forgotten password, median of ${SAMPLES}`,
    `known ${known.toFixed(2)} ms, unknown ${unknown.toFixed(2)} ms, ratio ${(known / unknown).toFixed(3)}`,
  ];
}

async function logInsUnderAttack(url) {
  const me = await register(url);
  const logIns = async () => {
    const times = [];
    for (let i = 0; i < LOG_INS; i++) {
      const { status, ms } = await post(url, '/auth/login', me, { 'X-Forwarded-For': '198.51.100.1' });
      if (status !== 200) throw new Error(`a log-in was answered with ${status}`);
      times.push(ms);
    }
    return quantile(times, 0.95);
  };
  const alone = await logIns();
  const over = new AbortController();
  const answers = {};
  const attack = Array.from({ length: ATTACKERS }, async (_item, i) => {
    const body = { email: `nobody-${i}@example.com`, password: 'a guess' };
    while (!over.signal.aborted) {
      const { status } = await post(url, '/auth/login', body, { 'X-Forwarded-For': '192.0.2.1' });
      answers[status] = (answers[status] ?? 0) + 1;
    }
  });
  // Until the attempts of the other network are over its limit.
  while ((answers[429] ?? 0) < ATTACKERS / 2) await sleep(500);
  const before = structuredClone(answers);
  const began = performance.now();
  const attacked = await logIns();
  const seconds = (performance.now() - began) / 1000;
  const after = structuredClone(answers);
  over.abort();
  await Promise.all(attack);
  return [
    `a log-in while ${ATTACKERS} connections log in from elsewhere, p95 of ${LOG_INS}`,
    `alone ${alone.toFixed(0)} ms, under attack ${attacked.toFixed(0)} ms, ratio ${(attacked / alone).toFixed(2)}; ` +
      `${Math.round(((after[429] ?? 0) - (before[429] ?? 0)) / seconds)} attempts a second were refused`,
  ];
}

async function deactivation(one, two) {
  const { access_token: token } = (await post(one, '/auth/login', ADMIN)).body;
  const times = { refused: [], closed: [] };
  for (let i = 0; i < ROUNDS; i++) {
    const me = await register(one);
    const bearer = { Authorization: `Bearer ${me.token}` };
    const socket = new WebSocket(`${two.replace('http', 'ws')}/async_chat?keepAlive=1&token=${me.token}`);
    await once(socket, 'open');
    if ((await send(two, 'GET', '/user', undefined, bearer)).status !== 200) throw new Error('not logged in');
    const began = performance.now();
    const closed = once(socket, 'close').then(() => times.closed.push(performance.now() - began));
    await send(
      one,
      'PATCH',
      `/admin/users/${me.id}`,
      { is_active: false },
      { Authorization: `Bearer ${token}` },
    );
    while ((await send(two, 'GET', '/user', undefined, bearer)).status === 200) await sleep(1);
    times.refused.push(performance.now() - began);
    await closed;
  }
  const most = (list) =>
    `median ${quantile(list, 0.5).toFixed(0)} ms, at most ${Math.max(...list).toFixed(0)} ms`;
  return [
    [`deactivation until the other replica answers 401, ${ROUNDS} times`, most(times.refused)],
    [`deactivation until a socket on the other replica is closed`, most(times.closed)],
  ];
}

async function register(url) {
  const email = `someone-${crypto.randomUUID()}@example.com`;
  const { status, body } = await post(url, '/auth/register', { email, password: PASSWORD });
  if (status !== 201) throw new Error(`registering was answered with ${status}`);
  return { email, password: PASSWORD, id: body.id, token: body.access_token };
}

function post(url, path, body, headers) {
  return send(url, 'POST', path, body, headers);
}

async function send(url, method, path, body, headers = {}) {
  const began = performance.now();
  const sent = request(url + path, {
    method,
    agent: keepAlive,
    headers: { ...(body && { 'Content-Type': 'application/json' }), ...headers },
  });
  sent.end(body && JSON.stringify(body));
  const [response] = await once(sent, 'response');
  const answer = await text(response);
  return { status: response.statusCode, ms: performance.now() - began, body: answer && JSON.parse(answer) };
}

async function startReplica(name) {
  const settings = {
    ADMIN_EMAIL: ADMIN.email,
    ADMIN_PASSWORD: ADMIN.password,
    RATE_LIMITS: 'on',
    TRUST_PROXY: '1',
    LOG_LEVEL: 'fatal',
    MAX_EVENT_LOOP_DELAY_MS: '',
  };
  return (await startParley({ scratch: join(scratch, name), engines, cores: 'all', settings })).url;
}
