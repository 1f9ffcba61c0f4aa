import { randomUUID } from 'node:crypto';
import { hash } from '@node-rs/argon2';
import { DataSource } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { migrations } from '../../migrations/index.js';
import { MessageTree1795200001710 } from '../../migrations/1795200001710-message-tree.js';
import { createTestApp, type TestApp } from '../support/app.js';
import { call, callJson } from '../support/client.js';
import { createDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { collectSse } from '../support/sse.js';

const PASSWORD = 'correct horse battery';

/** A message as it was stored before messages were a tree. */
interface OldMessage {
  role: 'user' | 'assistant';
  content: string;
  status?: 'complete' | 'partial';
}

/** A database that was filled before conversations had branches, brought up to date by the start of the program. */
describe('a database from before there were branches', () => {
  const database = createDatabase();
  const email = `${randomUUID()}@example.com`;
  const talk = randomUUID();
  const unanswered = randomUUID();
  const orphaned = randomUUID();
  let parley: TestApp;
  let token: string;

  beforeAll(async () => {
    const { url } = await database;
    const before = migrations.slice(0, migrations.indexOf(MessageTree1795200001710));
    const old = await new DataSource({ type: 'postgres', url, migrations: before }).initialize();
    await old.runMigrations();
    const ownerId = uuidv7();
    await old.query(
      `INSERT INTO users (id, email, email_key, password_hash, conversations_opened) VALUES ($1, $2, $2, $3, 4)`,
      [ownerId, email, await hash(PASSWORD)],
    );
    await fill(old, { ownerId, clientId: talk, number: 1 }, 'complete', [
      { role: 'user', content: 'My name is Zelda.' },
      { role: 'assistant', content: 'Hello, Zelda.' },
      { role: 'user', content: 'I keep bees near Marrakesh.' },
      { role: 'assistant', content: 'How many hives?', status: 'partial' },
    ]);
    await fill(old, { ownerId, clientId: unanswered, number: 2 }, 'failed', [
      { role: 'user', content: 'Is anybody there?' },
    ]);
    await fill(old, { ownerId, clientId: orphaned, number: 3 }, 'streaming', [
      { role: 'user', content: 'Count!' },
    ]);
    await fill(old, { ownerId, clientId: randomUUID(), number: 4 }, 'complete', []);
    await old.destroy();
    parley = await createTestApp({ DATABASE_URL: url });
    const logIn = await callJson<{ access_token: string }>(parley.url, '/auth/login', {
      body: { email, password: PASSWORD },
    });
    token = logIn.body.access_token;
  });
  afterAll(async () => {
    await parley?.close();
    await (await database).drop();
  });

  /** The tables in the old form; the reply's id is none of the run. */
  async function fill(
    old: DataSource,
    { ownerId, clientId, number }: { ownerId: string; clientId: string; number: number },
    status: string,
    messages: readonly OldMessage[],
  ): Promise<void> {
    const id = uuidv7();
    await old.query(
      `INSERT INTO conversations (id, owner_id, client_id, number, title, agent, message_count, state)
       VALUES ($1, $2, $3, $4, $5, 'assistant', $6, '{"kept": true}')`,
      [id, ownerId, clientId, number, messages[0]?.content ?? null, messages.length],
    );
    let runId = '';
    for (const [i, { role, content, status: written = 'complete' }] of messages.entries()) {
      if (role === 'user') {
        runId = uuidv7();
        await old.query(
          `INSERT INTO runs (id, conversation_id, status, producer, lease_until, position, finished_at)
           VALUES ($1, $2, $3, $4, now() - interval '1 hour', $5, CASE WHEN $3 = 'streaming' THEN NULL ELSE now() END)`,
          [runId, id, status, randomUUID(), i + 1],
        );
      }
      await old.query(
        `INSERT INTO messages (id, conversation_id, position, role, content, status, run_id)
         VALUES ($1, $2, $3, $4, $5, $6, $7)`,
        [uuidv7(), id, i + 1, role, content, written, runId],
      );
    }
  }

  const get = async <T>(path: string) => (await callJson<T>(parley.url, path, { token })).body;
  const messagesOf = (id: string) =>
    get<{ messages: { id: string; content: string; role: string }[] }>(`/conversations/${id}/messages`);
  const said = async (id: string) => (await messagesOf(id)).messages.map(({ content }) => content);
  const ask = async (id: string, message: string) =>
    collectSse(
      await call(parley.url, '/chat', {
        token,
        body: { conversation_id: id, message, include_citations: false },
      }),
    );
  const TALK = [
    'My name is Zelda.',
    'Hello, Zelda.',
    'I keep bees near Marrakesh.',
    'How many hives?',
  ] as const;

  it('shows the same conversations on every surface', async () => {
    const { items } = await get<{ items: { id: string; message_count: number }[] }>('/conversations');
    expect(items).toHaveLength(4);
    expect(await said(talk)).toEqual(TALK);
    const s1 = await get<{ content: string; bot_response: string }[]>('/api/chat/1/messages');
    expect(s1.flatMap(({ content, bot_response }) => [content, bot_response])).toEqual(TALK);
    const ui = await get<{ messages: { parts: { text?: string }[] }[] }>(`/api/ai/chat/${talk}/messages`);
    expect(ui.messages.map(({ parts }) => parts.at(-1)!.text)).toEqual(TALK);
    const found = await get<{ items: { conversation_id: string }[] }>('/conversations/search?q=marrakesh');
    expect(found.items).toMatchObject([{ conversation_id: talk }]);
    expect(await said(unanswered)).toEqual(['Is anybody there?']);
  });

  it('ends an answer whose process died before the change', async () => {
    await eventually(async () => {
      await ask(orphaned, 'Are you there?');
      expect((await said(orphaned)).slice(0, 1)).toEqual(['Count!']);
      expect((await said(orphaned)).at(-2)).toBe('Are you there?');
    }, 30_000);
  });

  it('continues a conversation, and makes branches of old messages', async () => {
    await ask(talk, 'What is my name?');
    const after = await said(talk);
    expect(after.slice(0, 5)).toEqual([...TALK, 'What is my name?']);
    expect(after[5]).toContain('Zelda');

    const { messages } = await messagesOf(talk);
    const edit = await call(parley.url, `/conversations/${talk}/messages/${messages[2]!.id}/edit`, {
      token,
      body: { message: 'I keep goats.' },
    });
    await edit.text();
    expect((await said(talk)).slice(0, 3)).toEqual(['My name is Zelda.', 'Hello, Zelda.', 'I keep goats.']);
    const again = await call(parley.url, `/conversations/${talk}/messages/${messages[1]!.id}/regenerate`, {
      token,
      body: {},
    });
    await again.text();
    expect(await said(talk)).toHaveLength(2);
    const tree = await get<{ messages: { content: string }[] }>(
      `/conversations/${talk}/messages?tree=1&limit=100`,
    );
    const all = tree.messages.map(({ content }) => content);
    expect(all).toEqual(expect.arrayContaining([...TALK, 'What is my name?', 'I keep goats.']));
    const moved = await callJson(parley.url, `/conversations/${talk}/head`, {
      method: 'PUT',
      token,
      body: { message_id: messages[3]!.id },
    });
    expect(moved.status).toBe(200);
    expect(await said(talk)).toEqual(TALK);
  });
});
