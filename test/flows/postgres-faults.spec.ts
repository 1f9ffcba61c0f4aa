import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { createTestApp, type TestApp } from '../support/app.js';
import { FaultProxy } from '../support/fault-proxy.js';
import { call, callJson, register, type Account } from '../support/client.js';
import { createDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { sayPaced } from '../support/fake-openai-plays.js';
import { FakeOpenAi } from '../support/fake-openai.js';
import { HeldRow } from '../support/held-row.js';
import { textOf } from '../support/runs.js';
import { sseEvents, type SseEvent } from '../support/sse.js';
import { scaled } from '../support/time-factor.mjs';

/** The long form freezes it for 15 s. */
const FAULT_MS = Number(process.env.PARLEY_TEST_FREEZE_MS ?? 6_000);
/** By then a request is refused, and by then all works again. */
const REFUSAL_MS = 3_000;
const BACK_MS = 5_000;
/** Only the long form has the machine to itself. */
const LIVE_MS = process.env.PARLEY_TEST_TIMED ? 100 : 3_000;

/** How often all connections to PostgreSQL are ended. */
const CUTS = Number(process.env.PARLEY_TEST_CONTENTION ?? 200);
const PASSWORD = 'correct horse battery';

describe('runs while PostgreSQL is out of order', () => {
  let model: FakeOpenAi;
  let database: { url: string; drop(): Promise<void> };
  let proxy: FaultProxy;
  let parley: TestApp;
  /** Another replica behind the same proxy, which might take runs for orphaned. */
  let other: TestApp;
  let me: Account;

  beforeAll(async () => {
    model = await FakeOpenAi.start();
    database = await createDatabase();
    proxy = await FaultProxy.to(database.url);
    const settings = {
      OPENAI_BASE_URL: model.url,
      JWT_SECRET: 'one secret for both of the replicas',
      DATABASE_URL: proxy.url,
    };
    parley = await createTestApp(settings);
    other = await createTestApp(settings);
    me = await register(parley.url);
  });
  afterAll(async () => {
    proxy?.thaw();
    proxy?.mend();
    await parley?.close();
    await other?.close();
    await proxy?.close();
    await database?.drop();
    await model?.close();
  });

  const send = (conversation_id: string) =>
    call(parley.url, '/chat', {
      token: me.accessToken,
      body: { message: 'hi', conversation_id, include_citations: false },
    });
  /** A turn whose first token has come. @returns how to get all of its events */
  const begunAnswer = async (conversation: string) => {
    const events: SseEvent[] = [];
    const stream = sseEvents(await send(conversation));
    while (!textOf(events)) events.push((await stream.next()).value as SseEvent);
    return async () => {
      for await (const event of stream) events.push(event);
      return events;
    };
  };
  const messages = async (conversation: string) => {
    const path = `/conversations/${conversation}/messages`;
    const { body } = await callJson<{ messages: { content: string }[] }>(parley.url, path, {
      token: me.accessToken,
    });
    return body.messages?.map(({ content }) => content);
  };

  it.each<[string, () => void, () => void]>([
    ['dead', () => proxy.cut(), () => proxy.mend()],
    ['frozen', () => proxy.freeze(), () => proxy.thaw()],
  ])(
    '%s: refuses soon, lets streams go on, loses nothing and is back soon',
    async (_name, begin, end) => {
      const text = 'word after word '.repeat(40);
      model.reply(sayPaced(text, (FAULT_MS + 1_000) / 120), sayPaced(text, FAULT_MS / 240));
      const [longer, shorter] = [randomUUID(), randomUUID()];
      // One answer ends after the fault, one during it.
      const answers = await Promise.all([longer, shorter].map(begunAnswer));
      begin();
      const began = performance.now();
      while (performance.now() - began < FAULT_MS) {
        const live = await fetch(`${parley.url}/health/live`, {
          signal: AbortSignal.timeout(scaled(LIVE_MS)),
        });
        expect(live.status).toBe(200);
        const headers = { Authorization: `Bearer ${me.accessToken}` };
        const signal = AbortSignal.timeout(scaled(REFUSAL_MS));
        const requests = ['/conversations', `/chat/${longer}/history`, '/history/'].map((path) =>
          fetch(parley.url + path, { headers, signal }),
        );
        for (const refused of await Promise.all(requests))
          expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '2']);
        await sleep(100);
      }
      end();
      await eventually(async () => expect(await messages(longer)).toBeDefined(), BACK_MS);
      for (const rest of answers) {
        const events = await rest();
        expect(textOf(events)).toBe(text);
        expect(events.at(-1)!.data).toBe('{"type":"done","data":null}');
      }
      for (const conversation of [longer, shorter])
        expect(await messages(conversation)).toEqual(['hi', text]);
    },
    120_000,
  );

  it('connections that end at any moment cost a 503 at most', async () => {
    model.reply('yes');
    const server = new Client({ connectionString: database.url });
    await server.connect();
    const over = new AbortController();
    const statuses = new Map<string, number>();
    const count = async (name: string, answer: Promise<Response>) => {
      const { status } = await answer;
      statuses.set(`${name} ${status}`, (statuses.get(`${name} ${status}`) ?? 0) + 1);
    };
    const client = async () => {
      const token = me.accessToken;
      for (let i = 0; !over.signal.aborted; i++) {
        const email = `${randomUUID()}@example.com`;
        await count('register', call(parley.url, '/auth/register', { body: { email, password: PASSWORD } }));
        const conversation = randomUUID();
        await count('send', send(conversation));
        await count('messages', call(parley.url, `/conversations/${conversation}/messages`, { token }));
        await count('list', call(parley.url, '/history/', { token }));
        await count('run', call(parley.url, `/runs/${randomUUID()}`, { token }));
      }
    };
    const clients = Array.from({ length: 8 }, client);
    for (let round = 0; round < CUTS; round++) {
      await server.query(
        'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()',
      );
      await sleep(20);
    }
    over.abort();
    await Promise.all(clients);
    await server.end();
    expect([...statuses.keys()].filter((status) => status.endsWith('500'))).toEqual([]);
    await eventually(async () => expect((await send(randomUUID())).status).toBe(200), BACK_MS);
  }, 900_000);

  it.each([
    ['with a key is found by the request that repeats it', { 'Idempotency-Key': 'the same' }, ['hi', 'yes']],
    ['without a key blocks nobody, and was never sent', {}, ['hello', 'yes']],
  ])(
    'a start that is stored although its answer is lost, %s',
    async (_name, headers, said) => {
      model.reply('yes');
      const conversation = randomUUID();
      const post = (message: string) =>
        call(parley.url, '/chat', {
          token: me.accessToken,
          headers: headers as Record<string, string>,
          body: { message, conversation_id: conversation, include_citations: false },
        });
      const account = await HeldRow.of(database.url, 'users WHERE id = $1', [me.id]);
      const refused = post('hi');
      await account.waitForBlocked();
      proxy.freeze();
      await account.release();
      expect((await refused).status).toBe(503);
      proxy.thaw();
      await eventually(async () => {
        const answer = await post(said[0]!);
        expect(answer.status).toBe(200);
        await answer.text();
      });
      expect(await messages(conversation)).toEqual(said);
    },
    30_000,
  );
});
