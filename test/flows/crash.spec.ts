import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { Client } from 'pg';
import { call, callJson, register, type Account } from '../support/client.js';
import { createDatabase, redisUrl } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { sayPaced, silence } from '../support/fake-openai-plays.js';
import { FakeOpenAi } from '../support/fake-openai.js';
import { Replica } from '../support/replica.js';
import { resume, runState, textOf } from '../support/runs.js';
import { collectSse, sseEvents, type SseEvent } from '../support/sse.js';

/** The long form has 20 rounds of 100 streams. */
const ROUNDS = Number(process.env.PARLEY_TEST_KILLS ?? 3);
const STREAMS = Number(process.env.PARLEY_TEST_STREAMS ?? 20);
/** By then no run of a dead process is streaming any more. */
const BOUND_MS = 15_000;

interface Seen {
  runId: string;
  conversation: string;
  events: SseEvent[];
  /** Resolves when the stream has ended or broken. */
  over: Promise<void>;
}

describe('the death of a replica', () => {
  let model: FakeOpenAi;
  let database: { url: string; drop(): Promise<void> };
  let one: Replica;
  let two: Replica;
  let me: Account;
  const start = () =>
    Replica.start({
      DATABASE_URL: database.url,
      REDIS_URL: redisUrl(),
      OPENAI_BASE_URL: model.url,
      JWT_SECRET: 'one secret for both of the replicas',
    });

  beforeAll(async () => {
    model = await FakeOpenAi.start();
    database = await createDatabase();
    [one, two] = await Promise.all([start(), start()]);
    me = await register(one.url);
  });
  afterAll(async () => {
    await one?.end();
    await two?.end();
    await model?.close();
    await database?.drop();
  });

  const send = async (url: string, fields: object = {}): Promise<Seen> => {
    const conversation = randomUUID();
    const body = { message: 'question', conversation_id: conversation, include_citations: false, ...fields };
    return read(await call(url, '/chat', { token: me.accessToken, body }), conversation);
  };
  const read = (response: Response, conversation = ''): Seen => {
    const events: SseEvent[] = [];
    const follow = async () => {
      for await (const event of sseEvents(response)) events.push(event);
    };
    const over = follow().catch(() => undefined);
    return { runId: response.headers.get('x-run-id')!, conversation, events, over };
  };
  const messages = async (conversation: string) => {
    const path = `/conversations/${conversation}/messages`;
    const { body } = await callJson<{ messages: { content: string }[] }>(two.url, path, {
      token: me.accessToken,
    });
    return body.messages.map(({ content }) => content);
  };
  const ended = (runId: string, url: string, withinMs: number) =>
    eventually(
      async () => expect((await runState(url, me.accessToken, runId)).status).not.toBe('streaming'),
      withinMs,
    );

  it(`loses no message and nothing that was shown, ${ROUNDS} times ${STREAMS} streams`, async () => {
    const text = 'some words and an 😀 then more, '.repeat(120);
    for (let round = 0; round < ROUNDS; round++) {
      model.reply(sayPaced(text, 10));
      const seen = await Promise.all(
        Array.from({ length: STREAMS }, (_, i) => send(i % 2 ? one.url : two.url)),
      );
      const elsewhere = seen
        .filter((_, i) => i % 2)
        .map(async ({ runId }) => read(await resume(two.url, me.accessToken, runId)));
      const watching = await Promise.all(elsewhere);
      await eventually(async () => {
        for (const { events } of [...seen, ...watching]) expect(textOf(events).length).toBeGreaterThan(100);
      }, 20_000);

      await one.end('SIGKILL');
      const deadline = performance.now() + BOUND_MS;
      for (const [i, { runId, conversation, events, over }] of seen.entries()) {
        await over;
        const wasShown = textOf(events);
        if (i % 2) await ended(runId, two.url, Math.max(0, deadline - performance.now()));
        const { status, reply } = await runState(two.url, me.accessToken, runId);
        expect(status).toBe(i % 2 ? 'interrupted' : 'complete');
        expect(reply.slice(0, wasShown.length)).toBe(wasShown);
        expect(text.slice(0, reply.length)).toBe(reply);
        expect(await messages(conversation)).toEqual(['question', reply]);
      }
      for (const { events, over } of watching) {
        await over;
        expect(events.slice(-2).map(({ data }) => JSON.parse(data) as unknown)).toEqual([
          { type: 'error', data: { message: 'The answer was interrupted.' } },
          { type: 'done', data: null },
        ]);
      }

      const left = seen[1]!;
      const rest = await collectSse(
        await resume(two.url, me.accessToken, left.runId, left.events.at(-1)!.id),
      );
      expect(textOf([...left.events, ...rest])).toBe(
        (await runState(two.url, me.accessToken, left.runId)).reply,
      );
      model.reply('All of it.');
      const again = await call(two.url, `/runs/${left.runId}/continue`, {
        token: me.accessToken,
        method: 'POST',
      });
      expect(textOf(await collectSse(again))).toBe('All of it.');
      expect(await messages(left.conversation)).toEqual(['question', 'All of it.']);
      one = await start();
    }
  }, 1_800_000);

  it('between commit and answer leaves one message, one run and one upstream call to ten retries', async () => {
    model.reset();
    model.reply(silence);
    const conversation_id = randomUUID();
    const post = (url: string) =>
      call(url, '/chat', {
        token: me.accessToken,
        headers: { 'Idempotency-Key': 'the same for all' },
        body: { message: 'question', conversation_id, include_citations: false },
      });
    void post(one.url).catch(() => undefined);
    await eventually(async () => expect(model.requests).toHaveLength(1));
    await one.end('SIGKILL');
    const retries = await Promise.all(Array.from({ length: 10 }, () => post(two.url)));
    const streams = await Promise.all(retries.map((response) => collectSse(response)));
    for (const stream of streams) expect(stream).toEqual(streams[0]);
    expect(await messages(conversation_id)).toEqual(['question']);
    expect(model.requests).toHaveLength(1);
    const client = new Client({ connectionString: database.url });
    await client.connect();
    const { rows } = await client.query(
      `SELECT r.status FROM runs r JOIN conversations c ON c.id = r.conversation_id WHERE c.client_id = $1`,
      [conversation_id],
    );
    await client.end();
    expect(rows).toEqual([{ status: 'interrupted' }]);
    one = await start();
  }, 120_000);

  it('lets other replicas answer messages that waited for its runs', async () => {
    model.reply(silence);
    const first = await send(one.url);
    const body = { message: 'next question', conversation_id: first.conversation, include_citations: false };
    const waiting = await call(two.url, '/chat?on_busy=enqueue', { token: me.accessToken, body });
    await one.end('SIGKILL');
    model.reply('An answer.');
    expect(textOf(await collectSse(waiting))).toBe('An answer.');
    expect(await messages(first.conversation)).toEqual(['question', 'next question', 'An answer.']);
    one = await start();
  }, 120_000);

  it('shows nothing that is not stored after a freeze that was longer than its lease, and says why it ended', async () => {
    model.reply(sayPaced('some words and then more, '.repeat(2_000), 10));
    const seen = await send(one.url);
    await eventually(async () => expect(textOf(seen.events).length).toBeGreaterThan(100));
    one.child.kill('SIGSTOP');
    await ended(seen.runId, two.url, 2 * BOUND_MS);
    one.child.kill('SIGCONT');
    await seen.over;
    const { status, reply, error } = await runState(two.url, me.accessToken, seen.runId);
    expect([status, error?.code]).toEqual(['interrupted', 'interrupted']);
    expect(textOf(seen.events)).toBe(reply);
    expect(seen.events.slice(-2).map(({ data }) => JSON.parse(data) as unknown)).toEqual([
      { type: 'error', data: { message: 'The answer was interrupted.' } },
      { type: 'done', data: null },
    ]);
  }, 120_000);

  it('before its first event begins the stream of a retry with its beginning', async () => {
    model.reply(silence);
    const headers = { 'Idempotency-Key': 'of a run without an event' };
    const body = { message: 'question', conversation_id: randomUUID(), include_citations: false };
    const post = (url: string) => call(url, '/chat', { token: me.accessToken, headers, body });
    const { runId } = read(await post(one.url));
    await one.end('SIGKILL');
    const redis = new Redis(redisUrl());
    await redis.del(`parley:run:${runId}`);
    redis.disconnect();
    const events = await collectSse(await post(two.url));
    const types = events.map(({ data }) => (JSON.parse(data) as { type: string }).type);
    expect(types).toEqual(['meta', 'error', 'done']);
    one = await start();
  }, 120_000);
});
