import { randomUUID } from 'node:crypto';
import { ADMIN_SETTINGS, logInAsAdmin } from '../support/admin.js';
import { createTestApp, type TestApp } from '../support/app.js';
import { call, callJson, register, type Account } from '../support/client.js';
import { sayAs, SERVER_NAMES } from '../support/fake-model-servers.js';
import { event, FakeOpenAi, sendJson, type Play } from '../support/fake-openai.js';
import * as plays from '../support/fake-openai-plays.js';
import { personasFolder } from '../support/personas.js';
import { TestSocket } from '../support/socket.js';
import { collectJson } from '../support/sse.js';

interface Typed {
  type: string;
  data?: unknown;
  reply?: string;
  content?: string;
  finish_reason?: string;
}
interface Stored {
  role: string;
  content: string;
  finish_reason?: string;
}

const ANSWER = 'Paris is the capital.';
const CAREFUL = `
label: Careful Agent
description: Answers as it is set.
prompt: Be careful.
temperature: 0.2
top_p: 0.9
max_tokens: 99
stop: [END]
reasoning_effort: low
`;

describe('one instance in front of', () => {
  let model: FakeOpenAi;
  let parley: TestApp;
  let me: Account;
  let personas: Awaited<ReturnType<typeof personasFolder>>;

  beforeAll(async () => {
    model = await FakeOpenAi.start();
    personas = await personasFolder({ careful: CAREFUL });
    parley = await createTestApp({
      ...ADMIN_SETTINGS,
      OPENAI_BASE_URL: model.url,
      OPENAI_API_KEY: 'sk-key-of-the-tests',
      AGENTS_DIR: personas.path,
    });
    me = await register(parley.url);
  });
  afterAll(async () => {
    await parley?.close();
    await model?.close();
    await personas?.remove();
  });
  beforeEach(() => model.reset());

  const post = (path: string, body: object) => call(parley.url, path, { token: me.accessToken, body });
  const get = async <T>(path: string) =>
    (await callJson<T>(parley.url, path, { token: me.accessToken })).body;
  const send = async (conversation_id: string, message: string) =>
    collectJson<Typed>(await post('/chat', { message, conversation_id, include_citations: false }));
  const reply = (events: readonly Typed[]) =>
    events
      .filter(({ type }) => type === 'token')
      .map(({ data, content }) => data ?? content)
      .join('');
  const stored = async (id: string) =>
    (await get<{ messages: Stored[] }>(`/conversations/${id}/messages`)).messages;
  const errorOf = (events: readonly Typed[]) =>
    (events.find(({ type }) => type === 'error')?.data as { message: string } | undefined)?.message;
  const write =
    (...chunks: string[]): Play =>
    (response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).end(chunks.join(''));
    };
  const end = (reason = 'stop') => `${event({}, reason)}data: [DONE]\n\n`;
  const say = (...contents: unknown[]) => write(...contents.map((content) => event({ content })), end());

  describe.each(SERVER_NAMES)('%s', (name) => {
    it('answers on each surface, and shows no thinking', async () => {
      model.reply(sayAs(name, ANSWER));
      const conversation = randomUUID();
      const events = await send(conversation, 'Capital of France?');
      expect([reply(events), events.at(-1)]).toEqual([ANSWER, { type: 'done', data: null }]);
      expect(reply(await send(conversation, 'Say it again.'))).toBe(ANSWER);
      expect((await stored(conversation)).map(({ content }) => content)).toEqual([
        'Capital of France?',
        ANSWER,
        'Say it again.',
        ANSWER,
      ]);

      const films = await collectJson<Typed>(
        await post('/chat', { session_id: randomUUID(), message: 'hello' }),
      );
      expect(films.at(-1)).toMatchObject({ type: 'done', reply: ANSWER });

      const { id } = (await (await post('/api/chat/', {})).json()) as { id: number };
      const answered = await post(`/api/chat/${id}/messages`, { content: 'hello' });
      expect(await answered.json()).toMatchObject({ bot_response: ANSWER });

      const query = new URLSearchParams({ token: me.accessToken, conversationID: randomUUID() });
      const socket = await TestSocket.open(parley.url, `/async_chat?${query.toString()}`);
      socket.send('Capital of France?');
      await socket.closed;
      const frames = socket.frames as { event_type: string; content: string }[];
      const said = frames.filter(({ event_type }) => event_type === 'on_chat_model_stream');
      expect(said.map(({ content }) => content).join('')).toBe(ANSWER);

      // Nobody answers in a room.
      const room = await post(`/v1/chat/sessions/${randomUUID()}/messages`, { role: 'user', content: 'hi' });
      expect(room.status).toBe(201);
    });
  });

  describe('a model that', () => {
    it('demands alternating roles continues after failed, empty and stopped turns', async () => {
      const strict =
        (play: Play): Play =>
        (response, request) => {
          const roles = request.body.messages.map(({ role }) => role).filter((role) => role !== 'system');
          const isRight =
            roles.length % 2 === 1 && roles.every((role, i) => role === (i % 2 ? 'assistant' : 'user'));
          return isRight
            ? play(response, request)
            : sendJson(response, 400, { error: { message: 'bad order' } });
        };
      const conversation = randomUUID();
      model.reply(plays.refuse(500));
      expect(errorOf(await send(conversation, 'one'))).toMatch(/out of order/);
      model.reply(strict(say('Two.')));
      expect(reply(await send(conversation, 'two'))).toBe('Two.');
      model.reply(strict(write(end())));
      expect(errorOf(await send(conversation, 'three'))).toBe('The model gave an empty answer.');
      model.reply(strict(plays.silence));
      const stopped = await post('/chat', { message: 'four', conversation_id: conversation });
      expect((await post(`/runs/${stopped.headers.get('x-run-id')}/stop`, {})).ok).toBe(true);
      await stopped.text();
      model.reply(strict(say('Again.')));
      for (let turn = 5; turn < 18; turn++) {
        expect(reply(await send(conversation, `turn ${turn}`))).toBe('Again.');
        expect(model.lastRequest.said).toBe(`turn ${turn}`);
      }
      expect((await stored(conversation)).every(({ content }) => content.trim() !== '')).toBe(true);
    });

    it('has a small context answers every turn of a long chat, and remembers the beginning', async () => {
      const small: Play = (response, request) => {
        const length = request.body.messages.reduce((sum, { content }) => sum + content.length, 0);
        return length > 16_000
          ? sendJson(response, 400, { error: { code: 'context_length_exceeded', message: 'too long' } })
          : say('y'.repeat(1_500))(response, request);
      };
      model.reply(small);
      const conversation = randomUUID();
      await send(conversation, 'My name is Zelda and I am allergic to nuts.');
      for (let turn = 0; turn < 12; turn++) {
        const message = `${turn} ${'x'.repeat(1_800)}`;
        expect(reply(await send(conversation, message))).toHaveLength(1_500);
        expect(model.lastRequest.said.endsWith(message)).toBe(true);
      }
      expect(reply(await send(conversation, 'What is my name?'))).toHaveLength(1_500);
      expect(JSON.stringify(model.lastRequest.body)).toContain('My name is Zelda');
      const long = 'z'.repeat(15_000);
      expect(reply(await send(conversation, long))).toHaveLength(1_500);
      expect(model.lastRequest.said.endsWith(long)).toBe(true);
      expect(errorOf(await send(conversation, 'w'.repeat(20_000)))).toMatch(/MODEL_CONTEXT_TOKENS/);
    });

    it('sends the first message 14 short turns later', async () => {
      const conversation = randomUUID();
      model.reply(say('Well.'));
      await send(conversation, 'My name is Zelda.');
      for (let turn = 0; turn < 14; turn++) await send(conversation, `Tell me about number ${turn}.`);
      await send(conversation, 'What is my name?');
      expect(JSON.stringify(model.lastRequest.body)).toContain('Zelda');
    });

    it.each<[string, Play, string]>([
      ['refuses', write(event({ refusal: 'I cannot help.' }), end()), ''],
      ['says nothing', write(end()), 'The model gave an empty answer.'],
      [
        'is filtered',
        write(end('content_filter')),
        'The content filter of the model server withheld the answer.',
      ],
      [
        'only thinks',
        write(event({ reasoning_content: 'hm' }), end('length')),
        'The model used up its tokens while it was thinking, before it answered.',
      ],
      [
        'thinks for ever',
        write(event({ content: '<think>hm' }), end()),
        'The model stopped while it was still thinking.',
      ],
      [
        'fails with a document',
        write('{"error":{"message":"quota"}}'),
        'The model server reported an error while it answered.',
      ],
      [
        'has no credit left',
        (response) =>
          sendJson(response, 429, { error: { code: 'insufficient_quota', message: 'exceeded sk-123456' } }),
        'The account at the model server has no credit left (HTTP 429).',
      ],
      [
        'is not there',
        (response) =>
          sendJson(response, 404, { error: { message: 'model "x" not found, try pulling it first' } }),
        'The model server does not have the model that is configured (HTTP 404).',
      ],
    ])('%s ends with a sentence on every surface, and the next turn works', async (_, play, sentence) => {
      model.reply(play);
      const conversation = randomUUID();
      const events = await send(conversation, 'question');
      expect(events.at(-1)).toEqual({ type: 'done', data: null });
      expect(errorOf(events) ?? '').toBe(sentence);
      expect(reply(events)).toBe(sentence ? '' : 'I cannot help.');
      const requests = model.requests.length;
      const films = await collectJson<Typed & { detail?: string }>(
        await post('/chat', { session_id: randomUUID(), message: 'hello' }),
      );
      expect(films.find(({ type }) => type === 'error')?.detail ?? '').toBe(sentence);
      const { id } = (await (await post('/api/chat/', {})).json()) as { id: number };
      const answered = await post(`/api/chat/${id}/messages`, { content: 'hello' });
      expect(answered.status).toBe(sentence ? 503 : 201);
      // An error that may pass is tried again, others are not.
      expect(requests).toBe(sentence.includes('reported an error') ? 3 : 1);

      model.reply(say('All is well.'));
      expect(reply(await send(conversation, 'again'))).toBe('All is well.');
      expect((await stored(conversation)).every(({ content }) => content.trim() !== '')).toBe(true);
    });

    it.each<[string, Play]>([
      ['in pieces', say('<thi', 'nk>Let me', ' see</think>', '\n\nParis.')],
      ['without its beginning', say('OK</think>Paris.')],
      ['in chunks without their beginning', say('OK', '</th', 'ink>', 'Paris.')],
    ])('writes its thinking into the answer, %s, shows and keeps the answer alone', async (_, play) => {
      const conversation = randomUUID();
      model.reply(play);
      await send(conversation, 'Capital?');
      expect((await stored(conversation)).map(({ content }) => content)).toEqual(['Capital?', 'Paris.']);
      const listed = await get<{ items: { conversation_id: string; last_snippet: string }[] }>(
        '/conversations',
      );
      expect(listed.items.find((item) => item.conversation_id === conversation)?.last_snippet).toBe('Paris.');
      model.reply(say('Rome.'));
      expect(reply(await send(conversation, 'And Italy?'))).toBe('Rome.');
      const sent = model.lastRequest.body.messages.map(({ content }) => content.split('\n\n').at(-1));
      expect(sent.slice(-3)).toEqual(['Capital?', 'Paris.', 'And Italy?']);
    });

    it.each(['length', 'content_filter'])(
      'is cut by %s says so everywhere, and can be continued',
      async (reason) => {
        const conversation = randomUUID();
        model.reply(write(event({ content: 'One, two, and th' }), end(reason)));
        const response = await post('/chat', { message: 'Count.', conversation_id: conversation, top_k: 1 });
        const runId = response.headers.get('x-run-id')!;
        const events = await collectJson<Typed>(response);
        expect(events.at(-1)).toEqual({ type: 'done', data: null, finish_reason: reason });
        expect((await stored(conversation)).at(-1)).toMatchObject({
          content: 'One, two, and th',
          finish_reason: reason,
        });
        expect(await get(`/runs/${runId}`)).toMatchObject({ status: 'complete', finish_reason: reason });
        const films = await collectJson<Typed>(
          await post('/chat', { session_id: randomUUID(), message: 'hello' }),
        );
        expect(films.at(-1)).toMatchObject({ type: 'done', finish_reason: reason });
        const { id } = (await (await post('/api/chat/', {})).json()) as { id: number };
        const answered = await post(`/api/chat/${id}/messages`, { content: 'hello' });
        expect(await answered.json()).toMatchObject({ finish_reason: reason });
        const conversationID = randomUUID();
        const query = new URLSearchParams({ token: me.accessToken, conversationID });
        const socket = await TestSocket.open(parley.url, `/async_chat?${query.toString()}`);
        socket.send('Count.');
        await socket.closed;
        expect(socket.frames.at(-1)).toMatchObject({
          event_type: 'on_chat_model_end',
          finish_reason: reason,
        });
        expect((await stored(conversationID)).at(-1)).toMatchObject({ finish_reason: reason });

        model.reply(say('ree.'));
        const again = await post(`/runs/${runId}/continue`, {});
        expect(again.status).toBe(200);
        const whole = reason === 'length' ? 'One, two, and three.' : 'ree.';
        expect(reply(await collectJson<Typed>(again))).toBe(whole);
        expect((await stored(conversation)).map(({ content }) => content)).toEqual(['Count.', whole]);
        if (reason === 'length')
          expect(model.lastRequest.body.messages.at(-2)?.content).toBe('One, two, and th');
      },
    );

    it('fails in the middle keeps the partial reply, and marks it as incomplete', async () => {
      for (const last of [event({}, 'error'), '']) {
        const conversation = randomUUID();
        model.reply(write(event({ content: 'Half' }), last));
        const events = await send(conversation, 'question');
        expect([reply(events), errorOf(events)]).toEqual(['Half', expect.stringMatching(/\.$/)]);
        const runId = (
          await get<{ messages: { id: string }[] }>(`/conversations/${conversation}/messages`)
        ).messages.at(-1)!.id;
        expect(await get(`/runs/${runId}`)).toMatchObject({ status: 'failed', reply: 'Half' });
      }
    });

    it('refuses in words that admins read, and users do not', async () => {
      model.reply((response) =>
        sendJson(response, 400, {
          error: { message: 'odd-model does not support chat; key sk-key-of-the-tests' },
        }),
      );
      const events = await send(randomUUID(), 'question');
      expect(JSON.stringify(events)).not.toContain('odd-model');
      const token = await logInAsAdmin(parley.url);
      const { body } = await callJson<{ failures: object[] }>(parley.url, '/admin/model', { token });
      expect(body).toMatchObject({ address: model.url, warnings: expect.any(Array) });
      expect(body.failures[0]).toEqual({
        created_at: expect.stringMatching(/^\d{4}-.*Z$/),
        code: 'model-refused',
        message: errorOf(events),
        detail: expect.stringContaining('odd-model does not support chat'),
      });
      expect(JSON.stringify(body)).not.toContain('sk-key-of-the-tests');
      expect((await callJson(parley.url, '/admin/model', { token: me.accessToken })).status).toBe(403);
    });

    it('refuses a setting of generation is asked without it from then on', async () => {
      const generation = () => {
        const { temperature, top_p, max_tokens, stop, reasoning_effort } = model.lastRequest
          .body as unknown as Record<string, unknown>;
        return { temperature, top_p, max_tokens, stop, reasoning_effort };
      };
      const all = { temperature: 0.2, top_p: 0.9, max_tokens: 99, stop: ['END'], reasoning_effort: 'low' };
      const ask = async () =>
        collectJson<Typed>(
          await post('/chat', {
            message: 'hi',
            agent: 'Careful Agent',
            include_citations: false,
            conversation_id: randomUUID(),
          }),
        );
      model.reply(say('Hi.'));
      expect(reply(await ask())).toBe('Hi.');
      expect(generation()).toEqual(all);
      const refusal = {
        message: "Unsupported value: 'temperature' does not support 0.2 with this model.",
        param: 'temperature',
      };
      model.reply((response, request) =>
        'temperature' in request.body
          ? sendJson(response, 400, { error: refusal })
          : say('Hi.')(response, request),
      );
      for (const requests of [3, 4]) {
        expect(reply(await ask())).toBe('Hi.');
        expect(generation()).toEqual({ ...all, temperature: undefined });
        expect(model.requests).toHaveLength(requests);
      }
    });

    it('reports its usage', async () => {
      const usage = { prompt_tokens: 20, completion_tokens: 5, prompt_tokens_details: { cached_tokens: 4 } };
      const cost = async (play: Play) => {
        model.reply(play);
        const response = await post('/chat', { message: 'hi', conversation_id: randomUUID() });
        await response.text();
        return (await get<{ usage: object }>(`/runs/${response.headers.get('x-run-id')}`)).usage;
      };
      const known = write(
        event({ content: 'Hi.' }),
        event({}, 'stop'),
        `data: ${JSON.stringify({ choices: [], usage })}\n\n`,
      );
      expect(await cost(known)).toEqual({
        input_tokens: 20,
        output_tokens: 5,
        cached_tokens: 4,
        estimated: false,
      });
      expect(await cost(say('Hi.'))).toMatchObject({ output_tokens: 1, estimated: true });
    });
  });
});
