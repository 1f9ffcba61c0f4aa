import { randomUUID } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Used } from '../../scripts/support/used-installation.js';
import { createTestApp, type TestApp } from '../support/app.js';
import { call, callJson } from '../support/client.js';
import { createDatabase, redisUrl } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { installReleased, usedIn } from '../support/released.js';
import { textOf } from '../support/runs.js';
import { collectSse } from '../support/sse.js';

interface Message {
  content: string;
  sources?: { title: string; source: string; metadata: { quote: string } }[];
}

/** Released versions, of each of which an installation is kept in test/releases. */
const VERSIONS = readdirSync('test/releases')
  .filter((name) => name.endsWith('.backup'))
  .map((name) => name.replace('.backup', ''));

describe.each(VERSIONS)('an installation of version %s, started with this one', (version) => {
  let used: Used;
  let parley: TestApp;
  let token: string;
  let dataDir: string;
  let database: Awaited<ReturnType<typeof createDatabase>>;

  beforeAll(async () => {
    used = await usedIn(version);
    database = await createDatabase();
    dataDir = await mkdtemp(join(tmpdir(), 'parley-upgrade-'));
    await installReleased(version, { databaseUrl: database.url, redisUrl: redisUrl(), dataDir });
    parley = await createTestApp({ DATABASE_URL: database.url, DATA_DIR: dataDir });
    const { email, password } = used;
    const logIn = await callJson<{ access_token: string }>(parley.url, '/auth/login', {
      body: { email, password },
    });
    expect(logIn.status).toBe(200);
    token = logIn.body.access_token;
  }, 120_000);
  afterAll(async () => {
    await parley?.close();
    await database?.drop();
    await rm(dataDir, { recursive: true, force: true });
  });

  const get = async <T>(path: string) => (await callJson<T>(parley.url, path, { token })).body;
  const messages = async () =>
    (await get<{ messages: Message[] }>(`/conversations/${used.conversation}/messages`)).messages;

  it('has its conversations, and answers with their sources', async () => {
    const { items } = await get<{ items: { id: string }[] }>('/conversations');
    expect(items.map(({ id }) => id)).toEqual([used.conversation]);
    const shown = await messages();
    expect(shown.map(({ content }) => content)).toEqual(used.messages);
    const [source] = shown.at(-1)!.sources!;
    expect(source).toMatchObject({ title: used.file.name, metadata: { quote: used.quote } });
    expect(await (await call(parley.url, source!.source, { token })).text()).toBe(used.file.text);
  });

  it('has its uploads, and answers new questions from them', async () => {
    const { id, name } = used.file;
    // An upgrade may have documents indexed again.
    await eventually(
      async () =>
        expect(await get(`/attachments/${id}`)).toMatchObject({ filename: name, status: 'indexed' }),
      60_000,
    );
    const ask = async (conversation: string) => {
      const body = { message: 'When is the heat pump serviced?', conversation_id: conversation };
      const response = await call(parley.url, '/chat', { token, body });
      expect(response.status).toBe(200);
      return textOf(await collectSse(response));
    };
    expect(await ask(used.conversation)).toContain('every second March');
    expect((await messages()).length).toBe(used.messages.length + 2);
    expect(await ask(randomUUID())).toContain('every second March');
  });

  it('has its rooms', async () => {
    const path = `/v1/chat/sessions/${used.room}/messages`;
    const { messages: said } = await get<{ messages: Message[] }>(path);
    expect(said.map(({ content }) => content)).toEqual(used.roomMessages);
    expect(JSON.stringify(await get('/v1/chat/sessions'))).toContain(used.room);
  });
});
