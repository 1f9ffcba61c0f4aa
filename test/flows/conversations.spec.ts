import { randomUUID } from 'node:crypto';
import { createTestApp, type TestApp } from '../support/app.js';
import { call, callJson, register, type Account } from '../support/client.js';

interface Hit {
  conversation_id: string;
  message_id: string;
  role: string;
  snippet: { text: string; marks: [number, number][] };
  rank: number;
}
interface Hits {
  items: Hit[];
  next: string | null;
  is_complete: boolean;
}

describe('conversations of an owner', () => {
  let parley: TestApp;
  let me: Account;

  beforeAll(async () => {
    parley = await createTestApp({ SHARES: 'on' });
    me = await register(parley.url);
  });
  afterAll(() => parley?.close());

  const request = <T = Record<string, unknown>>(
    path: string,
    options: NonNullable<Parameters<typeof callJson>[2]> = {},
  ) => callJson<T>(parley.url, path, { token: me.accessToken, ...options });
  const open = async (account = me) => {
    const chat = await request<{ id: number }>('/api/chat/', { body: {}, token: account.accessToken });
    expect(chat.status).toBe(201);
    const { body } = await request<{ items: { id: string }[] }>('/conversations?limit=1', {
      token: account.accessToken,
    });
    return body.items[0]!.id;
  };
  const put = (id: string, content: string, role = 'assistant', token = me.accessToken) =>
    request(`/conversations/${id}/messages`, { body: { role, content }, token });
  const search = async (query: Record<string, string>, token = me.accessToken) =>
    (await request<Hits>(`/conversations/search?${new URLSearchParams(query).toString()}`, { token })).body;
  /** What was found, with its marks in brackets. */
  const found = async (q: string, account = me) =>
    (await search({ q }, account.accessToken)).items.map(({ snippet: { text, marks } }) =>
      marks.toReversed().reduce((shown, [start, end]) => {
        return `${shown.slice(0, start)}[${shown.slice(start, end)}]${shown.slice(end)}`;
      }, text),
    );

  describe('searching', () => {
    let id: string;
    let other: Account;

    beforeAll(async () => {
      other = await register(parley.url);
      id = await open();
      await put(id, 'Everybody has thirty days of leave a year.');
      await put(id, 'Parental leave: fourteen weeks. Days of leave are not counted.', 'user');
      await put(id, 'これは黒猫です。白い猫もいる。');
      await put(id, 'Die Größe des TX-204 ist 12,5 cm, laut Résumé.');
      await put(await open(other), 'Strangers have leave, too.', 'user', other.accessToken);
    });

    it.each([
      ['THIRTY', ['Everybody has [thirty] days of leave a year.']],
      ['"days of leave" -parental', ['Everybody has thirty [days] [of] [leave] a year.']],
      ['fourteen or thirty', 2],
      ['黒猫', ['これは[黒猫]です。白い[猫]もいる。']],
      ['grosse resume', ['Die [Größe] des TX-204 ist 12,5 cm, laut [Résumé].']],
      ['tx-204', ['Die Größe des [TX]-[204] ist 12,5 cm, laut Résumé.']],
      ['strangers', []],
      ['?!', []],
      ["'; DROP TABLE messages; --", []],
    ] as [string, string[] | number][])('finds by %s', async (query, expected) => {
      const hits = await found(query);
      if (typeof expected === 'number') expect(hits).toHaveLength(expected);
      else expect(hits).toEqual(expected);
    });

    it('finds the newest messages, and no deleted ones', async () => {
      const later = await open();
      await put(later, 'An ephemeral remark.');
      expect(await found('ephemeral')).toHaveLength(1);
      await put(later, 'Another ephemeral remark.');
      expect(await found('ephemeral')).toHaveLength(2);
      expect((await request(`/conversations/${later}`, { method: 'DELETE' })).status).toBe(200);
      expect(await found('ephemeral')).toEqual([]);
      expect(await found('leave', other)).toEqual(['Strangers have [leave], too.']);
    });

    it('continues after a page', async () => {
      const first = await search({ q: 'leave or 猫 or grosse', limit: '3' });
      expect(first).toMatchObject({ is_complete: true, next: expect.any(String) });
      const rest = await search({ q: 'leave or 猫 or grosse', limit: '3', cursor: first.next! });
      expect([first.items.length, rest.items.length, rest.next]).toEqual([3, 1, null]);
      const ids = [...first.items, ...rest.items].map(({ message_id }) => message_id);
      expect(new Set(ids).size).toBe(4);
      expect(first.items.map(({ rank }) => rank)).toEqual(
        first.items.map(({ rank }) => rank).toSorted((a, b) => b - a),
      );
    });

    it.each([
      ['', 'q'],
      ['q=x&limit=0', 'limit'],
      ['q=x&cursor=nonsense', 'cursor'],
      ['q=x&from=yesterday', 'from'],
      ['q=x&agent=nobody', 'agent'],
    ])('refuses "%s", naming the parameter', async (query, field) => {
      expect(await request(`/conversations/search?${query}`)).toMatchObject({
        status: 422,
        body: { detail: [{ loc: ['query', field] }] },
      });
    });

    it('keeps to a time and an agent', async () => {
      const tomorrow = new Date(Date.now() + 86_400_000).toISOString();
      expect((await search({ q: 'leave', from: tomorrow })).items).toEqual([]);
      expect((await search({ q: 'leave', agent: 'movie-finder' })).items).toHaveLength(2);
      expect((await search({ q: 'leave', agent: 'assistant' })).items).toEqual([]);
    });
  });

  it('are renamed and pinned', async () => {
    const id = await open();
    const change = (body: object, token = me.accessToken) =>
      request(`/conversations/${id}`, { method: 'PATCH', body, token });
    expect(await change({ title: 'Parental leave', pinned: true })).toMatchObject({
      status: 200,
      body: { id, title: 'Parental leave', pinned: true },
    });
    expect((await change({})).body).toMatchObject({ title: 'Parental leave', pinned: true });
    const list = await request<{ items: { id: string; pinned?: boolean }[] }>('/conversations');
    expect(list.body.items.filter(({ pinned }) => pinned).map((item) => item.id)).toEqual([id]);
    const idsOf = async (query: string) =>
      (await request<{ items: { id: string }[] }>(`/conversations?${query}`)).body.items.map(
        (item) => item.id,
      );
    expect(await idsOf('pinned=true')).toEqual([id]);
    const all = await idsOf('limit=200');
    expect(await idsOf('pinned=false&limit=200')).toEqual(all.filter((one) => one !== id));
    expect((await request('/conversations?pinned=yes')).status).toBe(422);
    expect((await change({ pinned: false })).body).toMatchObject({ title: 'Parental leave', pinned: false });
    for (const title of ['', '\u200b', 'x'.repeat(256), 7])
      expect(await change({ title })).toMatchObject({
        status: 422,
        body: { detail: [{ loc: ['body', 'title'] }] },
      });
    // What is shown in lists cannot turn the text around it.
    expect((await change({ title: '\u202egpj.yadiloh\u202c' })).body).toMatchObject({ title: 'gpj.yadiloh' });
    const chat = await request('/api/chat/', { body: { title: '\u2067A film' } });
    expect(chat.body).toMatchObject({ title: 'A film' });
    const { accessToken } = await register(parley.url);
    expect((await change({ title: 'mine' }, accessToken)).status).toBe(404);
  });

  it('take messages from outside, any number of them concurrently', async () => {
    const id = await open();
    const answers = await Promise.all(Array.from({ length: 200 }, (_, i) => put(id, `message ${i}`)));
    expect(answers.filter(({ status }) => status !== 201)).toEqual([]);
    const { body } = await request<{ messages: { id: string; siblings: string[]; is_shown: boolean }[] }>(
      `/conversations/${id}/messages?tree=1&limit=500`,
    );
    expect(body.messages).toHaveLength(200);
    expect(body.messages.every(({ siblings, is_shown }) => siblings.length === 1 && is_shown)).toBe(true);
    expect((await put(randomUUID(), 'nowhere')).status).toBe(404);
    expect(await put(id, 'as the system', 'system')).toMatchObject({
      status: 422,
      body: { detail: [{ loc: ['body', 'role'] }] },
    });
  });

  it('are shared as they are, until that is revoked', async () => {
    const id = await open();
    expect((await request(`/conversations/${id}/shares`, { body: {} })).status).toBe(404);
    await put(id, 'How much leave is there?', 'user');
    await put(id, 'Thirty days.');
    const share = await request<{ id: string; token: string; url: string; head_id: string }>(
      `/conversations/${id}/shares`,
      { body: {} },
    );
    expect(share).toMatchObject({ status: 201, body: { has_password: false, expires_at: null } });
    await put(id, 'Written later.');
    const read = (token: string, headers = {}) =>
      callJson<{ messages: { content: string }[] }>(parley.url, `/shared/${token}`, { headers });
    expect(share.body.url).toMatch(new RegExp(`/shared/${share.body.token}$`));
    expect((await read(share.body.token)).body.messages.map(({ content }) => content)).toEqual([
      'How much leave is there?',
      'Thirty days.',
    ]);

    const secret = await request<{ token: string }>(`/conversations/${id}/shares`, {
      body: { password: 'open sesame', expires_in: 60 },
    });
    expect((await read(secret.body.token)).status).toBe(401);
    expect((await read(secret.body.token, { 'X-Share-Password': 'open barley' })).status).toBe(401);
    expect((await read(secret.body.token, { 'X-Share-Password': 'open sesame' })).body.messages).toHaveLength(
      3,
    );

    const list = await request<{ items: { id: string; token?: string }[] }>(`/conversations/${id}/shares`);
    expect(list.body.items).toHaveLength(2);
    expect(list.body.items.some((item) => 'token' in item)).toBe(false);
    const stranger = (await register(parley.url)).accessToken;
    const revoke = (token: string) =>
      call(parley.url, `/conversations/${id}/shares/${share.body.id}`, { method: 'DELETE', token });
    expect((await revoke(stranger)).status).toBe(404);
    expect((await revoke(me.accessToken)).status).toBe(204);
    expect((await read(share.body.token)).status).toBe(404);
    expect((await request(`/conversations/${id}`, { method: 'DELETE' })).status).toBe(200);
    expect((await read(secret.body.token, { 'X-Share-Password': 'open sesame' })).status).toBe(404);
    expect(
      await request(`/conversations/${id}/shares`, { body: { password: 'short', expires_in: 60 } }),
    ).toMatchObject({ status: 422, body: { detail: [{ loc: ['body', 'password'] }] } });
  });
});
