import type { TestApp } from '../support/app.js';
import { call, callJson, register, type Account } from '../support/client.js';
import type { FakeOpenAi } from '../support/fake-openai.js';
import { startOverModel, type OverModel } from '../support/over-model.js';
import { refuse } from '../support/fake-openai-plays.js';

interface Chat {
  id: number;
  title: string;
  created_at: string;
}

describe('S1, the Movie Chatbot', () => {
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

  const api = <T = Record<string, unknown>>(method: string, path: string, body?: unknown, account = me) =>
    callJson<T>(parley.url, `/api${path}`, { method, body, token: account.accessToken });
  const newChat = async (account = me) => (await api<Chat>('POST', '/chat/', undefined, account)).body;

  it('opens chats numbered for each account', async () => {
    const account = await register(parley.url);
    expect(await api('POST', '/chat/', undefined, account)).toEqual({
      status: 201,
      body: { id: 1, title: 'New chat', created_at: expect.stringMatching(/^\d{4}-.*Z$/) },
    });
    expect((await api('POST', '/chat', { title: '  Westerns ' }, account)).body).toMatchObject({
      id: 2,
      title: 'Westerns',
    });
    expect((await api<Chat[]>('GET', '/chat/', undefined, account)).body.map(({ id }) => id)).toEqual([2, 1]);
    expect((await api('GET', '/chat/2', undefined, account)).body).toMatchObject({
      id: 2,
      title: 'Westerns',
    });
  });

  it('changes titles', async () => {
    const { id } = await newChat();
    expect(await api('PATCH', `/chat/${id}`, { title: 'New Chat Title' })).toMatchObject({
      status: 200,
      body: { id, title: 'New Chat Title' },
    });
    expect((await api('PATCH', `/chat/${id}/`, {})).body).toMatchObject({ title: 'New Chat Title' });
    expect((await api('GET', `/chat/${id}`)).body).toMatchObject({ title: 'New Chat Title' });
  });

  it('answers a question in the same request', async () => {
    model.reply('What are you in the mood for?');
    const { id } = await newChat();
    const asked = await api('POST', `/chat/${id}/messages`, { content: 'Your message content here' });
    expect(asked).toEqual({
      status: 201,
      body: {
        id: expect.any(Number),
        content: 'Your message content here',
        bot_response: 'What are you in the mood for?',
        created_at: expect.stringMatching(/Z$/),
      },
    });
    await api('POST', `/chat/${id}/messages/`, { content: 'And then?' });
    const { body } = await api<Record<string, unknown>[]>('GET', `/chat/${id}/messages`);
    expect(body[0]).toEqual(asked.body);
    expect(body.map(({ content }) => content)).toEqual(['Your message content here', 'And then?']);
    expect(new Set(body.map((message) => message.id)).size).toBe(2);
  });

  it('answers a question that is repeated under an Idempotency-Key once', async () => {
    model.reply('An answer.', 'another one');
    const { id } = await newChat();
    const ask = (content: string) =>
      callJson(parley.url, `/api/chat/${id}/messages`, {
        token: me.accessToken,
        body: { content },
        headers: { 'Idempotency-Key': `of chat ${id}` },
      });
    const [first, again] = await Promise.all([ask('hi'), ask('hi')]);
    expect(first).toMatchObject({ status: 201, body: { bot_response: 'An answer.' } });
    expect([again, await ask('hi')]).toEqual([first, first]);
    expect((await ask('something else')).status).toBe(409);
    await api('POST', `/chat/${id}/messages`, { content: 'And then?' });
    expect(await ask('hi')).toEqual(first);
    expect((await api('GET', `/chat/${id}/messages`)).body).toHaveLength(2);
  });

  it('says that the answer failed, and keeps the question', async () => {
    model.reply(refuse(401));
    const { id } = await newChat();
    const asked = await api('POST', `/chat/${id}/messages`, { content: 'hello?' });
    expect(asked).toEqual({ status: 503, body: { detail: expect.any(String) } });
    model.reply('here again');
    const { body } = await api<Record<string, unknown>[]>('GET', `/chat/${id}/messages`);
    expect(body).toMatchObject([{ content: 'hello?', bot_response: '' }]);
  });

  it.each([
    ['POST', 'messages', {}, { content: ['This field is required.'] }],
    ['POST', 'messages', undefined, { content: ['This field is required.'] }],
    ['POST', 'messages', { content: '' }, { content: ['This field may not be blank.'] }],
    ['POST', 'messages', { content: ' \n ' }, { content: ['This field may not be blank.'] }],
    ['POST', 'messages', { content: null }, { content: ['This field may not be null.'] }],
    ['POST', 'messages', { content: ['x'] }, { content: ['Not a valid string.'] }],
    ['POST', 'messages', { content: 'a\0b' }, { content: ['Null characters are not allowed.'] }],
    ['POST', 'messages', ['x'], { non_field_errors: ['Invalid data. Expected a dictionary, but got list.'] }],
    ['PATCH', '', { title: '' }, { title: ['This field may not be blank.'] }],
    ['PATCH', '', { title: null }, { title: ['This field may not be null.'] }],
    [
      'PATCH',
      '',
      { title: 'x'.repeat(256) },
      { title: ['Ensure this field has no more than 255 characters.'] },
    ],
  ])('refuses with a map of fields: %#', async (method, path, body, fields) => {
    const { id } = await newChat();
    expect(await api(method, `/chat/${id}/${path}`, body)).toEqual({ status: 400, body: fields });
  });

  it('reports an unknown chat before an invalid body, and another user’s as an unknown one', async () => {
    const { id } = await newChat();
    const missing = { status: 404, body: { detail: 'Not found.' } };
    for (const [method, path, body] of [
      ['GET', ''],
      ['PATCH', '', { title: '' }],
      ['DELETE', ''],
      ['GET', '/messages'],
      ['POST', '/messages', {}],
    ] as const) {
      expect(await api(method, `/chat/${id + 1000}${path}`, body)).toEqual(missing);
      expect(await api(method, `/chat/${id}${path}`, body, stranger)).toEqual(missing);
      expect(await api(method, `/chat/no-number${path}`, body)).toEqual(missing);
      expect(await api(method, `/chat/99999999999999999999${path}`, body)).toEqual(missing);
    }
  });

  it('refuses bodies it cannot read', async () => {
    const { id } = await newChat();
    const send = (type: string, body: string, token?: string) =>
      fetch(`${parley.url}/api/chat/${id}/messages`, {
        method: 'POST',
        headers: { 'Content-Type': type, ...(token && { Authorization: `Bearer ${token}` }) },
        body,
      });
    const broken = await send('application/json', '{"content": ', me.accessToken);
    expect([broken.status, await broken.json()]).toEqual([
      400,
      { detail: expect.stringMatching(/^JSON parse error - /) },
    ]);
    const typed = await send('text/plain', 'hello', me.accessToken);
    expect([typed.status, await typed.json()]).toEqual([
      415,
      { detail: expect.stringMatching(/^Unsupported media type "text\/plain/) },
    ]);
    expect((await send('application/json', '{"content": ')).status).toBe(401);
  });

  it('deletes one chat, and all', async () => {
    const account = await register(parley.url);
    const [first, second] = [await newChat(account), await newChat(account)];
    const removed = await call(parley.url, `/api/chat/${first.id}`, {
      method: 'DELETE',
      token: account.accessToken,
    });
    expect(removed.status).toBe(204);
    expect((await api<Chat[]>('GET', '/chat/', undefined, account)).body.map(({ id }) => id)).toEqual([
      second.id,
    ]);
    expect(await api('DELETE', '/chat/', undefined, account)).toEqual({
      status: 200,
      body: { msg: 'All chats were deleted!' },
    });
    expect((await api('GET', '/chat/', undefined, account)).body).toEqual([]);
  });
});
