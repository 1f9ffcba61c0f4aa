import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { Client } from 'pg';
import { VectorStoreError } from '../../src/adapters/vector-store/vector-store.js';
import { EmbeddingIndexes } from '../../src/ingestion/indexes/embedding-indexes.js';
import { ADMIN_SETTINGS, logInAsAdmin } from '../support/admin.js';
import { createTestApp, type TestApp } from '../support/app.js';
import { call, callJson, register, type Account } from '../support/client.js';
import { eventually } from '../support/eventually.js';
import { upload, uploaded } from '../support/upload.js';

interface Item {
  id: string;
  scope: string;
  owner_user_id: string | null;
  status: string;
  revision: number;
  filename: string;
}
interface Page {
  items: Item[];
  total: number;
  limit: number;
  offset: number;
}

const HANDBOOK = { name: 'handbook.md', bytes: '# Handbook\n\nEverybody has thirty days of leave a year.\n' };

describe('admins', () => {
  let parley: TestApp;
  let token: string;
  let ada: Account;
  let bob: Account;
  let adasFile: string;
  let bobsFile: string;

  beforeAll(async () => {
    parley = await createTestApp(ADMIN_SETTINGS);
    token = await logInAsAdmin(parley.url);
    [ada, bob] = await Promise.all([register(parley.url), register(parley.url)]);
    adasFile = await uploaded(parley.url, ada.accessToken, { name: 'ada.md', bytes: 'Notes on engines.' });
    bobsFile = await uploaded(parley.url, bob.accessToken, { name: 'bob.md', bytes: 'Notes on logic.' });
    await Promise.all([indexed(adasFile), indexed(bobsFile)]);
  });
  afterAll(async () => {
    await parley?.close();
  });

  const manage = <T = Record<string, unknown>>(path: string, body?: unknown, as = token) =>
    callJson<T>(parley.url, `/admin/${path}`, { method: 'POST', token: as, body });
  const list = async (filters?: object) => (await manage<Page>('uploads', filters)).body;
  const find = async (id: string) => (await callJson<Item>(parley.url, `/attachments/${id}`, { token })).body;
  const indexed = (id: string, revision = 1) =>
    eventually(async () => expect(await find(id)).toMatchObject({ status: 'indexed', revision }), 30_000);

  it.each(['uploads', 'ingest', 'reload', 'training-materials/sync'])(
    'alone may use /admin/%s, and others learn that before anything else',
    async (path) => {
      const wrong = { limit: 'x', target_ref: 7, id: 7 };
      expect((await callJson(parley.url, `/admin/${path}`, { body: wrong })).status).toBe(401);
      expect(await manage(path, wrong, ada.accessToken)).toEqual({
        status: 403,
        body: { detail: 'Admin only' },
      });
      const form = await upload(parley.url, `/admin/${path}`, ada.accessToken, HANDBOOK);
      expect([form.status, await form.json()]).toEqual([403, { detail: 'Admin only' }]);
    },
  );

  describe('listing uploads', () => {
    it('see those of all users, newest first, without a body as well', async () => {
      for (const body of [undefined, {}, { status: null, limit: null }]) {
        const { items, total, limit, offset } = await list(body);
        expect(items.filter(({ scope }) => scope === 'user').map(({ id }) => id)).toEqual([
          bobsFile,
          adasFile,
        ]);
        expect({ total, limit, offset }).toEqual({ total: items.length, limit: 50, offset: 0 });
      }
    });

    it('choose by owner, status and scope', async () => {
      const mine = await list({ owner_user_id: ada.id.toUpperCase() });
      expect(mine).toMatchObject({
        total: 1,
        items: [{ id: adasFile, owner_user_id: ada.id, filename: 'ada.md' }],
      });
      expect(await list({ owner_user_id: ada.id, status: 'failed' })).toMatchObject({ total: 0, items: [] });
      expect(await list({ owner_user_id: ada.id, status: 'indexed', scope: 'user' })).toMatchObject({
        total: 1,
      });
      expect(await list({ owner_user_id: ada.id, scope: 'system' })).toMatchObject({ total: 0 });
      expect(await list({ owner_user_id: randomUUID() })).toMatchObject({ total: 0, items: [] });
    });

    it('turn pages', async () => {
      const pages = [0, 1, 2].map((offset) => list({ scope: 'user', limit: 1, offset }));
      const [first, second, third] = await Promise.all(pages);
      expect(first).toMatchObject({ items: [{ id: bobsFile }], total: 2, limit: 1, offset: 0 });
      expect(second).toMatchObject({ items: [{ id: adasFile }], total: 2, offset: 1 });
      expect(third).toMatchObject({ items: [], total: 2 });
      expect(await list({ limit: 0 })).toMatchObject({ limit: 1, offset: 0 });
      expect(await list({ limit: 9_999, offset: 2 ** 31 - 1 })).toMatchObject({
        limit: 1_000,
        offset: 2 ** 31 - 1,
      });
    });

    it.each([
      ['owner_user_id', 'nobody'],
      ['status', 'done'],
      ['scope', 'mine'],
      ['limit', '10'],
      ['offset', 1.5],
      ['offset', -1],
      ['offset', 2 ** 40],
    ])('learn that %s cannot be %j', async (field, value) => {
      expect(await manage('uploads', { [field]: value })).toMatchObject({
        status: 422,
        body: { detail: [{ loc: ['body', field] }] },
      });
    });
  });

  describe('uploading for all users', () => {
    it('make a document that every user finds and only admins delete', async () => {
      const response = await upload(parley.url, '/admin/uploads', token, HANDBOOK);
      const body = (await response.json()) as Item;
      expect([response.status, body]).toEqual([
        201,
        {
          id: expect.any(String),
          attachment_id: body.id,
          status: 'pending',
          uri: `/attachments/${body.id}/raw`,
          filename: 'handbook.md',
          content_type: 'text/markdown',
          size: HANDBOOK.bytes.length,
          scope: 'system',
          caption: null,
        },
      ]);
      await indexed(body.id);
      const question = { message: 'How many days of leave does everybody have?', include_citations: true };
      for (const { accessToken } of [ada, bob]) {
        const answer = await call(parley.url, '/chat', { token: accessToken, body: question });
        expect(await answer.text()).toContain('thirty days');
        const raw = await call(parley.url, `/attachments/${body.id}/raw`, { token: accessToken });
        expect(await raw.text()).toBe(HANDBOOK.bytes);
      }

      const remove = (as: string) =>
        call(parley.url, `/attachments/${body.id}`, { method: 'DELETE', token: as });
      expect((await remove(ada.accessToken)).status).toBe(403);
      expect((await remove(token)).status).toBe(200);
      expect(await list({ scope: 'system' })).toMatchObject({ total: 0 });
    }, 60_000);

    it('make one document when the request is repeated with an Idempotency-Key', async () => {
      const send = async (bytes: string) => {
        const file = { name: 'rules.md', bytes };
        const key = { 'Idempotency-Key': 'rules' };
        const response = await upload(parley.url, '/admin/uploads', token, file, key);
        return { status: response.status, id: ((await response.json()) as Item).id };
      };
      const answers = await Promise.all([1, 2, 3].map(() => send('# Rules')));
      for (const answer of answers) expect(answer).toEqual({ status: 201, id: answers[0]!.id });
      expect((await send('# Other rules')).status).toBe(409);
      expect(await list({ scope: 'system' })).toMatchObject({ total: 1 });
      await call(parley.url, `/attachments/${answers[0]!.id}`, { method: 'DELETE', token });
    });

    it('get the issues of an invalid form', async () => {
      const empty = await fetch(`${parley.url}/admin/uploads`, {
        method: 'POST',
        headers: { Authorization: `Bearer ${token}` },
        body: formWith('document', 'x'),
      });
      expect([empty.status, await empty.json()]).toMatchObject([
        422,
        { detail: [{ loc: ['body', 'file'] }] },
      ]);
      const program = {
        name: 'x.md',
        bytes: Buffer.from('\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x02\0\x3e\0'),
      };
      expect((await upload(parley.url, '/admin/uploads', token, program)).status).toBe(415);
      expect(await list({ scope: 'system' })).toMatchObject({ total: 0 });
    });
  });

  describe('indexing anew', () => {
    it('queue one attachment, whosever it is', async () => {
      const { revision } = await find(adasFile);
      for (const [i, field] of ['attachment_id', 'id'].entries()) {
        const next = revision + i + 1;
        expect(await manage('ingest', { [field]: adasFile })).toEqual({
          status: 202,
          body: { status: 'queued', attachment_id: adasFile, job_id: `${adasFile}-${next}` },
        });
        await indexed(adasFile, next);
      }
    }, 60_000);

    it.each([randomUUID(), 'no-uuid', ''])('do not find %j', async (id) => {
      const answer = { status: 404, body: { detail: 'Attachment not found' } };
      expect(await manage('ingest', { attachment_id: id })).toEqual(answer);
      expect(await manage('ingest', { id })).toEqual(answer);
    });

    it('queue all without a body', async () => {
      const before = await Promise.all([adasFile, bobsFile].map(find));
      expect(await manage('ingest')).toEqual({ status: 202, body: { status: 'queued', count: 2 } });
      for (const { id, revision } of before) await indexed(id, revision + 1);
    }, 60_000);

    it.each([{ attachmentId: 'x' }, { attachment_id: null }, { id: 7 }, [], 'all'])(
      'never mean all with %j',
      async (body) => {
        const before = await find(bobsFile);
        expect((await manage('ingest', body)).status).toBe(422);
        expect((await find(bobsFile)).revision).toBe(before.revision);
      },
    );

    it('queue more than fit in one statement', async () => {
      const many = 2_500;
      const quiet = await createTestApp({ ...ADMIN_SETTINGS, INGESTION_WORKER: 'external' });
      const rows = new Client({ connectionString: quiet.databaseUrl });
      await rows.connect();
      try {
        await rows.query(
          `INSERT INTO attachments (id, scope, filename, content_type, size_bytes, sha256, status, error)
           SELECT gen_random_uuid(), 'system', 'x.md', 'text/markdown', 1, '', 'failed', 'It was odd.'
           FROM generate_series(1, $1)`,
          [many],
        );
        const { body } = await callJson(quiet.url, '/admin/ingest', {
          method: 'POST',
          token: await logInAsAdmin(quiet.url),
        });
        expect(body).toEqual({ status: 'queued', count: many });
        const { rows: counts } = await rows.query(
          'SELECT status, error, revision, count(*)::int FROM attachments GROUP BY 1, 2, 3',
        );
        expect(counts).toEqual([{ status: 'pending', error: null, revision: 2, count: many }]);
      } finally {
        // Nobody else is to work through these.
        await quiet.app.get(Redis).flushdb();
        await rows.end();
        await quiet.close();
      }
    }, 60_000);
  });

  describe('reloading the index', () => {
    it('get its counts', async () => {
      const { status, body } = await manage('reload');
      expect({ status, body }).toEqual({
        status: 200,
        body: { status: 'ok', collection: expect.any(String), points: 2, documents: 2 },
      });
    });

    it('get 503 when the store is unavailable', async () => {
      const { store: vectors } = (await parley.app.get(EmbeddingIndexes).current()).active;
      const reload = vectors.reload.bind(vectors);
      vectors.reload = () => Promise.reject(new VectorStoreError('connection refused'));
      try {
        const response = await call(parley.url, '/admin/reload', { method: 'POST', token });
        expect([response.status, await response.json()]).toEqual([
          503,
          { detail: 'The vector store is unavailable' },
        ]);
        expect(response.headers.get('retry-after')).toBe('2');
      } finally {
        vectors.reload = reload;
      }
    });
  });
});

function formWith(field: string, content: string): FormData {
  const form = new FormData();
  form.append(field, new Blob([content]), 'x.md');
  return form;
}
