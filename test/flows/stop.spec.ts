import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import type { TestApp } from '../support/app.js';
import { call, callJson, register, type Account } from '../support/client.js';
import { redisUrl } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import type { FakeOpenAi } from '../support/fake-openai.js';
import { heldAfter } from '../support/held.js';
import { resume, runIdOf, runState, textOf, type RunState } from '../support/runs.js';
import { collectSse, sseEvents, type SseEvent } from '../support/sse.js';
import { scaled } from '../support/time-factor.mjs';
import { startTwoReplicas, type TwoReplicas } from '../support/two-replicas.js';

/** From a deletion to the end of the call of the model and of the streams; only the long form has the machine to itself. */
const DELETED_MS = process.env.PARLEY_TEST_TIMED ? scaled(1_000) : Infinity;

describe('stopping a run and taking it up again', () => {
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

  /** A turn whose answer hangs behind its first words. */
  const startHanging = async (conversation_id: string, message = 'tell me') => {
    model.reply(heldAfter('Once upon ', 'never').play);
    const response = await call(one.url, '/chat', {
      token: me.accessToken,
      body: { message, conversation_id, include_citations: false },
    });
    const stream = sseEvents(response);
    const events: SseEvent[] = [];
    while (textOf(events) !== 'Once upon') events.push((await stream.next()).value as SseEvent);
    const rest = async () => {
      for await (const event of stream) events.push(event);
      return events;
    };
    return { runId: runIdOf(events[0]!), rest };
  };
  const stop = (app: TestApp, path: string, token = me.accessToken) =>
    callJson<RunState>(app.url, `${path}/stop`, { token, method: 'POST' });
  const messages = async (conversation: string) => {
    const path = `/conversations/${conversation}/messages`;
    const { body } = await callJson<{ messages: { content: string }[] }>(two.url, path, {
      token: me.accessToken,
    });
    return body.messages.map(({ content }) => content);
  };

  it.each([
    ['here, by run', () => one, (run: string) => `/runs/${run}`],
    ['on another replica, by run', () => two, (run: string) => `/runs/${run}`],
    ['on another replica, by conversation', () => two, (_: string, chat: string) => `/chat/${chat}`],
  ])('%s, ends it everywhere and keeps the partial text', async (_name, app, path) => {
    const conversation = randomUUID();
    const { runId, rest } = await startHanging(conversation);
    const { status, body } = await stop(app(), path(runId, conversation));
    expect(status).toBe(200);
    expect(body).toMatchObject({ run_id: runId, status: 'cancelled', reply: 'Once upon ' });
    expect(body.error).toEqual({ code: 'cancelled', message: 'The answer was stopped.' });
    await model.untilHungUp();
    expect((await rest()).slice(-2).map(({ data }) => JSON.parse(data) as unknown)).toEqual([
      { type: 'error', data: { message: 'The answer was stopped.' } },
      { type: 'done', data: null },
    ]);
    expect(await messages(conversation)).toEqual(['tell me', 'Once upon ']);
    // Once more changes nothing.
    expect(await stop(app(), path(runId, conversation))).toEqual({ status, body });
  });

  it('does not change an ended run, and does not find those of others', async () => {
    model.reply('An answer.');
    const conversation = randomUUID();
    const answer = await collectSse(
      await call(one.url, '/chat', {
        token: me.accessToken,
        body: { message: 'hi', conversation_id: conversation },
      }),
    );
    const runId = runIdOf(answer[0]!);
    expect((await stop(two, `/runs/${runId}`)).body).toMatchObject({
      status: 'complete',
      reply: 'An answer.',
    });
    const stranger = await register(one.url);
    for (const path of [`/runs/${runId}`, `/chat/${conversation}`, `/runs/${randomUUID()}`])
      expect((await stop(one, path, stranger.accessToken)).status).toBe(404);
  });

  describe('continue', () => {
    const takeUp = (runId: string, token = me.accessToken) =>
      call(two.url, `/runs/${runId}/continue`, { token, method: 'POST' });

    it('answers the same message again, in place of the partial reply', async () => {
      const conversation = randomUUID();
      model.reply('The first answer.');
      const first = { message: 'before', conversation_id: conversation };
      await (await call(one.url, '/chat', { token: me.accessToken, body: first })).text();
      const { runId } = await startHanging(conversation, 'a question');
      await stop(one, `/runs/${runId}`);

      model.reply('The whole answer.');
      const events = await collectSse(await takeUp(runId));
      expect(textOf(events)).toBe('The whole answer.');
      expect(runIdOf(events[0]!)).not.toBe(runId);
      expect(model.lastRequest.said).toBe('a question');
      expect(await messages(conversation)).toEqual([
        'before',
        'The first answer.',
        'a question',
        'The whole answer.',
      ]);
      // What was shown of the old run is still told.
      expect(await runState(one.url, me.accessToken, runId)).toMatchObject({
        status: 'cancelled',
        reply: 'Once upon ',
      });
      const [reset] = await collectSse(await resume(two.url, me.accessToken, runId, 1_000));
      expect(textOf([reset!])).toBe('Once upon ');
    });

    it('refuses a run that is complete, was taken up already, is not the last, or is foreign', async () => {
      const conversation = randomUUID();
      const { runId } = await startHanging(conversation);
      expect((await takeUp(runId)).status).toBe(409);
      await stop(one, `/runs/${runId}`);
      model.reply('The whole answer.');
      const complete = runIdOf((await collectSse(await takeUp(runId)))[0]!);
      for (const id of [complete, runId]) expect((await takeUp(id)).status).toBe(409);
      const { accessToken } = await register(one.url);
      expect((await takeUp(runId, accessToken)).status).toBe(404);

      const late = await startHanging(conversation);
      await stop(one, `/runs/${late.runId}`);
      model.reply('On to something else.');
      const next = { message: 'next', conversation_id: conversation };
      await (await call(one.url, '/chat', { token: me.accessToken, body: next })).text();
      expect((await takeUp(late.runId)).status).toBe(409);
    });
  });

  it.each([
    ['here', () => one],
    ['on another replica', () => two],
  ])(
    'ends when its conversation is deleted %s, and leaves no log',
    async (_name, app) => {
      const conversation = randomUUID();
      const { runId, rest } = await startHanging(conversation);
      const elsewhere = await resume(two.url, me.accessToken, runId);
      const hungUp = model.untilHungUp();
      const path = `/conversations/${conversation}`;
      const began = performance.now();
      expect((await call(app().url, path, { token: me.accessToken, method: 'DELETE' })).status).toBe(200);
      await hungUp;
      const streams = [await rest(), await collectSse(elsewhere)];
      expect(performance.now() - began).toBeLessThan(DELETED_MS);
      for (const events of streams) {
        const [error, done] = events.slice(-2).map(({ data }) => JSON.parse(data) as unknown);
        expect(error).toMatchObject({ type: 'error', data: { message: expect.stringContaining('deleted') } });
        expect(done).toMatchObject({ type: 'done' });
      }
      const redis = new Redis(redisUrl());
      try {
        // Five seconds after the deletion nothing is written to it any more.
        await eventually(async () => expect(await redis.exists(`parley:run:${runId}`)).toBe(0), 20_000);
      } finally {
        redis.disconnect();
      }
    },
    40_000,
  );
});
