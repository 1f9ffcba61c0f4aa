import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { createTestApp, type TestApp } from '../support/app.js';
import { call, callJson, register, type Account } from '../support/client.js';
import { redisUrl } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { sayPaced } from '../support/fake-openai-plays.js';
import { FakeOpenAi } from '../support/fake-openai.js';
import { held, heldAfter } from '../support/held.js';
import { cutAfter, offsetOf, resume, runIdOf, runState, textOf, type TypedEvent } from '../support/runs.js';
import { collectSse, sseEvents, type SseEvent } from '../support/sse.js';

/** With a line end that is passed on as a plain one. */
const NASTY = 'a 😀 line\r\nwith \n\nevent: done\ndata: {} \n\n: and "quotes" \u2028 end. ';
const asShown = (text: string) => text.replaceAll('\r\n', '\n');

const RECONNECTS = Number(process.env.PARLEY_TEST_RECONNECTS ?? 300);
const CONVERSATIONS = Number(process.env.PARLEY_TEST_TABS ?? 10);

describe('a run that is left and resumed', () => {
  let model: FakeOpenAi;
  let one: TestApp;
  /** Another replica of it. */
  let two: TestApp;
  let redis: Redis;
  let me: Account;

  beforeAll(async () => {
    model = await FakeOpenAi.start();
    const settings = { OPENAI_BASE_URL: model.url, JWT_SECRET: 'one secret for both of the replicas' };
    one = await createTestApp(settings);
    two = await createTestApp({ ...settings, DATABASE_URL: one.databaseUrl });
    redis = new Redis(redisUrl());
    me = await register(one.url);
  });
  afterAll(async () => {
    redis?.disconnect();
    await one?.close();
    await two?.close();
    await model?.close();
  });

  const send = (message: string, fields: object = {}) =>
    call(one.url, '/chat', {
      token: me.accessToken,
      body: { message, include_citations: false, ...fields },
    });
  /** Starts a run and leaves it when its first token has come. */
  const startAndLeave = async (fields: object = {}) => {
    const seen: SseEvent[] = [];
    for await (const event of sseEvents(await send('hi', fields))) {
      seen.push(event);
      if (event.data.includes('"token"')) break;
    }
    return { runId: runIdOf(seen[0]!), seen };
  };
  const typesOf = (events: SseEvent[]) => events.map(({ data }) => (JSON.parse(data) as TypedEvent).type);
  const ended = (runId: string) =>
    eventually(async () =>
      expect((await runState(two.url, me.accessToken, runId)).status).not.toBe('streaming'),
    );

  it('loses, doubles and reorders nothing over reconnects at any byte through either replica', async () => {
    const text = NASTY.repeat(20);
    const shown = asShown(text);
    let reconnects = 0;
    let random = 42;
    const bytes = () => 40 + ((random = (random * 1103515245 + 12345) % 2 ** 31) % 600);

    const readInPieces = async () => {
      // Enough for the first event, which says how the run is called.
      const events = await cutAfter(await send('hi'), 250 + bytes());
      const runId = runIdOf(events[0]!);
      let pieces = 0;
      for (let isOver = false; !isOver; pieces++) {
        const { url } = pieces % 2 ? one : two;
        const response = await resume(url, me.accessToken, runId, events.at(-1)!.id);
        if (response.status === 204) break;
        events.push(...(await cutAfter(response, bytes())));
        isOver = events.at(-1)!.data.includes('"done"');
      }
      return { runId, events, pieces };
    };

    while (reconnects < RECONNECTS) {
      model.reply(sayPaced(text, 1));
      const { runId, events, pieces } = await readInPieces();
      reconnects += pieces;
      expect(typesOf(events)).not.toContain('reset');
      expect(textOf(events)).toBe(shown);
      expect((await runState(one.url, me.accessToken, runId)).reply).toBe(shown);
      const offsets = events.map(offsetOf);
      expect(offsets).toEqual(offsets.toSorted((a, b) => a - b));
      expect(new Set(offsets).size).toBe(offsets.length);
    }
  }, 1_800_000);

  it('is shown in the events it was started with, or those asked for', async () => {
    const session_id = randomUUID();
    model.reply('A film.');
    const started = await collectSse(
      await call(one.url, '/chat', { token: me.accessToken, body: { session_id, message: 'Tom Hanks' } }),
    );
    const runId = runIdOf(started[0]!);
    expect(await collectSse(await resume(two.url, me.accessToken, runId))).toEqual(started);

    const as = async (dialect: string) =>
      collectSse(await call(two.url, `/runs/${runId}/stream?as=${dialect}`, { token: me.accessToken }));
    expect(typesOf(await as('rag-assistant')).at(0)).toBe('meta');
    expect((await as('agent-desk')).at(-1)!.data).toBe('{"event_type":"on_chat_model_end","content":""}');
    const unknown = await call(two.url, `/runs/${runId}/stream?as=telegraph`, { token: me.accessToken });
    expect(unknown.status).toBe(422);
  });

  it('keeps the sentinel of a documented request', async () => {
    model.reply('Hello.');
    const answer = await collectSse(
      await call(one.url, '/chat', { token: me.accessToken, body: { message: 'hi' } }),
    );
    const again = await collectSse(await resume(two.url, me.accessToken, runIdOf(answer[0]!)));
    expect(again).toEqual(answer);
    expect(again.at(-1)!.data).toBe('[DONE]');
  });

  it('is joined by a second tab on another replica', async () => {
    const gate = heldAfter('Once upon ', 'a time.');
    model.reply(gate.play);
    const conversation_id = randomUUID();
    const { runId } = await startAndLeave({ conversation_id });
    const path = `/chat/${conversation_id}/stream`;
    const tab = await call(two.url, path, { token: me.accessToken });
    gate.release();
    const events = await collectSse(tab);
    expect(textOf(events)).toBe('Once upon a time.');
    await ended(runId);
    expect((await call(two.url, path, { token: me.accessToken })).status).toBe(204);
  });

  it('is complete in two tabs that reconnect three times in each of two turns', async () => {
    const text = NASTY.repeat(4);
    const shown = asShown(text);
    /** Reads a run in four pieces, each through the other replica. */
    const readOn = async (response: Response) => {
      const events = await cutAfter(response, 500);
      const runId = runIdOf(events[0]!);
      const again = ({ url }: TestApp) => resume(url, me.accessToken, runId, events.at(-1)!.id);
      for (const app of [two, one]) events.push(...(await cutAfter(await again(app), 700)));
      events.push(...(await collectSse(await again(two))));
      return events;
    };
    for (let i = 0; i < CONVERSATIONS; i++) {
      const conversation_id = randomUUID();
      for (const question of ['first', 'second']) {
        const gate = held(sayPaced(text, 2));
        model.reply(gate.play);
        const asked = await send(question, { conversation_id });
        const path = `/chat/${conversation_id}/stream`;
        const tab = await call(two.url, path, { token: me.accessToken });
        gate.release();
        const [mine, other] = await Promise.all([readOn(asked), readOn(tab)]);
        expect(runIdOf(other[0]!)).toBe(runIdOf(mine[0]!));
        for (const events of [mine, other]) {
          expect(textOf(events)).toBe(shown);
          expect(typesOf(events).at(-1)).toBe('done');
        }
      }
    }
  }, 1_800_000);

  describe('when the log has lost it', () => {
    it('gets the text so far as a reset, then the rest', async () => {
      const gate = heldAfter('Once upon ', 'a time there was.');
      model.reply(gate.play);
      const { runId, seen } = await startAndLeave();
      await eventually(async () =>
        expect((await runState(one.url, me.accessToken, runId)).reply).toBe('Once upon'),
      );
      await redis.flushdb();
      const stream = sseEvents(await resume(two.url, me.accessToken, runId, seen.at(0)!.id));
      const first = await stream.next();
      expect(JSON.parse(first.value.data as string)).toMatchObject({
        type: 'reset',
        data: { run_id: runId, reply: 'Once upon' },
      });
      gate.release();
      const rest: SseEvent[] = [first.value];
      for await (const event of stream) rest.push(event);
      expect(textOf(rest)).toBe('Once upon a time there was.');
      expect(typesOf(rest).filter((type) => type !== 'token')).toEqual(['reset', 'done']);
    });

    it('gets the final state at any later time', async () => {
      model.reply('The whole answer.');
      const answer = await collectSse(await send('hi'));
      const runId = runIdOf(answer[0]!);
      const last = offsetOf(answer.at(-1)!);
      await redis.flushdb();
      const types = async (after: number) =>
        typesOf(await collectSse(await resume(two.url, me.accessToken, runId, after)));

      const whole = await collectSse(await resume(two.url, me.accessToken, runId));
      expect(typesOf(whole)).toEqual(['meta', 'reset', 'done']);
      expect(textOf(whole)).toBe('The whole answer.');
      expect(await types(3)).toEqual(['reset', 'done']);
      expect(await types(last - 1)).toEqual(['done']);
      expect(await types(last + 100)).toEqual(['reset', 'done']);
      expect((await resume(two.url, me.accessToken, runId, last)).status).toBe(204);
    });
  });

  it('reports a gap to a reader that is ahead of it', async () => {
    const gate = heldAfter('Once upon ', 'a time.');
    model.reply(gate.play);
    const { runId } = await startAndLeave();
    for (const { url } of [one, two]) {
      const stream = sseEvents(await resume(url, me.accessToken, runId, 900));
      const { value } = await stream.next();
      expect(textOf([value as SseEvent])).toBe('Once upon');
      await stream.return(undefined);
    }
    gate.release();
    await ended(runId);
  });

  it('refuses ids that are malformed, of another run, unknown or foreign', async () => {
    model.reply('An answer.');
    const [first, second] = [await collectSse(await send('a')), await collectSse(await send('b'))];
    const runId = runIdOf(first[0]!);
    for (const id of [second[0]!.id!, 'nonsense', `${runId}:`, `${runId}:-1`, `${runId}:1e3`]) {
      const refused = await callJson<{ detail: { loc: string[] }[] }>(one.url, `/runs/${runId}/stream`, {
        token: me.accessToken,
        headers: { 'Last-Event-ID': id },
      });
      expect([id, refused.status, refused.body.detail[0]?.loc]).toEqual([
        id,
        422,
        ['header', 'Last-Event-ID'],
      ]);
    }
    expect((await resume(one.url, me.accessToken, runId, -1)).status).toBe(422);
    const stranger = await register(one.url);
    for (const [token, id] of [
      [stranger.accessToken, runId],
      [me.accessToken, randomUUID()],
      [me.accessToken, 'nonsense'],
    ] as const)
      for (const path of [`/runs/${id}`, `/runs/${id}/stream`])
        expect((await callJson(one.url, path, { token })).body).toEqual({ detail: 'Run not found' });
  });

  it('returns its state', async () => {
    const gate = heldAfter('Half of it', ' and the other half.');
    model.reply(gate.play);
    const conversation_id = randomUUID();
    const { runId } = await startAndLeave({ conversation_id });
    await eventually(async () =>
      expect(await runState(two.url, me.accessToken, runId)).toMatchObject({
        conversation_id,
        status: 'streaming',
        reply: 'Half of it',
        error: null,
      }),
    );
    gate.release();
    await ended(runId);
    const { last_event_id, ...state } = await runState(two.url, me.accessToken, runId);
    expect(state).toMatchObject({ status: 'complete', reply: 'Half of it and the other half.' });
    expect((await resume(two.url, me.accessToken, runId, last_event_id)).status).toBe(204);
  });
});
