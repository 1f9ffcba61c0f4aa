import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import type { TestApp } from '../support/app.js';
import { call, callJson, register, type Account } from '../support/client.js';
import { sayPaced } from '../support/fake-openai-plays.js';
import type { FakeOpenAi } from '../support/fake-openai.js';
import { heldAfter } from '../support/held.js';
import { runIdOf, textOf } from '../support/runs.js';
import { TestSocket } from '../support/socket.js';
import { collectSse, type SseEvent } from '../support/sse.js';
import { startTwoReplicas, type TwoReplicas } from '../support/two-replicas.js';

const SENDS = 500;

interface Frame {
  event_type: string;
  content?: string;
  conversation_id?: string;
  run_id?: string;
  client_message_id?: string;
}

/** The answer in frames; a reset stands for all before it. */
function contentOf(frames: readonly Frame[]): string {
  const from = Math.max(
    0,
    frames.findLastIndex(({ event_type }) => event_type === 'reset'),
  );
  const isText = ({ event_type }: Frame) => event_type === 'reset' || event_type === 'on_chat_model_stream';
  return frames
    .slice(from)
    .filter(isText)
    .map(({ content }) => content)
    .join('');
}

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
  const open = (app: TestApp, query: Record<string, string> = {}) => {
    const all = { token: me.accessToken, keepAlive: '1', frames: 'json', ...query };
    return TestSocket.open(app.url, `/async_chat?${new URLSearchParams(all).toString()}`);
  };
  /** Asks under an id. @returns what comes up to `done` or `error` */
  const askOn = async (socket: TestSocket, client_message_id: string, content: string) => {
    const before = socket.frames.length;
    socket.send({ content, client_message_id });
    const isLast = ({ event_type }: Partial<Frame>) => event_type === 'done' || event_type === 'error';
    while (!socket.frames.slice(before).some(isLast)) await socket.until(socket.frames.length + 1);
    return socket.frames.slice(before) as unknown as Frame[];
  };
  const ask = async (app: TestApp, id: string, content: string, query: Record<string, string> = {}) => {
    const socket = await open(app, query);
    const frames = await askOn(socket, id, content);
    await socket.close();
    return frames;
  };
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

  it(`is one run and one stream for ${SENDS} sent at once over HTTP and WebSocket on two replicas`, async () => {
    model.reply(sayPaced('one answer for all of them', 5));
    const conversation_id = randomUUID();
    const key = randomUUID();
    const each = <T>(act: (app: TestApp) => Promise<T>) =>
      Promise.all(Array.from({ length: SENDS / 2 }, (_, i) => act(i % 2 ? one : two)));
    // Who is told that the machine has too much to do sends once more, as keys allow.
    const post = async (app: TestApp): Promise<SseEvent[]> => {
      const response = await send(app, key, { message: 'hi', conversation_id });
      return response.status === 503 ? post(app) : collectSse(response);
    };
    const askUntilTaken = async (socket: TestSocket): Promise<Frame[]> => {
      const frames = await askOn(socket, key, 'hi');
      return frames[0]!.content === 'The question could not be taken' ? askUntilTaken(socket) : frames;
    };
    const sockets = await each((app) => open(app, { conversationID: conversation_id }));
    const [streams, answers] = await Promise.all([each(post), Promise.all(sockets.map(askUntilTaken))]);

    // A reader who comes to a busy machine may get the beginning of the answer in one piece.
    const run_id = runIdOf(streams[0]![0]!);
    for (const stream of streams) {
      expect(textOf(stream)).toBe('one answer for all of them');
      expect(stream.at(-1)).toEqual(streams[0]!.at(-1));
    }
    for (const frames of answers) {
      expect(contentOf(frames)).toBe('one answer for all of them');
      const done = { event_type: 'done', conversation_id, run_id, client_message_id: key };
      expect(frames.at(-1)).toEqual(done);
    }
    expect(model.requests).toHaveLength(1);
    expect(await messagesOf(conversation_id)).toBe(2);
    await Promise.all(sockets.map((socket) => socket.close()));
  }, 120_000);

  it('is one run also when the conversation is new each time, and when the first is over', async () => {
    model.reply('An answer.');
    const key = randomUUID();
    const first = await collectSse(await send(one, key, { message: 'hi' }));
    for (let i = 0; i < 10; i++)
      expect(await collectSse(await send(i % 2 ? one : two, key, { message: 'hi' }))).toEqual(first);
    expect(model.requests).toHaveLength(1);
  });

  it('finds its run while that is being written', async () => {
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

  it('is the same run for a client that returns with a new socket, or without one', async () => {
    const gate = heldAfter('Half of it ', 'and the rest.');
    model.reply(gate.play);
    const [first, second] = [randomUUID(), randomUUID()];
    const lost = await open(one);
    lost.send({ content: 'hi', client_message_id: first });
    const [shown] = await lost.until(1);
    expect(shown).toEqual({
      event_type: 'on_chat_model_stream',
      content: 'Half',
      client_message_id: first,
    });
    lost.socket.terminate();
    const back = await open(two);
    const answer = askOn(back, first, 'hi');
    gate.release();
    expect(contentOf(await answer)).toBe('Half of it and the rest.');
    const { run_id, conversation_id } = (await answer).at(-1)!;
    expect((await send(one, first, { message: 'hi' })).headers.get('x-run-id')).toBe(run_id);

    // The first time the socket knew the conversation; the second time the client names it, or does not.
    model.reply('And more.');
    const more = await askOn(back, second, 'go on');
    expect(await ask(one, second, 'go on', { conversationID: conversation_id! })).toEqual(more);
    expect(await ask(one, second, 'go on')).toEqual(more);
    expect(await askOn(back, first, 'hi')).toEqual(await answer);
    expect(model.requests).toHaveLength(2);
    expect(await messagesOf(conversation_id!)).toBe(4);
    await back.close();
  });

  it('counts a question without an id each time', async () => {
    model.reply('An answer.');
    const socket = await open(one);
    for (const run of [1, 2]) {
      socket.send({ content: 'hi' });
      expect((await socket.until(run * 4)).at(-1)).toEqual({
        event_type: 'done',
        conversation_id: expect.any(String),
        run_id: expect.any(String),
      });
    }
    expect(model.requests).toHaveLength(2);
    await socket.close();
  });

  it('is refused with other content, in another conversation and of another agent', async () => {
    model.reply('An answer.');
    const [key, conversationID] = [randomUUID(), randomUUID()];
    await ask(one, key, 'hi', { conversationID });
    const refusal = {
      event_type: 'error',
      content: 'This Idempotency-Key was used with another request',
      client_message_id: key,
    };
    for (const [content, query] of [
      ['something else', { conversationID }],
      ['hi', { conversationID: randomUUID() }],
      ['hi', { conversationID, agentName: 'Table Agent' }],
    ] as const)
      expect(await ask(two, key, content, query)).toEqual([refusal]);
    const closing = await open(two, { conversationID, keepAlive: '0' });
    closing.send({ content: 'something else', client_message_id: key });
    expect(await closing.closed).toEqual({ code: 1011, reason: 'refused' });
    expect((await send(one, key, { message: 'hi', conversation_id: randomUUID() })).status).toBe(409);
    expect(model.requests).toHaveLength(1);
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

  it('opens one chat, also when it is sent to two replicas concurrently', async () => {
    const key = randomUUID();
    const openChat = (app: TestApp, title: string) =>
      callJson<{ id: number; title: string }>(app.url, '/api/chat', {
        token: me.accessToken,
        body: { title },
        headers: { 'Idempotency-Key': key },
      });
    const answers = await Promise.all([one, two, one, two].map((app) => openChat(app, 'Heists')));
    for (const answer of answers) expect(answer).toEqual({ status: 201, body: answers[0]!.body });
    expect(answers[0]!.body.title).toBe('Heists');
    const { body: chats } = await callJson<{ title: string }[]>(two.url, '/api/chat', {
      token: me.accessToken,
    });
    expect(chats.filter(({ title }) => title === 'Heists')).toHaveLength(1);
    expect((await openChat(one, 'Dreams')).status).toBe(409);
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
