import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text as readText } from 'node:stream/consumers';
import { Redis } from 'ioredis';
import { publish } from '../../src/adapters/redis/redis.js';
import { RESTORED_CHANNEL } from '../../src/backup/restore.js';
import { isRunning } from '../../src/embedded/processes.js';
import { call, callJson, register, type Account } from '../support/client.js';
import { createDatabase, redisUrl } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { sayPaced } from '../support/fake-openai-plays.js';
import { FakeOpenAi } from '../support/fake-openai.js';
import { held } from '../support/held.js';
import { apiWorkersOf, descendantsOf } from '../support/process-tree.js';
import { Replica } from '../support/replica.js';
import { resume, runState, textOf } from '../support/runs.js';
import { collectSse, sseEvents, type SseEvent } from '../support/sse.js';
import { uploaded } from '../support/upload.js';

const STREAMS = 6;
const METRICS_TOKEN = 'the-token-of-the-metrics-reader';
const ANSWER = 'some words and an 😀 then more, '.repeat(60);

interface Seen {
  runId: string;
  events: SseEvent[];
  /** Resolves when the stream has ended or broken: whether it broke. */
  broke: Promise<boolean>;
}

describe('two API workers on one port', () => {
  let model: FakeOpenAi;
  let database: { url: string; drop(): Promise<void> };
  let parley: Replica;
  let me: Account;

  beforeAll(async () => {
    model = await FakeOpenAi.start();
    database = await createDatabase();
  });
  beforeEach(async () => {
    parley = await Replica.start({
      WORKERS: '2',
      DATABASE_URL: database.url,
      REDIS_URL: redisUrl(),
      OPENAI_BASE_URL: model.url,
      JWT_SECRET: 'one secret for all of the workers',
      METRICS_TOKEN,
    });
    await bothListen();
    me = await register(parley.url);
  });
  afterEach(() => parley.end());
  afterAll(async () => {
    await model.close();
    await database.drop();
  });

  async function valueOf(...parts: string[]): Promise<number> {
    const text = await (await call(parley.url, '/metrics', { token: METRICS_TOKEN })).text();
    const samples = text.split('\n').filter((line) => parts.every((part) => line.includes(part)));
    return samples
      .filter((line) => !line.startsWith('#'))
      .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0);
  }

  const bothListen = () =>
    eventually(async () => expect(await valueOf('parley_api_workers')).toBe(2), 60_000);
  const workers = () => apiWorkersOf(parley.child.pid!);

  async function send(): Promise<Seen> {
    const body = { message: 'question', conversation_id: randomUUID(), include_citations: false };
    const response = await call(parley.url, '/chat', { token: me.accessToken, body });
    const events: SseEvent[] = [];
    const follow = async () => {
      for await (const event of sseEvents(response)) events.push(event);
    };
    const broke = follow().then(
      () => false,
      () => true,
    );
    return { runId: response.headers.get('x-run-id')!, events, broke };
  }
  const sendAll = () => Promise.all(Array.from({ length: STREAMS }, send));
  const allBegan = (seen: Seen[]) =>
    eventually(async () => {
      for (const { events } of seen) expect(textOf(events).length).toBeGreaterThan(100);
    }, 20_000);

  it('go on when one of them is killed, end its answers as those of a replica, and get another one', async () => {
    model.reply(sayPaced(ANSWER, 10));
    const seen = await sendAll();
    await allBegan(seen);
    expect(await valueOf('parley_active_runs')).toBe(STREAMS);

    const [killed, left] = workers();
    process.kill(killed!, 'SIGKILL');
    const broke = await Promise.all(seen.map((stream) => stream.broke));
    expect(broke).toContain(true);
    expect(broke).toContain(false);
    for (const [i, { runId, events }] of seen.entries()) {
      await eventually(
        async () => expect((await runState(parley.url, me.accessToken, runId)).status).not.toBe('streaming'),
        15_000,
      );
      const { status, reply } = await runState(parley.url, me.accessToken, runId);
      expect([status, reply.startsWith(textOf(events)), ANSWER.startsWith(reply)]).toEqual([
        broke[i] ? 'interrupted' : 'complete',
        true,
        true,
      ]);
      if (!broke[i]) continue;
      const rest = await collectSse(await resume(parley.url, me.accessToken, runId, events.at(-1)!.id));
      expect(textOf([...events, ...rest])).toBe(reply);
    }
    await bothListen();
    expect(workers()).toContain(left);
    expect(workers()).not.toContain(killed);
    model.reply('All of it.');
    const { runId } = seen[broke.indexOf(true)]!;
    const again = await call(parley.url, `/runs/${runId}/continue`, {
      token: me.accessToken,
      method: 'POST',
    });
    expect(textOf(await collectSse(again))).toBe('All of it.');
  }, 120_000);

  it('leave no client waiting that was handed to a worker which ended before it took the connection', async () => {
    const pids = workers();
    for (const pid of pids) process.kill(pid, 'SIGSTOP');
    const socket = connect(Number(new URL(parley.url).port), '127.0.0.1');
    socket.on('error', () => undefined).write('GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await once(socket, 'connect');
    // A second connection is accepted after the first was handed on.
    const second = connect(Number(new URL(parley.url).port), '127.0.0.1').on('error', () => undefined);
    await once(second, 'connect');
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.resume();
    for (const pid of pids) process.kill(pid, 'SIGKILL');
    await closed;
    second.destroy();
    await eventually(bothListen, 60_000);
  }, 120_000);

  it('are measured as one process whose counters never shrink', async () => {
    model.reply('An answer.');
    for (const { broke } of await sendAll()) expect(await broke).toBe(false);
    const counted = () =>
      Promise.all([
        valueOf('parley_http_requests_total{', 'route="/chat"', 'status="200"'),
        valueOf('parley_run_seconds_count', 'status="complete"'),
      ]);
    await eventually(async () => expect(await counted()).toEqual([STREAMS, STREAMS]));
    for (const server of ['database', 'redis', 'blob store'])
      expect(await valueOf(`parley_up{server="${server}"}`)).toBe(1);

    for (const pid of workers()) process.kill(pid, 'SIGKILL');
    await eventually(bothListen, 60_000);
    expect(await counted()).toEqual([STREAMS, STREAMS]);
  }, 120_000);

  it('complete their answers on SIGTERM and leave with code 0', async () => {
    const gate = held('the whole answer');
    model.reply(gate.play);
    const seen = await sendAll();
    await eventually(async () => expect(await valueOf('parley_active_runs')).toBe(STREAMS));
    const pids = descendantsOf(parley.child.pid!);
    const exited = once(parley.child, 'exit');
    parley.child.kill('SIGTERM');
    await eventually(async () => {
      const late = await call(parley.url, '/chat', { token: me.accessToken, body: { message: 'late' } });
      expect(late.status).toBe(503);
    });
    gate.release();
    for (const { broke, events } of seen)
      expect([await broke, textOf(events)]).toEqual([false, 'the whole answer']);
    expect(await exited).toEqual([0, null]);
    expect(pids.filter(isRunning)).toEqual([]);
  }, 120_000);

  it('begin anew, all of them, when a backup was restored, but not one of another database of the same Redis', async () => {
    const before = workers();
    const notifyRestored = async (url: string) => {
      const redis = new Redis(url);
      await publish(redis, RESTORED_CHANNEL, '');
      redis.disconnect();
    };
    await notifyRestored(new URL('/9', redisUrl()).href);
    model.reply('Nothing is new.');
    const { broke, events } = await send();
    expect(await broke).toBe(false);
    expect(textOf(events)).toBe('Nothing is new.');
    expect(workers()).toEqual(before);
    await notifyRestored(redisUrl());
    await eventually(async () => {
      await bothListen();
      expect(workers().filter((pid) => before.includes(pid))).toEqual([]);
    }, 60_000);
    expect((await callJson(parley.url, '/conversations', { token: me.accessToken })).status).toBe(200);
  }, 120_000);
});

describe('two API workers with nothing configured', () => {
  let dataDir: string;
  let replica: Replica | undefined;

  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'parley-workers-'));
  });
  afterEach(async () => {
    await replica?.end();
    await rm(dataDir, { recursive: true, force: true });
  });

  const start = async (more: Record<string, string> = {}) =>
    (replica = await Replica.start({ WORKERS: '2', DATA_DIR: dataDir, ...more }));

  it('leave no process behind when the primary one is killed, and its answers are ended at the next start', async () => {
    const model = await FakeOpenAi.start();
    const killed = await start({ OPENAI_BASE_URL: model.url });
    const { accessToken: token } = await register(killed.url);
    model.reply(sayPaced(ANSWER, 10));
    const conversation_id = randomUUID();
    const answer = await call(killed.url, '/chat', { token, body: { message: 'hi', conversation_id } });
    await sseEvents(answer).next();
    await eventually(async () => expect(apiWorkersOf(killed.child.pid!)).toHaveLength(2));
    const pids = descendantsOf(killed.child.pid!);
    expect(pids.length).toBeGreaterThan(3);
    await killed.end('SIGKILL');
    await eventually(async () => expect(pids.filter(isRunning)).toEqual([]));

    model.reply('here again');
    const { url } = await start({ OPENAI_BASE_URL: model.url });
    const next = await call(url, '/chat', { token, body: { message: 'and now?', conversation_id } });
    expect([next.status, await next.text()]).toEqual([200, expect.stringContaining('here')]);
    await model.close();
  }, 120_000);

  it('end in order when they are stopped while one of them starts', async () => {
    const { child } = await start();
    child.kill('SIGTERM');
    expect(await once(child, 'exit')).toEqual([0, null]);
  }, 60_000);

  it('index files in the primary process, and embed questions there', async () => {
    const { url } = await start();
    const { accessToken: token } = await register(url);
    const fact = 'The heat pump of the north wing needs 230 volts.';
    await uploaded(url, token, { name: 'pump.txt', bytes: fact });
    await eventually(async () => {
      const body = { message: 'What voltage does the heat pump need?', agent: 'Production Agent' };
      expect(await (await call(url, '/chat', { token, body })).text()).toContain('230 volts');
    }, 60_000);
  }, 120_000);
});

describe('API workers that cannot start', () => {
  it.each([
    [async () => ({ WORKERS: 'many' }), /^WORKERS must be auto or a whole number from 1 to 64\n$/],
    [async () => ({ PORT: await takenPort() }), /^PORT \d+ is already in use on 127\.0\.0\.1\n$/],
    [
      async () => ({ METRICS_PORT: await takenPort() }),
      /^METRICS_PORT \d+ cannot be listened on: EADDRINUSE\n$/,
    ],
  ])(
    'say why once',
    async (settings, sentence) => {
      const database = await createDatabase();
      const dataDir = await mkdtemp(join(tmpdir(), 'parley-workers-'));
      const env = {
        ...process.env,
        WORKERS: '2',
        PORT: '0',
        HOST: '127.0.0.1',
        DATA_DIR: dataDir,
        DATABASE_URL: database.url,
        REDIS_URL: redisUrl(),
        LOG_LEVEL: 'error',
        ...(await settings()),
      };
      const child = spawn(process.execPath, ['dist/src/main.js'], { env, stdio: ['ignore', 'pipe', 'pipe'] });
      const [[code], output, errors] = await Promise.all([
        once(child, 'exit'),
        readText(child.stdout),
        readText(child.stderr),
      ]);
      expect([code, output, errors.replaceAll(/^Waiting for .*\n/gm, '')]).toEqual([
        1,
        '',
        expect.stringMatching(sentence),
      ]);
      for (const server of taken.splice(0)) server.close();
      await rm(dataDir, { recursive: true, force: true });
      await database.drop();
    },
    60_000,
  );

  const taken: ReturnType<typeof createServer>[] = [];
  async function takenPort(): Promise<string> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    taken.push(server);
    return String((server.address() as AddressInfo).port);
  }
});
