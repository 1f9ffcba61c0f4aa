import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { createTestApp, type TestApp } from '../support/app.js';
import { FaultProxy } from '../support/fault-proxy.js';
import { call, callJson, register, type Account } from '../support/client.js';
import { redisUrl } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { sayPaced } from '../support/fake-openai-plays.js';
import { FakeOpenAi } from '../support/fake-openai.js';
import { heldAfter } from '../support/held.js';
import { resume, runState, textOf } from '../support/runs.js';
import { collectSse } from '../support/sse.js';
import { uploaded } from '../support/upload.js';
import { scaled } from '../support/time-factor.mjs';

/** The long form freezes it for 15 s. */
const FAULT_MS = Number(process.env.PARLEY_TEST_FREEZE_MS ?? 2_000);
/** By then others are answered; only the long form has the machine to itself. */
const SOON_MS = process.env.PARLEY_TEST_TIMED ? 300 : 5_000;

describe('runs while Redis is out of order', () => {
  let model: FakeOpenAi;
  let proxy: FaultProxy;
  let redis: Redis;
  /** Reaches Redis through the proxy. */
  let parley: TestApp;
  /** Another replica, whose Redis is always available. */
  let other: TestApp;
  let me: Account;

  beforeAll(async () => {
    model = await FakeOpenAi.start();
    proxy = await FaultProxy.to(redisUrl());
    redis = new Redis(redisUrl());
    const settings = { OPENAI_BASE_URL: model.url, JWT_SECRET: 'one secret for both of the replicas' };
    // Files are on the disk of the replica that took them in, so it indexes them too.
    other = await createTestApp({ ...settings, INGESTION_WORKER: 'external' });
    parley = await createTestApp({ ...settings, DATABASE_URL: other.databaseUrl, REDIS_URL: proxy.url });
    me = await register(parley.url);
  });
  afterAll(async () => {
    redis?.disconnect();
    await parley?.close();
    await other?.close();
    await proxy?.close();
    await model?.close();
  });
  afterEach(() => {
    proxy.thaw();
    proxy.mend();
  });

  const send = (app: TestApp, conversation_id: string = randomUUID()) =>
    call(app.url, '/chat', {
      token: me.accessToken,
      body: { message: 'hi', conversation_id, include_citations: false },
    });
  const typesOf = (events: { data: string }[]) =>
    events.map(({ data }) => (JSON.parse(data) as { type: string }).type);

  const text = 'word after word '.repeat(60);
  const faults: [string, () => void][] = [
    ['dead', () => proxy.cut()],
    ['frozen', () => proxy.freeze()],
  ];

  it.each(faults)('%s: streams here go on, new ones begin, and nobody else waits', async (_name, begin) => {
    model.reply(sayPaced(text, FAULT_MS / 120));
    const started = await send(parley);
    const runId = started.headers.get('x-run-id')!;
    begin();
    const during = await send(parley);
    for (let i = 0; i < 5; i++) {
      const soon = AbortSignal.timeout(scaled(SOON_MS));
      const headers = { Authorization: `Bearer ${me.accessToken}` };
      expect((await fetch(`${parley.url}/conversations`, { headers, signal: soon })).status).toBe(200);
    }
    for (const stream of [started, during]) {
      const events = await collectSse(stream);
      expect(textOf(events)).toBe(text);
      expect(typesOf(events)).not.toContain('reset');
    }
    expect(await runState(parley.url, me.accessToken, runId)).toMatchObject({
      status: 'complete',
      reply: text,
    });
    const again = await collectSse(await resume(parley.url, me.accessToken, runId));
    expect(textOf(again)).toBe(text);
  });

  it.each(faults)(
    '%s: a run of another replica is followed by what is stored of it',
    async (_name, begin) => {
      model.reply(sayPaced(text, 20));
      const started = await send(other);
      const watching = await resume(parley.url, me.accessToken, started.headers.get('x-run-id')!);
      begin();
      const events = await collectSse(watching);
      expect(textOf(events)).toBe(text);
      expect(typesOf(events).at(-1)).toBe('done');
      await started.body!.cancel();
    },
  );

  it.each(faults)('%s: the log is whole again afterwards', async (_name, begin) => {
    const gate = heldAfter('Once upon ', 'a time there was.');
    model.reply(gate.play);
    const started = await send(parley);
    const runId = started.headers.get('x-run-id')!;
    begin();
    gate.release();
    const shown = await collectSse(started);
    proxy.thaw();
    proxy.mend();
    await eventually(async () => {
      expect((await callJson(parley.url, '/health/ready')).status).toBe(200);
      expect(await collectSse(await resume(other.url, me.accessToken, runId))).toEqual(shown);
    }, 15_000);
  });

  it.each(faults)('%s: a file is accepted, and indexed from the stored bytes', async (_name, begin) => {
    begin();
    const id = await uploaded(parley.url, me.accessToken, { name: 'eels.txt', bytes: 'Eels are long fish.' });
    proxy.thaw();
    proxy.mend();
    await eventually(async () => {
      const { body } = await callJson(parley.url, `/attachments/${id}`, { token: me.accessToken });
      expect(body.status).toBe('indexed');
    }, 40_000);
  });

  it.each(faults)(
    '%s: a replica that shuts down does not wait for it',
    async (_name, begin) => {
      const leaving = await createTestApp({ DATABASE_URL: other.databaseUrl, REDIS_URL: proxy.url });
      begin();
      // Without a bound the queue would be closed once Redis is back.
      await leaving.close();
    },
    12_000,
  );

  it('flushed: streams go on or start afresh, here and elsewhere', async () => {
    model.reply(sayPaced(text, 10));
    const started = await send(parley);
    const runId = started.headers.get('x-run-id')!;
    const before = await resume(other.url, me.accessToken, runId);
    // A log that is lost before it holds anything is whole.
    await eventually(async () => expect(await redis.xlen(`parley:run:${runId}`)).toBeGreaterThan(2));
    await redis.flushdb();
    const after = await resume(other.url, me.accessToken, runId);
    const [here, elsewhere, late] = await Promise.all([started, before, after].map((s) => collectSse(s)));
    expect(typesOf(here!)).not.toContain('reset');
    for (const events of [here!, elsewhere!, late!]) expect(textOf(events)).toBe(text);
    expect(typesOf(late!).slice(0, 2)).toEqual(['meta', 'reset']);
  });
});
