import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import type { TestApp } from '../support/app.js';
import { call, callJson, register, type Account } from '../support/client.js';
import { sayPaced } from '../support/fake-openai-plays.js';
import type { FakeOpenAi } from '../support/fake-openai.js';
import { heldAfter } from '../support/held.js';
import { runIdOf, textOf } from '../support/runs.js';
import { collectSse } from '../support/sse.js';
import { startTwoReplicas, type TwoReplicas } from '../support/two-replicas.js';

describe('a request that is repeated under an Idempotency-Key', () => {
  let replicas: TwoReplicas | undefined;
  let model: FakeOpenAi;
  let one: TestApp;
  /** Another replica of it. */
  let two: TestApp;
  let me: Account;

  beforeAll(async () => {
    replicas = await startTwoReplicas();
    ({ model, one, two, me } = replicas);
  });
  afterAll(() => replicas?.close());
  beforeEach(() => model.reset());

  const send = (app: TestApp, key: string, body: object, token = me.accessToken) =>
    call(app.url, '/chat', { token, body, headers: { 'Idempotency-Key': key } });
  const count = async (sql: string, values: unknown[] = []) => {
    const client = new Client({ connectionString: one.databaseUrl });
    await client.connect();
    try {
      return (await client.query<{ count: number }>(sql, values)).rows[0]!.count;
    } finally {
      await client.end();
    }
  };
  const messagesOf = (conversation: string) =>
    count(
      `SELECT count(*)::int FROM messages m JOIN conversations c ON c.id = m.conversation_id WHERE c.client_id = $1`,
      [conversation],
    );

  it('is one run and one stream, however many are sent at once on two replicas', async () => {
    model.reply(sayPaced('one answer for all of them', 5));
    const conversation_id = randomUUID();
    const key = randomUUID();
    const streams = await Promise.all(
      Array.from({ length: 200 }, async (_, i) =>
        collectSse(await send(i % 2 ? one : two, key, { message: 'hi', conversation_id })),
      ),
    );
    for (const stream of streams) expect(stream).toEqual(streams[0]);
    expect(textOf(streams[0]!.slice(0, -1))).toBe('one answer for all of them');
    expect(model.requests).toHaveLength(1);
    expect(await messagesOf(conversation_id)).toBe(2);
  });

  it('is one run also when the conversation is new each time, and when the first is over', async () => {
    model.reply('An answer.');
    const key = randomUUID();
    const first = await collectSse(await send(one, key, { message: 'hi' }));
    for (let i = 0; i < 10; i++)
      expect(await collectSse(await send(i % 2 ? one : two, key, { message: 'hi' }))).toEqual(first);
    expect(model.requests).toHaveLength(1);
  });

  it('finds its run when it comes while that is being written', async () => {
    const gate = heldAfter('Half of it ', 'and the rest.');
    model.reply(gate.play);
    const key = randomUUID();
    const body = { message: 'hi', conversation_id: randomUUID() };
    const first = await send(one, key, body);
    const retry = await send(two, key, body);
    gate.release();
    const events = await collectSse(retry);
    expect(events).toEqual(await collectSse(first));
    expect(retry.headers.get('x-run-id')).toBe(runIdOf(events[0]!));
  });

  it('is refused with another body, and free for other accounts and in other requests', async () => {
    model.reply('An answer.');
    const key = randomUUID();
    await (await send(one, key, { message: 'hi' })).text();
    const other = await send(two, key, { message: 'something else' });
    expect([other.status, await other.json()]).toEqual([
      409,
      { detail: 'This Idempotency-Key was used with another request' },
    ]);
    const stranger = await register(one.url);
    await (await send(one, key, { message: 'something else' }, stranger.accessToken)).text();
    expect(model.requests).toHaveLength(2);
  });

  it('is free again after a day, and after a request that was refused', async () => {
    model.reply('An answer.');
    const key = randomUUID();
    await (await send(one, key, { message: 'hi' })).text();
    await count(
      `WITH aged AS (UPDATE idempotency_keys SET created_at = now() - interval '25 hours' WHERE key = $1 RETURNING 1)
       SELECT count(*)::int FROM aged`,
      [key],
    );
    await (await send(two, key, { message: 'a new day' })).text();
    expect(model.requests).toHaveLength(2);

    const refused = randomUUID();
    expect((await send(one, refused, { message: '' })).status).toBe(422);
    expect((await send(one, refused, { message: 'better' })).status).toBe(200);
  });

  it.each(['', 'x'.repeat(256)])('refuses the key "%s"', async (key) => {
    const { status, body } = await callJson<{ detail: { loc: string[] }[] }>(one.url, '/chat', {
      token: me.accessToken,
      body: { message: 'hi' },
      headers: { 'Idempotency-Key': key },
    });
    expect([status, body.detail[0]!.loc]).toEqual([422, ['header', 'Idempotency-Key']]);
  });

  it('takes a run up only once', async () => {
    const gate = heldAfter('Half of it ', 'never');
    model.reply(gate.play, sayPaced('All of it.', 5));
    const first = await send(one, randomUUID(), { message: 'hi' });
    const runId = first.headers.get('x-run-id')!;
    await call(two.url, `/runs/${runId}/stop`, { token: me.accessToken, method: 'POST' });
    const key = randomUUID();
    const takeUp = async (app: TestApp) =>
      collectSse(
        await call(app.url, `/runs/${runId}/continue`, {
          token: me.accessToken,
          method: 'POST',
          headers: { 'Idempotency-Key': key },
        }),
      );
    const [a, b] = await Promise.all([takeUp(one), takeUp(two)]);
    expect(a).toEqual(b);
    expect(model.requests).toHaveLength(2);
  });
});
