import { Redis } from 'ioredis';
import { responseIdOf } from '../../src/chat/surfaces/responses/ids.js';
import { createTestApp, type TestApp } from '../support/app.js';
import { call, callJson, register, type Account } from '../support/client.js';
import { redisUrl } from '../support/database.js';
import { csv } from '../support/documents.js';
import { eventually } from '../support/eventually.js';
import { embed, FakeOpenAi } from '../support/fake-openai.js';
import { stallAfter } from '../support/fake-openai-plays.js';
import { heldEmbeddings } from '../support/held.js';
import { TestSocket } from '../support/socket.js';
import { uploaded } from '../support/upload.js';

const [MAX_RUNS, MAX_STREAMS, MAX_SOCKETS, MAX_FRAMES] = [3, 2, 2, 20];

describe('concurrency limits of one account, on two replicas', () => {
  let model: FakeOpenAi;
  let one: TestApp;
  let two: TestApp;
  let redis: Redis;
  let me: Account;
  let neighbour: Account;

  beforeAll(async () => {
    model = await FakeOpenAi.start();
    const settings = {
      RATE_LIMITS: 'on',
      JWT_SECRET: 'one secret for both of the replicas',
      OPENAI_BASE_URL: model.url,
      OPENAI_EMBEDDING_MODEL: 'words',
      ROOMS_AUTH: 'required',
      INGESTION_CONCURRENCY: '2',
      MAX_RUNS_PER_ACCOUNT: String(MAX_RUNS),
      MAX_STREAMS_PER_ACCOUNT: String(MAX_STREAMS),
      MAX_SOCKETS_PER_ACCOUNT: String(MAX_SOCKETS),
      MAX_FRAMES_PER_ACCOUNT: String(MAX_FRAMES),
    };
    one = await createTestApp(settings);
    two = await createTestApp({ ...settings, DATABASE_URL: one.databaseUrl, INGESTION_WORKER: 'external' });
    redis = new Redis(redisUrl());
    neighbour = await register(one.url);
  });
  beforeEach(async () => {
    me = await register(one.url);
  });
  afterAll(async () => {
    await two?.close();
    await one?.close();
    await model?.close();
    redis?.disconnect();
  });

  /** Starts a run whose answer does not end by itself. @returns its id, or the response that refuses it */
  async function start({ url }: TestApp, { accessToken: token }: Account) {
    model.reply(stallAfter('Wait'));
    const response = await call(url, '/chat', { token, body: { message: 'Hello' } });
    return { response, runId: response.headers.get('x-run-id') };
  }
  const stop = ({ url }: TestApp, { accessToken: token }: Account, runId: string | null) =>
    call(url, `/runs/${runId}/stop`, { method: 'POST', token });
  const socketOf = ({ url }: TestApp, { accessToken }: Account, query: string) =>
    TestSocket.open(url, `/async_chat?token=${accessToken}&${query}`);

  describe('answers', () => {
    it('are refused with 429 in the shape of each surface when there are too many, and only those', async () => {
      const started = [await start(one, me), await start(two, me), await start(one, me)];
      const token = me.accessToken;

      const refused = await start(two, me);
      expect(refused.response.status).toBe(429);
      expect(refused.response.headers.get('retry-after')).toBe('5');
      expect(refused.response.headers.get('ratelimit-policy')).toBe('"runs";q=3;qu="concurrent-requests"');
      expect(refused.response.headers.get('ratelimit')).toBe('"runs";r=0;t=5');
      const sentence =
        'Too many answers being written at once: an account may have 3. Please try again shortly.';
      expect(await refused.response.json()).toEqual({ detail: sentence });

      const completion = await callJson(one.url, '/v1/chat/completions', {
        token,
        body: { model: 'assistant', messages: [{ role: 'user', content: 'Hello' }] },
      });
      expect(completion).toEqual({
        status: 429,
        body: {
          error: { message: sentence, type: 'rate_limit_error', param: null, code: 'rate_limit_exceeded' },
        },
      });
      const chat = await callJson(one.url, '/api/chat/', { token, body: {} });
      const sent = await callJson(one.url, `/api/chat/${String(chat.body.id)}/messages`, {
        token,
        body: { content: 'Hello' },
      });
      expect(sent).toEqual({ status: 429, body: { detail: sentence } });
      const socket = await socketOf(one, me, '');
      socket.send('Hello');
      expect((await socket.closed).code).toBe(4429);
      expect(socket.frames).toEqual([{ event_type: 'error', content: sentence }]);

      expect((await start(two, neighbour)).response.status).toBe(200);
      for (const { runId } of started.slice(0, 1)) await stop(one, me, runId);
      await eventually(async () => expect((await start(two, me)).response.status).toBe(200));
    });

    it('of a killed process expire', async () => {
      const key = `parley:slots:runs:${me.id}`;
      await redis.zadd(key, ...Array.from({ length: MAX_RUNS }, (_slot, i) => [1, `dead-${i}`]).flat());
      expect((await start(one, me)).response.status).toBe(200);
      await redis.zadd(
        key,
        ...Array.from({ length: MAX_RUNS }, (_slot, i) => [Date.now() + 20_000, `alive-${i}`]).flat(),
      );
      expect((await start(one, me)).response.status).toBe(429);
    });
  });

  it('event streams are refused with 429 when too many are open', async () => {
    const { runId } = await start(one, me);
    const follow = ({ url }: TestApp) => call(url, `/runs/${runId}/stream`, { token: me.accessToken });
    const open = [await follow(one), await follow(two)];
    const refused = await follow(one);
    expect([...open, refused].map(({ status }) => status)).toEqual([200, 200, 429]);
    expect(refused.headers.get('ratelimit')).toBe('"streams";r=0;t=5');
    await open[0]!.body!.cancel();
    const response = (query: string) =>
      call(one.url, `/v1/responses/${responseIdOf(runId!)}${query}`, { token: me.accessToken });
    const again = await follow(one);
    await eventually(async () => expect((await response('?stream=true')).status).toBe(429));
    expect((await response('')).status).toBe(200);
    await again.body!.cancel();
    await eventually(async () => expect((await response('?stream=true')).status).toBe(200));
    expect((await follow(one)).status).toBe(429);
  });

  it('repetitions of a message are refused with 429 when too many watch it', async () => {
    model.reply(stallAfter('Wait'));
    const ask = () =>
      call(one.url, '/chat', {
        token: me.accessToken,
        headers: { 'Idempotency-Key': 'asked again and again' },
        body: { message: 'Hello' },
      });
    const first = await ask();
    const most = MAX_RUNS + MAX_STREAMS + MAX_SOCKETS + 128;
    const answers = await Promise.all(Array.from({ length: most + 10 }, ask));
    const refused = answers.filter(({ status }) => status === 429);
    expect(answers.length - refused.length).toBe(most - 1);
    expect(refused[0]!.headers.get('ratelimit')).toBe('"requests";r=0;t=1');
    expect((await start(one, neighbour)).response.status).toBe(200);
    for (const { body } of [first, ...answers]) await body!.cancel();
    await eventually(async () => expect((await ask()).status).toBe(200));
  });

  it('WebSockets close with 4429 when too many are open', async () => {
    const watch = (app: TestApp) => socketOf(app, me, 'watch=1&conversationID=c');
    const open = [await watch(one), await watch(two)];
    // They have been counted when they answer.
    for (const socket of open) socket.send('Hello');
    await Promise.all(open.map((socket) => socket.until(1)));
    const refused = await watch(one);
    expect(await refused.closed).toEqual({ code: 4429, reason: 'retry after 5 s' });
    expect(refused.frames[0]).toMatchObject({ event_type: 'error' });
    await Promise.all(open.map((socket) => socket.close()));
    await eventually(async () => expect(await redis.zcard(`parley:slots:sockets:${me.id}`)).toBe(0));
  });

  it('a WebSocket closes with 4429 when its account sends too many frames', async () => {
    const room = await TestSocket.open(one.url, `/v1/chat/sessions/r/ws?token=${me.accessToken}`);
    await room.until(1);
    for (let i = 0; i < 10 * MAX_FRAMES; i++) room.send({ role: 'user', content: `message ${i}` });
    expect(await room.closed).toEqual({ code: 4429, reason: 'retry after 1 s' });
    expect(room.frames.at(-1)).toMatchObject({ type: 'error' });
    const stored = await callJson<{ messages: unknown[] }>(one.url, '/v1/chat/sessions/r/messages', {
      token: me.accessToken,
    });
    expect(stored.body.messages.length).toBeLessThan(3 * MAX_FRAMES);
  });

  it('indexing takes turns by owner: two large files of one do not keep another one waiting', async () => {
    const gate = heldEmbeddings();
    model.replyToEmbeddings((response, request) => {
      const play = JSON.stringify(request.body.input).includes('large') ? gate.play : embed();
      return play(response, request);
    });
    const large = (name: string) => ({ name, bytes: csv([['about'], [`large ${name}`]]) });
    const token = neighbour.accessToken;
    await uploaded(one.url, me.accessToken, large('a.csv'));
    await uploaded(one.url, me.accessToken, large('b.csv'));
    for (let i = 0; i < 2; i++) await uploaded(one.url, me.accessToken, large(`more-${i}.csv`));
    const id = await uploaded(one.url, token, { name: 'small.txt', bytes: 'A small file.' });
    await eventually(async () => {
      const { body } = await callJson(one.url, `/attachments/${id}`, { token });
      expect(body.status).toBe('indexed');
    }, 20_000);
    gate.release();
    await eventually(async () => {
      const { body } = await callJson<{ items: { status: string }[] }>(one.url, '/attachments', {
        token: me.accessToken,
      });
      expect(body.items.map(({ status }) => status)).toEqual(Array.from({ length: 4 }, () => 'indexed'));
    }, 20_000);
  });
});
