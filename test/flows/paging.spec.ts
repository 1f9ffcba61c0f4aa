import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { createTestApp, type TestApp } from '../support/app.js';
import { call, register, type Account } from '../support/client.js';
import { uploaded } from '../support/upload.js';

const CONVERSATIONS = 45;
const MESSAGES = 600;

/** A list as its own clients read it. */
interface List {
  name: string;
  path: string;
  limit: number;
  /** What identifies its items, in the order of the list. */
  idsOf(body: never): string[];
}
interface ReadPage {
  ids: string[];
  /** Path of the next page, as the body or the `Link` header says. */
  next: string | null;
}

describe('lists of many pages', () => {
  let parley: TestApp;
  let me: Account;
  const clientIds = Array.from({ length: CONVERSATIONS }, () => randomUUID());
  const long = clientIds[0]!;

  beforeAll(async () => {
    parley = await createTestApp({ INGESTION_WORKER: 'external' });
    me = await register(parley.url);
    const database = new Client({ connectionString: parley.databaseUrl });
    await database.connect();
    await database.query(
      `INSERT INTO conversations (id, owner_id, client_id, number, agent, title, created_at, last_message_at)
       SELECT gen_random_uuid(), $1, client_id, n, 'assistant', 'number ' || n, now() - interval '1 day',
         now() - interval '1 day' + n * interval '1 second'
       FROM unnest($2::text[]) WITH ORDINALITY AS given (client_id, n)`,
      [me.id, clientIds],
    );
    await database.query(`SELECT setval('conversations_number_seq', $1)`, [CONVERSATIONS]);
    await database.query(
      `INSERT INTO messages (id, conversation_id, position, role, content, run_id, created_at)
       SELECT gen_random_uuid(), c.id, n, CASE WHEN n % 2 = 1 THEN 'user' ELSE 'assistant' END, 'message ' || n,
         ('00000000-0000-4000-8000-' || lpad(((n + 1) / 2)::text, 12, '0'))::uuid, c.last_message_at
       FROM conversations c, generate_series(1, CASE WHEN c.client_id = $1 THEN $2::int ELSE 2 END) AS n`,
      [long, MESSAGES],
    );
    await database.query(
      'UPDATE conversations SET message_count = CASE WHEN client_id = $1 THEN $2::int ELSE 2 END',
      [long, MESSAGES],
    );
    await database.end();
  });
  afterAll(() => parley?.close());

  const get = (path: string) => call(parley.url, path, { token: me.accessToken });
  const read = async ({ idsOf }: List, path: string): Promise<ReadPage> => {
    const response = await get(path);
    const body = (await response.json()) as { next?: string | null };
    expect([path, body, response.status]).toEqual([path, body, 200]);
    const link = /<([^>]+)>; rel="next"/.exec(response.headers.get('link') ?? '')?.[1];
    const { pathname } = new URL(path, parley.url);
    const limit = new URL(path, parley.url).searchParams.get('limit');
    const next = body.next ? `${pathname}?limit=${limit}&cursor=${body.next}` : link && pathname + link;
    return { ids: idsOf(body as never), next: next ?? null };
  };
  /** All pages, and what is done after the first. */
  const readAll = async (list: List, afterFirst = async () => {}): Promise<string[][]> => {
    const pages = [];
    for (let path: string | null = `${list.path}?limit=${list.limit}`; path;) {
      const page: ReadPage = await read(list, path);
      pages.push(page.ids);
      if (pages.length === 1) await afterFirst();
      path = page.next;
    }
    return pages;
  };

  const conversations: List[] = [
    {
      name: 'S0',
      path: '/chat/sessions',
      limit: 20,
      idsOf: ({ items }: { items: { session_id: string }[] }) => items.map((item) => item.session_id),
    },
    {
      name: 'S1',
      path: '/api/chat/',
      limit: 20,
      idsOf: (chats: { id: number }[]) => chats.map(({ id }) => clientIds[id - 1]!),
    },
    {
      name: 'S3',
      path: '/history/',
      limit: 20,
      idsOf: (chats: { conversation_id: string }[]) => chats.map((chat) => chat.conversation_id),
    },
    {
      name: 'S4',
      path: '/conversations',
      limit: 20,
      idsOf: ({ items }: { items: { id: string }[] }) => items.map(({ id }) => id),
    },
  ];

  it.each(conversations)('$name: shows every conversation once, whatever moves meanwhile', async (list) => {
    const before = (await read(list, `${list.path}?limit=100`)).ids;
    expect(before).toHaveLength(CONVERSATIONS);
    const pages = await readAll(list, async () => {
      // One that the first page showed, and one that is still to come.
      for (const conversation_id of [before[3]!, before.at(-4)!])
        await (
          await call(parley.url, '/chat', { token: me.accessToken, body: { message: 'up', conversation_id } })
        ).text();
    });
    expect(pages.flat()).toEqual(before);
    expect(pages.map(({ length }) => length)).toEqual([20, 20, 5]);
  });

  const messages = (path: string): Omit<List, 'name' | 'limit'> => ({
    path,
    idsOf: (body: { content?: string; message?: string }[] | { messages: { content: string }[] }) =>
      (Array.isArray(body) ? body : body.messages).map(
        (item: { content?: string; message?: string }) => item.content ?? item.message ?? '',
      ),
  });
  const numbers = (count: number, step = 1) =>
    Array.from({ length: count }, (_item, i) => `message ${i * step + 1}`);
  it.each<[name: string, path: () => string, limit: number, all: string[]]>([
    ['S0', () => `/chat/${long}/history`, 250, numbers(MESSAGES)],
    ['S1', () => '/api/chat/1/messages', 125, numbers(MESSAGES / 2, 2)],
    ['S3', () => `/get_history_conversation/${long}`, 250, numbers(MESSAGES)],
    ['S4', () => `/conversations/${long}/messages`, 250, numbers(MESSAGES)],
  ])('%s: reads a conversation back to its first message', async (name, path, limit, all) => {
    const pages = await readAll({ name, limit, ...messages(path()) });
    expect(pages).toHaveLength(3);
    expect(pages.toReversed().flat().slice(0, all.length)).toEqual(all);
    // The newest page comes first.
    expect(pages[0]!.at(-1)).toBe(all.at(-1));
  });

  it('S4: shows every attachment once, while others are added and deleted', async () => {
    const put = (name: string) =>
      uploaded(parley.url, me.accessToken, { name, bytes: `the text of ${name}` });
    const ids: string[] = [];
    for (let i = 0; i < 5; i += 1) ids.unshift(await put(`${i}.txt`));
    const list: List = {
      name: 'S4',
      path: '/attachments',
      limit: 2,
      idsOf: ({ items }: { items: { id: string }[] }) => items.map(({ id }) => id),
    };
    const pages = await readAll(list, async () => {
      await put('new.txt');
      await call(parley.url, `/attachments/${ids[1]}`, { method: 'DELETE', token: me.accessToken });
    });
    expect(pages).toEqual([ids.slice(0, 2), ids.slice(2, 4), ids.slice(4)]);
  });

  it.each([
    ['/chat/sessions', 422],
    ['/history/', 422],
    ['/conversations', 422],
    ['/attachments', 422],
    [`/conversations/${long}/messages`, 422],
    ['/api/chat/', 400],
    ['/api/chat/1/messages', 400],
  ])('refuses an invalid cursor: %s', async (path, status) => {
    const places = [
      'x',
      '',
      'bnVsbA',
      Buffer.from('["2026-99-01T00:00:00Z","2026-01-01T00:00:00Z",1]').toString('base64url'),
    ];
    for (const cursor of places) {
      const response = await get(`${path}?cursor=${cursor}`);
      expect([cursor, response.status]).toEqual([cursor, status]);
      expect(JSON.stringify(await response.json())).toContain('cursor');
    }
  });
});
