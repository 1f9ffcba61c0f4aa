import { Client } from 'pg';
import { Config } from '../../src/config/config.js';
import { IngestionSweep } from '../../src/ingestion/ingestion-sweep.js';
import { createTestApp, type TestApp } from '../support/app.js';
import { call, callJson, register, type Account } from '../support/client.js';
import { eventually } from '../support/eventually.js';
import { embed, FakeOpenAi } from '../support/fake-openai.js';
import { heldEmbeddings } from '../support/held.js';
import { filesIn, upload, uploaded } from '../support/upload.js';

const ADMIN = { ADMIN_EMAIL: 'admin@example.com', ADMIN_PASSWORD: 'correct horse battery' };
const INDEXED_MS = 20_000;
const CLEARED_MS = 20_000;
/** Embeddings are given up after 20 s, and the worker is free again. */
const WHILE_BUSY_MS = 10_000;

/** A text of so many paragraphs, no two of which are alike. */
const long = (about: string, paragraphs: number) =>
  Array.from({ length: paragraphs }, (_item, i) => `Paragraph ${i} about ${about}. `.repeat(12)).join('\n\n');

describe('what is deleted', () => {
  let model: FakeOpenAi;
  let parley: TestApp;
  let db: Client;
  let admin: string;
  let me: Account;

  beforeAll(async () => {
    model = await FakeOpenAi.start();
    parley = await createTestApp({
      ...ADMIN,
      OPENAI_BASE_URL: model.url,
      OPENAI_API_KEY: 'a-key-of-the-tests',
      OPENAI_EMBEDDING_MODEL: 'words',
    });
    db = new Client({ connectionString: parley.databaseUrl });
    await db.connect();
    const { body } = await callJson<{ access_token: string }>(parley.url, '/auth/login', {
      body: { email: ADMIN.ADMIN_EMAIL, password: ADMIN.ADMIN_PASSWORD },
    });
    admin = body.access_token;
  });
  beforeEach(async () => {
    me = await register(parley.url);
  });
  afterAll(async () => {
    await db?.end();
    await parley?.close();
    await model?.close();
  });

  const put = (name: string, bytes: string) => uploaded(parley.url, me.accessToken, { name, bytes });
  const remove = async (path: string, token = me.accessToken) =>
    (await call(parley.url, path, { method: 'DELETE', token })).status;
  const idsOfMine = async () => {
    const { body } = await callJson<{ items: { id: string }[] }>(parley.url, '/attachments', {
      token: me.accessToken,
    });
    return body.items.map(({ id }) => id);
  };
  const indexed = (id: string) =>
    eventually(async () => {
      const { body } = await callJson(parley.url, `/attachments/${id}`, { token: me.accessToken });
      expect(body).toMatchObject({ status: 'indexed', error: null });
    }, INDEXED_MS);

  /**
   * Where something of an attachment still is: tables, whatever they are, and files. That there was a document is
   * remembered in `vector_documents` for other replicas; its points are in a table of their own.
   */
  async function tracesOf(id: string): Promise<string[]> {
    const { rows } = await db.query<{ table: string; column: string }>(
      `SELECT table_name AS table, column_name AS column FROM information_schema.columns
       WHERE table_schema = 'public' AND table_name <> 'vector_documents' AND (column_name = 'attachment_id' OR table_name = 'attachments' AND column_name = 'id')`,
    );
    const traces = (await filesIn(parley, 'blobs')).filter((file) => file.includes(id));
    for (const { table, column } of rows) {
      const found = await db.query(`SELECT FROM ${table} WHERE ${column} = $1`, [id]);
      if (found.rowCount) traces.push(`${found.rowCount} of ${table}`);
    }
    return traces;
  }

  const expectNoTrace = (ids: string[]) =>
    eventually(async () => {
      for (const id of ids) expect(await tracesOf(id)).toEqual([]);
      const { rows } = await db.query(
        'SELECT FROM embedding_cache e WHERE NOT EXISTS (SELECT FROM chunks c WHERE c.hash = e.hash)',
      );
      expect(rows).toHaveLength(0);
    }, CLEARED_MS);

  it('leaves nothing of an attachment, and everything of others', async () => {
    const [kept, gone] = [
      await put('kept.txt', long('whales', 3)),
      await put('gone.txt', long('deserts', 3)),
    ];
    await indexed(kept);
    await indexed(gone);
    const before = await tracesOf(kept);
    expect((await tracesOf(gone)).length).toBe(before.length);
    expect(before.length).toBeGreaterThan(2);

    expect(await remove(`/attachments/${gone}`)).toBe(200);
    expect(await idsOfMine()).toEqual([kept]);
    for (const rest of ['', '/raw', '/text'])
      expect((await call(parley.url, `/attachments/${gone}${rest}`, { token: me.accessToken })).status).toBe(
        404,
      );
    expect(await remove(`/attachments/${gone}`)).toBe(404);
    await expectNoTrace([gone]);
    expect((await tracesOf(kept)).length).toBe(before.length);
  });

  it('leaves nothing of the files of a conversation', async () => {
    const elsewhere = await put('elsewhere.txt', long('rivers', 2));
    for (const name of ['one.txt', 'two.txt'])
      await upload(parley.url, '/upload/desk', me.accessToken, { name, bytes: long(name, 2) });
    const ids = (await idsOfMine()).filter((id) => id !== elsewhere);
    expect(ids).toHaveLength(2);
    for (const id of ids) await indexed(id);

    expect(await remove('/conversations/desk')).toBe(200);
    expect(await idsOfMine()).toEqual([elsewhere]);
    const table = await callJson(parley.url, '/db/desk', { token: me.accessToken });
    expect(table.body).toEqual([]);
    await expectNoTrace(ids);
  });

  it('keeps the row of a running table whose file is deleted', async () => {
    await upload(parley.url, '/upload/desk', me.accessToken, { name: 'one.txt', bytes: 'some text' });
    const [id] = (await idsOfMine()) as [string];
    expect(await remove(`/attachments/${id}`)).toBe(200);
    const table = await callJson(parley.url, '/db/desk', { token: me.accessToken });
    expect(table.body).toEqual([expect.objectContaining({ rowid: 1, type: 'userinput' })]);
    const next = await upload(parley.url, '/upload/desk', me.accessToken, {
      name: 'two.txt',
      bytes: 'more text',
    });
    expect(await next.json()).toMatchObject({ file_path_db_rowid: 2 });
    await expectNoTrace([id]);
  });

  it('leaves nothing of an account', async () => {
    await put('mine.txt', long('islands', 3));
    await upload(parley.url, '/upload/desk', me.accessToken, { name: 'desk.txt', bytes: long('desks', 3) });
    const ids = await idsOfMine();
    for (const id of ids) await indexed(id);
    expect(await remove(`/users/${me.id}`, admin)).toBe(204);
    await expectNoTrace(ids);
    const { rows } = await db.query('SELECT FROM conversations WHERE owner_id = $1', [me.id]);
    expect(rows).toHaveLength(0);
  });

  it('leaves nothing of a document that is being read', async () => {
    let release = () => {};
    const gate = new Promise<void>((resolve) => (release = resolve));
    model.replyToEmbeddings(async (response, request) => (await gate, embed()(response, request)));
    const ids = await Promise.all([0, 1, 2, 3].map((i) => put(`${i}.txt`, long(`matter ${i}`, 20))));
    await eventually(async () => {
      const { rows } = await db.query('SELECT FROM chunks WHERE attachment_id = ANY($1)', [ids]);
      expect(rows.length).toBeGreaterThan(0);
    }, INDEXED_MS);
    for (const id of ids) expect(await remove(`/attachments/${id}`)).toBe(200);
    release();
    await expectNoTrace(ids);
  });
});

describe('deletion through another process, without a sweep and with every worker busy', () => {
  let model: FakeOpenAi;
  let worker: TestApp;
  let api: TestApp;
  let db: Client;
  let admin: string;
  let me: Account;
  let release: () => void;

  beforeAll(async () => {
    model = await FakeOpenAi.start();
    const settings = { ...ADMIN, OPENAI_BASE_URL: model.url, OPENAI_EMBEDDING_MODEL: 'words' };
    worker = await createTestApp({ ...settings, INGESTION_CONCURRENCY: '1' });
    await worker.app.get(IngestionSweep).onModuleDestroy();
    api = await createTestApp({
      ...settings,
      DATABASE_URL: worker.databaseUrl,
      DATA_DIR: worker.app.get(Config).dataDir,
      INGESTION_WORKER: 'external',
    });
    db = new Client({ connectionString: worker.databaseUrl });
    await db.connect();
    const { body } = await callJson<{ access_token: string }>(api.url, '/auth/login', {
      body: { email: ADMIN.ADMIN_EMAIL, password: ADMIN.ADMIN_PASSWORD },
    });
    admin = body.access_token;
  });
  beforeEach(async () => {
    me = await register(api.url);
    const gate = heldEmbeddings();
    model.replyToEmbeddings(gate.play);
    release = gate.release;
  });
  afterEach(() => release());
  afterAll(async () => {
    await db?.end();
    await api?.close();
    await worker?.close();
    await model?.close();
  });

  it.each([
    ['an attachment', (id: string) => `/attachments/${id}`],
    ['a conversation', () => '/conversations/desk'],
    ['an account', () => `/users/${me.id}`],
  ])('is purged: %s', async (what, pathOf) => {
    const stranger = await register(api.url);
    const busy = await uploaded(api.url, stranger.accessToken, {
      name: 'busy.txt',
      bytes: long(`bees and ${what}`, 20),
    });
    await eventually(async () => {
      const { rowCount } = await db.query('SELECT FROM chunks WHERE attachment_id = $1', [busy]);
      expect(rowCount).toBeGreaterThan(0);
    }, INDEXED_MS);
    const file = { name: 'gone.txt', bytes: long('deserts', 3) };
    await upload(api.url, '/upload/desk', me.accessToken, file);
    const { body } = await callJson<{ items: { id: string }[] }>(api.url, '/attachments', {
      token: me.accessToken,
    });
    const id = body.items[0]!.id;
    const blobs = async () => (await filesIn(worker, 'blobs')).filter((name) => name.includes(id));
    expect(await blobs()).toHaveLength(1);

    const token = what === 'an account' ? admin : me.accessToken;
    expect((await call(api.url, pathOf(id), { method: 'DELETE', token })).ok).toBe(true);
    await eventually(async () => {
      const { rowCount } = await db.query('SELECT FROM discarded_attachments');
      expect([rowCount, await blobs()]).toEqual([0, []]);
    }, WHILE_BUSY_MS);
  });
});
