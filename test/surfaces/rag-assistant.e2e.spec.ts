import { randomUUID } from 'node:crypto';
import type { TestApp } from '../support/app.js';
import { call, callJson, register, type Account } from '../support/client.js';
import { eventually } from '../support/eventually.js';
import { cutMidLine } from '../support/fake-openai-plays.js';
import { END, event as modelEvent, type FakeOpenAi } from '../support/fake-openai.js';
import { startOverModel, type OverModel } from '../support/over-model.js';
import { held } from '../support/held.js';
import { uploaded } from '../support/upload.js';
import { collectJson, collectSse, sseEvents } from '../support/sse.js';

type Typed = { type: string; data: unknown };

describe('S4, the RAG assistant', () => {
  let over: OverModel;
  let model: FakeOpenAi;
  let parley: TestApp;
  let me: Account;
  let stranger: Account;

  beforeAll(async () => {
    over = await startOverModel();
    ({ model, parley, me } = over);
    stranger = await register(parley.url);
  });
  afterAll(() => over?.close());

  const send = (body: object, token = me.accessToken) => call(parley.url, '/chat', { token, body });
  const typed = async (body: object) => collectJson<Typed>(await send({ include_citations: true, ...body }));
  const replyOf = (events: Typed[]) =>
    events
      .filter((event) => event.type === 'token')
      .map((event) => event.data)
      .join('');
  const get = <T>(path: string, token = me.accessToken) => callJson<T>(parley.url, path, { token });

  describe('POST /chat', () => {
    it('streams meta, tokens, done and the sentinel for the documented request', async () => {
      model.reply('Hello there 🙂\n\ndata: "quoted"');
      const response = await send({ message: 'Hi', context: { page: 'dashboard' } });
      expect(response.status).toBe(200);
      expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
      expect(response.headers.get('cache-control')).toBe('no-cache');
      expect(response.headers.get('x-accel-buffering')).toBe('no');

      const events = await collectSse(response);
      expect(events.at(-1)?.data).toBe('[DONE]');
      const parsed = events.slice(0, -1).map((event) => JSON.parse(event.data) as Typed);
      expect(parsed[0]).toEqual({
        type: 'meta',
        data: { conversation_id: expect.any(String), run_id: expect.any(String) },
      });
      expect(parsed.at(-1)).toEqual({ type: 'done', data: null });
      expect(replyOf(parsed)).toBe('Hello there 🙂\n\ndata: "quoted"');
      expect(events.every((event) => /^[0-9a-f-]{36}:\d+$/.test(event.id ?? ''))).toBe(true);
      expect(events.every((event) => event.event === undefined)).toBe(true);
    });

    it.each([{ top_k: 3 }, { include_citations: false }, { attachment_ids: [] }])(
      'sends typed events alone when asked with %j',
      async (fields) => {
        model.reply('ok');
        const events = await collectJson<Typed>(await send({ message: 'Hi', ...fields }));
        expect(events.at(-1)).toEqual({ type: 'done', data: null });
      },
    );

    it('continues a conversation and sends its history to the model', async () => {
      const conversation_id = `chosen by the client ${randomUUID()}`;
      model.reply('First answer');
      await typed({ message: 'First question', conversation_id });
      model.reply('Second answer');
      await typed({ message: 'Second question', conversation_id });
      const turns = model.lastRequest.body.messages.filter(({ role }) => role !== 'system');
      expect(turns.map(({ role }) => role)).toEqual(['user', 'assistant', 'user']);
      expect(turns.map(({ content }) => content).join('|')).toContain('First question|First answer|');
      expect(turns.at(-1)!.content).toContain('Second question');

      const { body } = await get<{ messages: Record<string, unknown>[] }>(
        `/conversations/${encodeURIComponent(conversation_id)}/messages`,
      );
      expect(body.messages.map(({ role, content }) => [role, content])).toEqual([
        ['user', 'First question'],
        ['assistant', 'First answer'],
        ['user', 'Second question'],
        ['assistant', 'Second answer'],
      ]);
      expect(body.messages[0]).toEqual({
        id: expect.any(String),
        conversation_id,
        role: 'user',
        content: 'First question',
        created_at: expect.any(Number),
      });
    });

    it('refuses a second message while the first is being answered, and stores nothing of it', async () => {
      const conversation_id = randomUUID();
      const gate = held('slow answer');
      model.reply(gate.play);
      const first = await send({ message: 'first', conversation_id });
      const second = await send({ message: 'second', conversation_id });
      expect(second.status).toBe(409);
      expect(await second.json()).toEqual({ detail: 'The previous message is still being answered' });
      gate.release();
      await first.text();
      const { body } = await get<{ messages: unknown[] }>(`/conversations/${conversation_id}/messages`);
      expect(body.messages).toHaveLength(2);
    });

    it('continues answering when the client disconnects', async () => {
      const conversation_id = randomUUID();
      const gate = held('kept to the end');
      model.reply(gate.play);
      const leave = new AbortController();
      const response = await fetch(`${parley.url}/chat`, {
        method: 'POST',
        headers: { Authorization: `Bearer ${me.accessToken}`, 'Content-Type': 'application/json' },
        body: JSON.stringify({ message: 'bye', conversation_id }),
        signal: leave.signal,
      });
      await sseEvents(response).next();
      leave.abort();
      gate.release();
      await eventually(async () => {
        const { body } = await get<{ messages: { content: string }[] }>(
          `/conversations/${conversation_id}/messages`,
        );
        expect(body.messages.map(({ content }) => content)).toEqual(['bye', 'kept to the end']);
      });
    });

    it('shows a second tab the answer that is being written, from its first word', async () => {
      const conversation_id = randomUUID();
      const path = `/chat/${conversation_id}/stream`;
      const gate = held('seen twice');
      model.reply(gate.play);
      const first = await send({ message: 'hi', conversation_id, include_citations: true });
      const [second, third] = [
        await call(parley.url, path, { token: me.accessToken }),
        await call(parley.url, path, { token: me.accessToken }),
      ];
      const foreign = await call(parley.url, path, { token: stranger.accessToken });
      expect([second.status, foreign.status]).toEqual([200, 204]);
      gate.release();
      const [shown, ...others] = await Promise.all(
        [first, second, third].map((response) => collectSse(response)),
      );
      expect(others).toEqual([shown, shown]);
      expect((await call(parley.url, path, { token: me.accessToken })).status).toBe(204);
    });

    it('reports that generation failed, still ends, and keeps the shown text', async () => {
      const conversation_id = randomUUID();
      model.reply(cutMidLine('half an ans'));
      const events = await typed({ message: 'break', conversation_id });
      expect(replyOf(events)).toBe('half an ans');
      expect(events.slice(-2)).toEqual([
        { type: 'error', data: { message: expect.any(String) } },
        { type: 'done', data: null },
      ]);
      expect(JSON.stringify(events)).not.toContain('a-key-of-the-tests');
      const { body } = await get<{ messages: { content: string }[] }>(
        `/conversations/${conversation_id}/messages`,
      );
      expect(body.messages.map(({ content }) => content)).toEqual(['break', 'half an ans']);
      model.reply('fine again');
      expect(replyOf(await typed({ message: 'again', conversation_id }))).toBe('fine again');
    });

    it.each([
      [{}, ['missing', ['body', 'message']]],
      [{ message: '' }, ['string_too_short', ['body', 'message']]],
      [{ message: 'x'.repeat(32_001) }, ['string_too_long', ['body', 'message']]],
      [{ message: 'a\0b' }, ['value_error', ['body', 'message']]],
      [{ message: 'hi', top_k: 51 }, ['less_than_equal', ['body', 'top_k']]],
      [{ message: 'hi', top_k: 0 }, ['greater_than_equal', ['body', 'top_k']]],
      [{ message: 'hi', conversation_id: 'x'.repeat(129) }, ['string_too_long', ['body', 'conversation_id']]],
      [{ message: 'hi', context: 'text' }, ['dict_type', ['body', 'context']]],
      [{ message: 'hi', context: { a: 'b\0' } }, ['value_error', ['body', 'context']]],
    ])('refuses what does not fit: %#', async (body, [type, loc]) => {
      const response = await send(body);
      expect(response.status).toBe(422);
      expect(await response.json()).toMatchObject({ detail: [{ type, loc, msg: expect.any(String) }] });
    });

    it('shows reasoning to those who ask for it alone', async () => {
      model.reply((response) => {
        const text = modelEvent({ reasoning_content: 'Hm.' }) + modelEvent({ content: 'Paris.' });
        response.writeHead(200, { 'content-type': 'text/event-stream' }).end(text + END);
      });
      const thoughts = (events: { type: string; data?: unknown }[]) =>
        events.filter(({ type }) => type === 'reasoning').map(({ data }) => data);
      expect(thoughts(await typed({ message: 'Capital?', include_reasoning: true }))).toEqual(['Hm.']);
      expect(thoughts(await typed({ message: 'Capital?' }))).toEqual([]);
    });

    it('takes the longest message', async () => {
      model.reply('long');
      expect(replyOf(await typed({ message: 'x'.repeat(32_000) }))).toBe('long');
    });

    it('takes files without a word', async () => {
      const file = await uploaded(parley.url, me.accessToken, { name: 'a.txt', bytes: 'Bees make honey.' });
      const conversation_id = randomUUID();
      model.reply('It is about bees.');
      expect(replyOf(await typed({ message: '', attachment_ids: [file], conversation_id }))).toBe(
        'It is about bees.',
      );
      const { body } = await get<{ messages: { content: string }[] }>(
        `/conversations/${conversation_id}/messages`,
      );
      expect(body.messages[0]!.content).toBe('Summarise the attached file.');
    });

    it('is answered by the agent that is named, from then on', async () => {
      const conversation_id = randomUUID();
      const systemOf = () => JSON.stringify(model.lastRequest.body.messages);
      for (const body of [{ agent: 'ESG Agent' }, {}]) {
        await typed({ message: 'hi', conversation_id, ...body });
        expect(systemOf()).toContain('environmental, social and governance');
      }
      await typed({ message: 'hi', conversation_id, agent: 'assistant' });
      expect(systemOf()).not.toContain('environmental, social and governance');
      const refused = await callJson(parley.url, '/chat', {
        token: me.accessToken,
        body: { message: 'hi', agent: 'nope' },
      });
      expect(refused).toMatchObject({
        status: 422,
        body: { detail: [{ loc: ['body', 'agent'], msg: expect.stringContaining("'ESG Agent'") }] },
      });
    });

    it.each(['/chat', '/api/chat', '/api/chat/'])(
      'tells a client of the AI SDK where to go: %s',
      async (path) => {
        const message = { id: '1', role: 'user', parts: [{ type: 'text', text: 'hi' }] };
        const useChat = { id: 'a chat', messages: [message], trigger: 'submit-message' };
        const fresh = await register(parley.url);
        const refused = await callJson(parley.url, path, { token: fresh.accessToken, body: useChat });
        expect(refused).toEqual({
          status: 400,
          body: { detail: expect.stringMatching(/AI SDK.*POST \/api\/ai\/chat/) },
        });
        const { body } = await get<{ items: unknown[] }>('/conversations', fresh.accessToken);
        expect(body.items).toEqual([]);
      },
    );

    it('refuses attachments that are not the caller’s before the stream', async () => {
      const response = await send({ message: 'hi', attachment_ids: [randomUUID()] });
      expect(response.status).toBe(403);
      expect(await response.json()).toEqual({ detail: 'Forbidden attachment access' });
    });
  });

  describe('conversations', () => {
    it('are listed with the latest activity first, and only to their owner', async () => {
      const owner = await register(parley.url);
      const [older, newer] = [randomUUID(), randomUUID()];
      for (const conversation_id of [older, newer]) {
        model.reply('an answer');
        await (
          await send({ message: `about ${conversation_id}`, conversation_id }, owner.accessToken)
        ).text();
      }
      const { body } = await get<{ items: Record<string, unknown>[] }>(
        '/conversations?limit=1',
        owner.accessToken,
      );
      expect(body).toEqual({
        items: [
          {
            id: newer,
            conversation_id: newer,
            title: `about ${newer}`,
            created_at: expect.any(Number),
            last_message_at: expect.any(Number),
            message_count: 2,
            last_snippet: 'an answer',
          },
        ],
        limit: 1,
        offset: 0,
        next: expect.any(String),
      });
      const rest = await get<{ items: { id: string }[] }>(
        '/conversations?limit=999&offset=1',
        owner.accessToken,
      );
      expect(rest.body).toMatchObject({ items: [{ id: older }], limit: 200, offset: 1 });
      expect((await get<{ items: unknown[] }>('/conversations', stranger.accessToken)).body.items).toEqual(
        [],
      );
    });

    it('answer as unknown to a stranger, and do not collide with the same id of another account', async () => {
      const conversation_id = randomUUID();
      model.reply('mine');
      await (await send({ message: 'my secret', conversation_id })).text();
      const foreign = await get(`/conversations/${conversation_id}/messages`, stranger.accessToken);
      const unknown = await get(`/conversations/${randomUUID()}/messages`, stranger.accessToken);
      expect(foreign).toEqual(unknown);
      expect(unknown).toEqual({ status: 404, body: { detail: 'Conversation not found' } });

      model.reply('theirs');
      await (await send({ message: 'hello', conversation_id }, stranger.accessToken)).text();
      expect(JSON.stringify(model.lastRequest.body)).not.toContain('my secret');
    });

    it('are deleted with their messages', async () => {
      const conversation_id = randomUUID();
      model.reply('gone');
      await (await send({ message: 'delete me', conversation_id })).text();
      const path = `/conversations/${conversation_id}`;
      const remove = () => callJson(parley.url, path, { method: 'DELETE', token: me.accessToken });
      expect(await remove()).toEqual({ status: 200, body: { status: 'deleted', conversation_id } });
      expect((await get(`${path}/messages`)).status).toBe(404);
      expect((await remove()).status).toBe(404);
    });

    it.each(['0', '501', 'x', '-1', '99999999999999999999'])(
      'refuses messages with limit=%s',
      async (limit) => {
        expect((await get(`/conversations/${randomUUID()}/messages?limit=${limit}`)).status).toBe(422);
      },
    );

    it.each([
      ['%00', 404],
      ['%ED%A0%80', 400],
      ['..%2f..%2fetc', 404],
      ['%27%3B--', 404],
      ['x'.repeat(5_000), 404],
    ])('survives the id %#', async (id, status) => {
      const response = await call(parley.url, `/conversations/${id}/messages`, { token: me.accessToken });
      expect(response.status).toBe(status);
      expect(Object.keys((await response.json()) as object)).toEqual(['detail']);
    });
  });
});
