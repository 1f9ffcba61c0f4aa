import { randomUUID } from 'node:crypto';
import { stopSweeps, type TestApp } from '../support/app.js';
import { call, callJson, type Account } from '../support/client.js';
import { say, type FakeOpenAi } from '../support/fake-openai.js';
import { held } from '../support/held.js';
import { runIdOf, runState, textOf } from '../support/runs.js';
import { collectSse } from '../support/sse.js';
import { startTwoReplicas, type TwoReplicas } from '../support/two-replicas.js';

describe('a message to a conversation that is being answered', () => {
  let replicas: TwoReplicas | undefined;
  let model: FakeOpenAi;
  let one: TestApp;
  let two: TestApp;
  let me: Account;

  beforeAll(async () => {
    replicas = await startTwoReplicas();
    ({ model, one, two, me } = replicas);
    for (const replica of [one, two]) stopSweeps(replica);
  });
  afterAll(() => replicas?.close());

  const send = (app: TestApp, conversation_id: string, message: string, query = '') =>
    call(app.url, `/chat${query}`, {
      token: me.accessToken,
      body: { message, conversation_id, include_citations: false },
    });
  const enqueue = (app: TestApp, conversation: string, message: string) =>
    send(app, conversation, message, '?on_busy=enqueue');
  const messages = async (conversation: string) => {
    const path = `/conversations/${conversation}/messages`;
    const { body } = await callJson<{ messages: { content: string }[] }>(one.url, path, {
      token: me.accessToken,
    });
    return body.messages.map(({ content }) => content);
  };
  /** Answers that repeat the question; the first waits until it is released. */
  const echo = () => {
    const gate = held('to first');
    model.reply(gate.play, (response, request) => say(`to ${request.said}`)(response, request));
    return gate;
  };

  it('is refused unless it asks to wait', async () => {
    const conversation = randomUUID();
    const gate = echo();
    const first = await send(one, conversation, 'first');
    for (const query of ['', '?on_busy=reject'])
      expect((await send(two, conversation, 'second', query)).status).toBe(409);
    expect((await send(two, conversation, 'second', '?on_busy=shout')).status).toBe(422);
    gate.release();
    await first.text();
    expect(await messages(conversation)).toEqual(['first', 'to first']);
  });

  it('waits for its turn, in order, through any replica', async () => {
    const conversation = randomUUID();
    const gate = echo();
    const first = await send(one, conversation, 'first');
    const waiting: Response[] = [];
    for (const [i, message] of ['second', 'third', 'fourth'].entries())
      waiting.push(await enqueue(i % 2 ? one : two, conversation, message));
    // Nobody jumps the queue.
    expect((await send(one, conversation, 'rude')).status).toBe(409);
    expect(await messages(conversation)).toEqual(['first']);
    gate.release();
    await first.text();
    const answers = await Promise.all(waiting.map((response) => collectSse(response)));
    expect(answers.map(textOf)).toEqual(['to second', 'to third', 'to fourth']);
    const said = ['first', 'second', 'third', 'fourth'];
    expect(await messages(conversation)).toEqual(said.flatMap((message) => [message, `to ${message}`]));
  });

  it('can be stopped while it waits, and then was never said', async () => {
    const conversation = randomUUID();
    const gate = echo();
    const first = await send(one, conversation, 'first');
    const waiting = await enqueue(two, conversation, 'second');
    const path = `/chat/${conversation}/stream`;
    const queued = waiting.headers.get('x-run-id')!;
    expect(await runState(one.url, me.accessToken, queued)).toMatchObject({ status: 'queued', reply: '' });
    const stopped = await callJson(one.url, `/runs/${queued}/stop`, {
      token: me.accessToken,
      method: 'POST',
    });
    expect(stopped.body).toMatchObject({ status: 'cancelled', reply: '' });
    const events = await collectSse(waiting);
    expect(runIdOf(events[0]!)).toBe(queued);
    expect(events.at(-1)!.data).toBe('{"type":"done","data":null}');
    gate.release();
    await first.text();
    expect((await call(two.url, path, { token: me.accessToken })).status).toBe(204);
    expect(await messages(conversation)).toEqual(['first', 'to first']);
  });

  it('is refused when too many wait', async () => {
    const conversation = randomUUID();
    const gate = echo();
    const streams = [await send(one, conversation, 'first')];
    for (let i = 0; i < 16; i++) streams.push(await enqueue(one, conversation, String(i)));
    expect((await enqueue(two, conversation, 'one too many')).status).toBe(409);
    gate.release();
    await Promise.all(streams.map((stream) => stream.text()));
    expect(await messages(conversation)).toHaveLength(34);
  });
});
