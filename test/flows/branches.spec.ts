import { randomUUID } from 'node:crypto';
import { ADMIN_SETTINGS, logInAsAdmin } from '../support/admin.js';
import { createTestApp, type TestApp } from '../support/app.js';
import { call, callJson, register, type Account } from '../support/client.js';
import { FakeOpenAi } from '../support/fake-openai.js';
import { heldAfter } from '../support/held.js';
import { collectJson } from '../support/sse.js';
import type { TypedEvent } from '../support/runs.js';

interface TreeMessage {
  id: string;
  content: string;
  parent_id: string | null;
  siblings: string[];
  is_shown: boolean;
  run_id: string | null;
  rating: 1 | -1 | null;
}

describe('a conversation with branches', () => {
  let model: FakeOpenAi;
  let parley: TestApp;
  let me: Account;
  let id: string;

  beforeAll(async () => {
    model = await FakeOpenAi.start();
    parley = await createTestApp({
      OPENAI_BASE_URL: model.url,
      OPENAI_API_KEY: 'a-key-of-the-tests',
      ...ADMIN_SETTINGS,
    });
    me = await register(parley.url);
  });
  beforeEach(() => (id = randomUUID()));
  afterEach(() => model.reset());
  afterAll(async () => {
    await parley?.close();
    await model?.close();
  });

  const request = <T = Record<string, unknown>>(path: string, options: Parameters<typeof callJson>[2] = {}) =>
    callJson<T>(parley.url, path, { token: me.accessToken, ...options });
  const read = async (response: Response) =>
    (await collectJson<TypedEvent>(response))
      .filter(({ type }) => type === 'token')
      .map(({ data }) => data)
      .join('');
  const stream = async (path: string, body: object, headers?: Record<string, string>) =>
    read(await call(parley.url, path, { token: me.accessToken, body, headers }));
  const ask = (message: string) => stream('/chat', { conversation_id: id, message, include_citations: true });
  const of = (message: string) => `/conversations/${id}/messages/${message}`;

  const tree = async () =>
    (
      await request<{ messages: TreeMessage[]; head_id: string }>(
        `/conversations/${id}/messages?tree=1&limit=500`,
      )
    ).body;
  const idOf = async (content: string) =>
    (await tree()).messages.find((message) => message.content === content)!.id;

  /** What clients of the documents are shown. */
  const s4 = async () => {
    const { body } = await request<{ messages: { content: string }[] }>(`/conversations/${id}/messages`);
    return body.messages.map(({ content }) => content);
  };
  const s0 = async () => {
    const { body } = await request<{ messages: { content: string }[] }>(`/chat/${id}/history`);
    return body.messages.map(({ content }) => content);
  };
  const s1 = async () => {
    const { body: chats } = await request<{ id: number }[]>('/api/chat/');
    const { body } = await request<{ content: string; bot_response: string }[]>(
      `/api/chat/${chats[0]!.id}/messages`,
    );
    return body.flatMap(({ content, bot_response }) => [content, bot_response]);
  };
  const s3 = async () =>
    (await request<{ message: string }[]>(`/get_history_conversation/${id}`)).body.map(
      ({ message }) => message,
    );
  const shownTo = async () => ({ s0: await s0(), s1: await s1(), s3: await s3(), s4: await s4() });
  const everywhere = (...messages: string[]) => ({ s0: messages, s1: messages, s3: messages, s4: messages });

  it('shows two edits and a second answer alike on every surface, and loses nothing', async () => {
    model.reply('a1', 'a2', 'a2b', 'a2c', 'a2d', 'a3');
    await ask('q1');
    await ask('q2');
    expect(await stream(`${of(await idOf('q2'))}/edit`, { message: 'q2b' })).toBe('a2b');
    expect(await stream(`${of(await idOf('q2b'))}/edit`, { message: 'q2c' })).toBe('a2c');
    expect(await stream(`${of(await idOf('a2c'))}/regenerate`, {})).toBe('a2d');
    expect(await shownTo()).toEqual(everywhere('q1', 'a1', 'q2c', 'a2d'));
    await ask('q3');
    expect(await shownTo()).toEqual(everywhere('q1', 'a1', 'q2c', 'a2d', 'q3', 'a3'));

    // The model was told what is shown, and nothing else.
    const told = (model.lastRequest.body.messages as { role: string; content: string }[])
      .filter(({ role }) => role !== 'system' && role !== 'developer')
      .map(({ content }) => content);
    expect(told.slice(0, -1)).toEqual(['q1', 'a1', 'q2c', 'a2d']);

    const { messages, head_id } = await tree();
    expect(messages.map(({ content }) => content).toSorted()).toEqual(
      'a1 a2 a2b a2c a2d a3 q1 q2 q2b q2c q3'.split(' '),
    );
    const byText = new Map(messages.map((message) => [message.content, message]));
    expect(byText.get('q2c')!.siblings).toEqual(['q2', 'q2b', 'q2c'].map((text) => byText.get(text)!.id));
    expect(byText.get('a2d')!.siblings).toEqual(['a2c', 'a2d'].map((text) => byText.get(text)!.id));
    expect(head_id).toBe(byText.get('a3')!.id);
    expect(messages.filter(({ is_shown }) => is_shown)).toHaveLength(6);
  });

  it('shows the branch that its owner selects, unless another was selected meanwhile', async () => {
    model.reply('a1', 'a2', 'a2b');
    await ask('q1');
    await ask('q2');
    await stream(`${of(await idOf('q2'))}/edit`, { message: 'q2b' });
    const [old, seen] = [await idOf('a2'), (await tree()).head_id];
    const move = (message_id: string, ifMatch?: string) =>
      request(`/conversations/${id}/head`, {
        method: 'PUT',
        body: { message_id },
        headers: ifMatch ? { 'If-Match': ifMatch } : {},
      });
    const moved = { conversation_id: id, head_id: old, message_count: 4 };
    expect(await move(old, `"${seen}"`)).toEqual({ status: 200, body: moved });
    expect((await move(seen, seen)).status).toBe(409);
    expect(await shownTo()).toEqual(everywhere('q1', 'a1', 'q2', 'a2'));
    expect(await move(randomUUID())).toEqual({ status: 404, body: { detail: 'Message not found' } });
    expect(await move('nobody')).toMatchObject({
      status: 422,
      body: { detail: [{ loc: ['body', 'message_id'] }] },
    });
    expect(await move(old, 'nobody')).toMatchObject({
      status: 422,
      body: { detail: [{ loc: ['header', 'If-Match'] }] },
    });
  });

  it('can be cut and copied', async () => {
    model.reply('a1', 'a2', 'b1', 'of the copy');
    await ask('q1');
    await ask('q2');
    await stream(`${of(await idOf('a1'))}/regenerate`, {});
    const fork = await request<{ id: string; title: string }>(`/conversations/${id}/fork`, {
      body: { message_id: await idOf('a2') },
    });
    expect(fork).toMatchObject({ status: 201, body: { title: 'q1', message_count: 4 } });

    const a1 = of(await idOf('a1'));
    const deleted = await request(a1, { method: 'DELETE' });
    expect(deleted).toMatchObject({ status: 200, body: { deleted_messages: 3, message_count: 2 } });
    expect(await request(a1, { method: 'DELETE' })).toMatchObject({ status: 404 });
    expect(await request(of(await idOf('b1')), { method: 'DELETE' })).toMatchObject({ status: 409 });
    expect(await s4()).toEqual(['q1', 'b1']);

    id = fork.body.id;
    expect(await s4()).toEqual(['q1', 'a1', 'q2', 'a2']);
    await ask('q3');
    expect(await shownTo()).toEqual(everywhere('q1', 'a1', 'q2', 'a2', 'q3', 'of the copy'));
  });

  it('is answered once for one key, and not while it is being answered', async () => {
    const held = heldAfter('slow ', 'answer');
    model.reply('a1', held.play);
    await ask('q1');
    const path = `${of(await idOf('a1'))}/regenerate`;
    const post = (key: string) =>
      call(parley.url, path, {
        token: me.accessToken,
        body: {},
        headers: { 'Idempotency-Key': key },
      });
    const first = await post('once');
    const again = await post('once');
    const other = await post('another');
    expect(other.status).toBe(409);
    expect(await other.json()).toEqual({ detail: 'The previous message is still being answered' });
    held.release();
    expect([await read(first), await read(again)]).toEqual(['slow answer', 'slow answer']);
    expect((await tree()).messages).toHaveLength(3);
  });

  it('costs the sum of all its answers, with whatever credential, also once it is deleted', async () => {
    model.reply('a1', 'a1b', 'a2');
    const account = await register(parley.url);
    const mine = { token: account.accessToken };
    const key = await request<{ id: string; key: string }>('/users/me/keys', {
      ...mine,
      body: { name: 'for tests', scopes: ['chat'] },
    });
    const send = async (path: string, body: object, token = account.accessToken) =>
      read(await call(parley.url, path, { token, body }));
    await send('/chat', { conversation_id: id, message: 'q1', include_citations: true });
    const { body } = await request<{ messages: { id: string }[] }>(`/conversations/${id}/messages`, mine);
    await send(`${of(body.messages[1]!.id)}/regenerate`, {});
    await send('/chat', { conversation_id: id, message: 'q2', include_citations: true }, key.body.key);
    await request(`/conversations/${id}`, { ...mine, method: 'DELETE' });

    interface Sums {
      items: { group: string | null; runs: number; input_tokens: number; output_tokens: number }[];
      next: string | null;
    }
    const usage = async (query: string) => (await request<Sums>(`/usage?${query}`, mine)).body;
    const today = new Date().toISOString().slice(0, 10);
    const [day] = (await usage(`from=${today}&to=${today}`)).items;
    expect(day).toMatchObject({ group: today, runs: 3 });
    expect(day!.input_tokens).toBeGreaterThan(0);
    expect(day!.output_tokens).toBeGreaterThan(0);
    expect((await usage('by=agent')).items).toMatchObject([{ group: 'assistant', runs: 3 }]);
    expect((await usage('by=model')).items).toMatchObject([{ group: expect.any(String), runs: 3 }]);
    const first = await usage('by=key&limit=1');
    expect(first.items).toMatchObject([{ group: null, runs: 2 }]);
    const rest = await usage(`by=key&limit=1&cursor=${first.next}`);
    expect(rest).toMatchObject({ items: [{ group: key.body.id, runs: 1 }], next: null });
    expect((await usage('to=2020-01-01')).items).toEqual([]);
    expect((await request<Sums>('/usage')).body.items.some(({ runs }) => runs === 3)).toBe(false);
    for (const [query, field] of [
      ['by=week', 'by'],
      ['from=yesterday', 'from'],
      ['limit=0', 'limit'],
    ])
      expect(await request(`/usage?${query}`, mine)).toMatchObject({
        status: 422,
        body: { detail: [{ loc: ['query', field] }] },
      });
  });

  it('has replies that are rated, which admins see', async () => {
    model.reply('a1');
    await ask('q1');
    const [question, reply] = [await idOf('q1'), await idOf('a1')];
    const rate = (message: string, body: object, token = me.accessToken) =>
      request(`/messages/${message}/feedback`, { method: 'PUT', body, token });
    expect((await rate(reply, { rating: 1 })).status).toBe(200);
    expect(await rate(reply, { rating: -1, comment: 'last year' })).toEqual({
      status: 200,
      body: { message_id: reply, rating: -1, comment: 'last year' },
    });
    expect((await rate(question, { rating: 1 })).status).toBe(409);
    const { messages } = await tree();
    expect(messages.map(({ rating }) => rating)).toEqual([null, -1]);
    expect(messages[1]!.run_id).toMatch(/^[\da-f-]{36}$/);
    expect(messages[0]!.run_id).toBe(messages[1]!.run_id);
    const stranger = (await register(parley.url)).accessToken;
    for (const [message, token] of [
      [reply, stranger],
      ['nothing', me.accessToken],
    ] as const)
      expect(await rate(message, { rating: 1 }, token)).toEqual({
        status: 404,
        body: { detail: 'Message not found' },
      });
    expect(await rate(reply, { rating: 2 })).toMatchObject({
      status: 422,
      body: { detail: [{ loc: ['body', 'rating'] }] },
    });

    const admin = await logInAsAdmin(parley.url);
    const list = (query = '', token = admin) =>
      request<{ items: object[] }>(`/admin/feedback${query}`, { token });
    const item = { message_id: reply, conversation_id: id, user_id: me.id, rating: -1, comment: 'last year' };
    expect((await list()).body).toMatchObject({ items: [item], next: null });
    expect((await list('?rating=1')).body.items).toEqual([]);
    expect((await list('', stranger)).status).toBe(403);
    const removed = () =>
      call(parley.url, `/messages/${reply}/feedback`, { method: 'DELETE', token: me.accessToken });
    expect([(await removed()).status, (await removed()).status]).toEqual([204, 204]);
    expect((await list()).body.items).toEqual([]);
  });

  it('does not exist for others, and names messages that cannot be edited', async () => {
    model.reply('a1');
    await ask('q1');
    const [question, reply] = [await idOf('q1'), await idOf('a1')];
    const stranger = (await register(parley.url)).accessToken;
    for (const [path, options] of [
      [`${of(reply)}/regenerate`, { body: {} }],
      [`${of(question)}/edit`, { body: { message: 'mine' } }],
      [`/conversations/${id}/head`, { method: 'PUT', body: { message_id: reply } }],
      [`/conversations/${id}/fork`, { body: {} }],
      [of(reply), { method: 'DELETE' }],
      [`/conversations/${id}/messages?tree=1`, {}],
    ] as const)
      expect(await request(path, { ...options, token: stranger })).toEqual({
        status: 404,
        body: { detail: 'Conversation not found' },
      });
    expect((await request(`${of(reply)}/edit`, { body: { message: 'mine' } })).status).toBe(409);
    // Sharing has to be switched on.
    expect((await request(`/conversations/${id}/shares`, { body: {} })).status).toBe(403);
    expect((await request('/shared/anything')).status).toBe(404);
    expect(await request(`${of(question)}/edit`, { body: {} })).toMatchObject({
      status: 422,
      body: { detail: [{ loc: ['body', 'message'], msg: 'Field required' }] },
    });
    expect(await s4()).toEqual(['q1', 'a1']);
  });
});
