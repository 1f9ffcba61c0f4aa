import { randomUUID } from 'node:crypto';
import { RunProducer } from '../../src/runs/run-producer.js';
import { createTestApp, stopSweeps, type TestApp } from '../support/app.js';
import { call, callJson, register, type Account } from '../support/client.js';
import { FakeOpenAi, say } from '../support/fake-openai.js';
import { held } from '../support/held.js';
import { HeldRow } from '../support/held-row.js';
import { runState, textOf } from '../support/runs.js';
import { collectSse } from '../support/sse.js';
import { startTwoReplicas, type TwoReplicas } from '../support/two-replicas.js';

const ID = '019c1357-5ab8-7a3c-8f67-0f3d6ac2ff0a';

describe('a replica that has received SIGTERM', () => {
  let replicas: TwoReplicas;
  let leaving: TestApp;

  beforeAll(async () => {
    replicas = await startTwoReplicas();
    for (const replica of [replicas.one, replicas.two]) stopSweeps(replica);
  });
  afterAll(() => replicas?.close());
  beforeEach(async () => {
    leaving = await createTestApp(replicas.settings);
    stopSweeps(leaving);
  });
  afterEach(() => leaving.close());

  const leave = () => leaving.app.get(RunProducer).drain(0);
  const send = (app: TestApp, conversation_id: string, message: string, query = '') =>
    call(app.url, `/chat${query}`, {
      token: replicas.me.accessToken,
      body: { message, conversation_id, include_citations: false },
    });
  const messages = async (conversation: string) => {
    const path = `/conversations/${conversation}/messages`;
    const { body } = await callJson<{ messages: { content: string }[] }>(replicas.two.url, path, {
      token: replicas.me.accessToken,
    });
    return body.messages.map(({ content }) => content);
  };
  const ended = [
    { type: 'error', data: { message: 'The server is shutting down.' } },
    { type: 'done', data: null },
  ];

  it('ends an answer that begins after all others have ended, with an error event', async () => {
    const conversation = randomUUID();
    const { me, one, two, model } = replicas;
    model.reply(held('never').play);
    const account = await HeldRow.of(one.databaseUrl, 'users WHERE id = $1', [me.id]);
    const sent = send(leaving, conversation, 'a question');
    await account.waitForBlocked();
    await leave();
    await account.release();
    const late = await sent;
    const { status } = await callJson(leaving.url, '/chat', {
      token: me.accessToken,
      body: { message: 'a later one' },
    });
    expect(status).toBe(503);
    const events = await collectSse(late);
    expect(events.slice(-2).map(({ data }) => JSON.parse(data) as unknown)).toEqual(ended);
    const run = await runState(two.url, me.accessToken, late.headers.get('x-run-id')!);
    expect(run).toMatchObject({ status: 'interrupted', error: { code: 'shutdown' } });
    expect(await messages(conversation)).toEqual(['a question']);
  }, 15_000);

  it('leaves queued messages to the next process, in order', async () => {
    const conversation = randomUUID();
    const { model, two } = replicas;
    model.reply(held('never').play, (response, request) => say(`to ${request.said}`)(response, request));
    const first = await send(leaving, conversation, 'first');
    const second = await send(two, conversation, 'second', '?on_busy=enqueue');
    await leave();
    expect((await collectSse(first)).slice(-2).map(({ data }) => JSON.parse(data) as unknown)).toEqual(ended);
    // Nobody jumps the queue, although nothing is being answered.
    expect((await send(two, conversation, 'rude')).status).toBe(409);
    expect(await messages(conversation)).toEqual(['first']);
    const third = await send(two, conversation, 'third', '?on_busy=enqueue');
    expect(textOf(await collectSse(second))).toBe('to second');
    expect(textOf(await collectSse(third))).toBe('to third');
    expect(await messages(conversation)).toEqual(['first', 'second', 'to second', 'third', 'to third']);
  }, 15_000);
});

describe('a replica that has as many answers to write as it may', () => {
  let model: FakeOpenAi;
  let busy: TestApp;
  let me: Account;

  beforeAll(async () => {
    model = await FakeOpenAi.start();
    busy = await createTestApp({ OPENAI_BASE_URL: model.url, MAX_ACTIVE_RUNS: '2' });
    me = await register(busy.url);
  });
  afterAll(async () => {
    await busy?.close();
    await model?.close();
  });

  it('refuses more until one of them has ended, and is healthy', async () => {
    const gate = held('yes');
    model.reply(gate.play, gate.play, 'no');
    const send = () => call(busy.url, '/chat', { token: me.accessToken, body: { message: 'hi' } });
    const answers = [await send(), await send()];
    const refused = await send();
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '2']);
    expect(await refused.json()).toEqual({ detail: 'The server is busy. Please try again shortly.' });
    expect((await callJson(busy.url, '/health/ready')).status).toBe(200);
    gate.release();
    for (const answer of answers) expect(await answer.text()).toContain('yes');
    expect((await send()).status).toBe(200);
  });

  it.each([
    '/chat',
    `/conversations/${ID}/messages/${ID}/regenerate`,
    `/conversations/${ID}/messages/${ID}/edit`,
    `/runs/${ID}/continue`,
    '/agui/assistant',
    '/api/ai/chat',
    `/api/chat/${ID}/messages`,
    '/v1/chat/completions',
    '/v1/responses',
  ])('refuses POST %s before it asks who sends it', async (path) => {
    const gate = held('yes');
    model.reply(gate.play, gate.play);
    const send = () => call(busy.url, '/chat', { token: me.accessToken, body: { message: 'hi' } });
    const answers = [await send(), await send()];
    const refused = await call(busy.url, path, { body: {} });
    const { status, headers } = refused;
    expect([status, headers.get('retry-after')]).toEqual([503, '2']);
    expect(await refused.json()).toEqual(refusalAt(path));
    gate.release();
    for (const answer of answers) await answer.text();
    expect((await call(busy.url, path, { body: {} })).status).toBe(401);
  });
});

/** As the documents of each surface have errors. */
function refusalAt(path: string): object {
  const message = 'The server is busy. Please try again shortly.';
  if (path.startsWith('/v1'))
    return { error: { message, type: 'server_error', param: null, code: 'overloaded' } };
  return { detail: message };
}
