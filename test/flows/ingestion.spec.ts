import { Redis } from 'ioredis';
import { Client } from 'pg';
import { BlobStore, originalKey, tablesKey, textKey } from '../../src/adapters/blob-store/blob-store.js';
import { documentVector } from '../../src/search/sparse.js';
import { tenantOf } from '../../src/common/tenant.js';
import type { VectorStore } from '../../src/adapters/vector-store/vector-store.js';
import { EmbeddingIndexes } from '../../src/ingestion/indexes/embedding-indexes.js';
import { DocumentTermsRepository } from '../../src/database/repositories/documents/document-terms.repository.js';
import { TERMS_VERSION } from '../../src/search/terms.js';
import { Config } from '../../src/config/config.js';
import { IngestionQueue } from '../../src/ingestion/ingestion-queue.js';
import { AttachmentsRepository } from '../../src/database/repositories/documents/attachments.repository.js';
import { createTestApp, type TestApp } from '../support/app.js';
import { call, callJson, register, type Account } from '../support/client.js';
import { csv, encryptedPdf, pdf, png, scannedPdf, truncated } from '../support/documents.js';
import { eventually } from '../support/eventually.js';
import { embed, FakeOpenAi, sendJson } from '../support/fake-openai.js';
import { heldEmbeddings } from '../support/held.js';
import { filesIn, uploaded } from '../support/upload.js';

/** A sweep may have to come by first. */
const SWEPT_MS = 40_000;

interface Row {
  status: string;
  error: string | null;
  caption: string | null;
  revision: number;
  chunk_count: number;
  chunks_embedded: number;
}

interface ChunkRow {
  id: string;
  revision: number;
  page: number | null;
  heading: string | null;
  start: number;
  end: number;
  text: string;
}

const paragraphs = (about: string, count: number) =>
  Array.from({ length: count }, (_item, i) => `Paragraph ${i} about ${about}. `.repeat(15)).join('\n\n');

describe('ingestion', () => {
  let models: FakeOpenAi;
  let parley: TestApp;
  let db: Client;
  let store: VectorStore;
  let blobs: BlobStore;
  let me: Account;

  beforeAll(async () => {
    models = await FakeOpenAi.start();
    parley = await createTestApp({
      OPENAI_BASE_URL: models.url,
      OPENAI_EMBEDDING_MODEL: 'words',
      OPENAI_VISION_MODEL: 'eyes',
      INGESTION_CONCURRENCY: '2',
    });
    store = (await parley.app.get(EmbeddingIndexes).current()).active.store;
    blobs = parley.app.get(BlobStore);
    db = new Client({ connectionString: parley.databaseUrl });
    await db.connect();
  });
  beforeEach(async () => {
    models.reset();
    me = await register(parley.url);
  });
  afterAll(async () => {
    await db?.end();
    await parley?.close();
    await models?.close();
  });

  const put = (name: string, bytes: string | Buffer) => uploaded(parley.url, me.accessToken, { name, bytes });
  const rowOf = async (id: string) => {
    const { body } = await callJson<Row & Record<string, unknown>>(parley.url, `/attachments/${id}`, {
      token: me.accessToken,
    });
    return body;
  };
  const expectRow = (id: string, row: Partial<Row>, withinMs = SWEPT_MS) =>
    eventually(async () => expect(await rowOf(id)).toMatchObject(row), withinMs);
  const chunksOf = async (id: string) => {
    const { rows } = await db.query<ChunkRow>(
      `SELECT id, revision, page, heading, range_start AS start, range_end AS "end", text
       FROM chunks WHERE attachment_id = $1 ORDER BY revision, position`,
      [id],
    );
    return rows;
  };
  /** Gives an attachment other bytes and has it indexed anew, as a sync does. */
  const change = async (id: string, bytes: string | Buffer) => {
    await blobs.putText(originalKey(id), String(bytes));
    const again = await parley.app.get(AttachmentsRepository).bumpRevision(id);
    await parley.app.get(IngestionQueue).enqueue(id, again!.revision);
  };
  const textOf = async (id: string) =>
    (await call(parley.url, `/attachments/${id}/text`, { token: me.accessToken })).text();
  const pointsOf = (id: string) => store.count({ tenant: tenantOf(me.id), attachmentId: id });
  const foundByWords = async (words: string) =>
    (await store.searchSparse(documentVector(words), { tenants: [tenantOf(me.id)] }, 100)).map(
      (hit) => hit.id,
    );
  const inputs = () =>
    models.requests.filter(({ path }) => path === '/embeddings').flatMap(({ body }) => body.input ?? []);

  it('cuts a document into chunks that are exactly their range of its text', async () => {
    const pages = ['badgers', 'otters', 'weasels'].map((animal) => paragraphs(animal, 4));
    const id = await put('animals.pdf', await pdf(pages, 'Animals of the river'));
    await expectRow(id, { status: 'indexed', error: null });

    const chunks = await chunksOf(id);
    const text = await blobs.readText(textKey(id));
    for (const { start, end, text: own } of chunks) expect(own).toBe(text.slice(start, end));
    for (const [i, animal] of ['badgers', 'otters', 'weasels'].entries())
      expect(chunks.filter((chunk) => chunk.text.includes(animal)).map(({ page }) => page)).toEqual(
        expect.arrayContaining([i + 1]),
      );
    expect(await rowOf(id)).toMatchObject({ chunk_count: chunks.length, chunks_embedded: chunks.length });
    expect(await pointsOf(id)).toBe(chunks.length);
    expect(new Set(await foundByWords('otters'))).toEqual(
      new Set(chunks.filter((chunk) => chunk.text.includes('otters')).map((chunk) => chunk.id)),
    );
  });

  it('indexes documents again whose terms were formed by other rules', async () => {
    const id = await put('otters.md', paragraphs('otters', 2));
    await expectRow(id, { status: 'indexed', revision: 1 });
    await db.query('UPDATE document_terms SET terms_version = 1 WHERE attachment_id = $1', [id]);
    const terms = parley.app.get(DocumentTermsRepository);
    expect(await terms.reopenOutdated(TERMS_VERSION)).toBe(1);
    expect(await terms.reopenOutdated(TERMS_VERSION)).toBe(0);
    await expectRow(id, { status: 'indexed', revision: 2 });
    expect(new Set(await foundByWords('otters'))).toEqual(
      new Set((await chunksOf(id)).map((chunk) => chunk.id)),
    );
  });

  it('embeds a passage with its title and headings, once', async () => {
    const handbook = `# Handbook\n\n## Leave\n\n${paragraphs('parents', 1)}\n`;
    await expectRow(await put('handbook.md', handbook), { status: 'indexed' });
    expect(inputs()).toContainEqual(expect.stringMatching(/^Handbook\nHandbook > Leave\n/));
    models.requests.length = 0;
    await expectRow(await put('handbook.md', handbook), { status: 'indexed' });
    expect(inputs()).toEqual([]);
  });

  it('keeps the tables of a spreadsheet as data', async () => {
    const id = await put(
      'cities.csv',
      csv([
        ['city', 'people'],
        ['Ulm', 126_000],
      ]),
    );
    await expectRow(id, { status: 'indexed' });
    expect(JSON.parse(await blobs.readText(tablesKey(id)))).toMatchObject([
      { columns: ['city', 'people'], rows: [['Ulm', 126_000]] },
    ]);
  });

  it('finds a document by its words while it is being embedded', async () => {
    const gate = heldEmbeddings();
    models.replyToEmbeddings(gate.play);
    const id = await put('foxes.txt', paragraphs('foxes', 20));
    await eventually(async () => expect(await foundByWords('foxes')).not.toEqual([]), SWEPT_MS);
    expect(await rowOf(id)).toMatchObject({ status: 'indexing', chunks_embedded: 0 });
    gate.release();
    await expectRow(id, { status: 'indexed' });
  });

  it('finds the content of an image', async () => {
    models.reply('A lighthouse in a storm.');
    const id = await put('lighthouse.png', png());
    await expectRow(id, { status: 'indexed', caption: 'A lighthouse in a storm.', chunk_count: 1 });
    expect(await foundByWords('lighthouse')).toHaveLength(1);
    expect(models.lastRequest.body).toMatchObject({
      model: 'eyes',
      messages: [
        {
          content: [
            { type: 'text' },
            { type: 'image_url', image_url: { url: expect.stringMatching(/^data:image\/png;base64,/) } },
          ],
        },
      ],
    });
  });

  it('fails unreadable files immediately, each with its reason, and no others', async () => {
    const good = await pdf([paragraphs('herons', 3)]);
    const files = {
      'truncated.pdf': truncated(good),
      'encrypted.pdf': encryptedPdf(),
      'scanned.pdf': scannedPdf(),
      'good.pdf': good,
    };
    const ids = await Promise.all(Object.entries(files).map(([name, bytes]) => put(name, bytes)));
    for (const id of ids.slice(0, 3)) {
      await expectRow(id, { status: 'failed', error: expect.stringMatching(/^[A-Z].*\.$/), chunk_count: 0 });
      expect(await pointsOf(id)).toBe(0);
    }
    await expectRow(ids[3]!, { status: 'indexed', error: null });
  });

  it('fails a document that cannot be embedded and finds nothing in it, until it is indexed again', async () => {
    models.replyToEmbeddings((response) => sendJson(response, 400, { error: { message: 'no such model' } }));
    const id = await put('cranes.txt', paragraphs('cranes', 3));
    await expectRow(id, { status: 'failed', error: expect.stringContaining('HTTP 400') });
    await eventually(async () => expect([await chunksOf(id), await pointsOf(id)]).toEqual([[], 0]));

    models.replyToEmbeddings(embed());
    const again = await parley.app.get(AttachmentsRepository).bumpRevision(id);
    await parley.app.get(IngestionQueue).enqueue(id, again!.revision);
    await expectRow(id, { status: 'indexed', error: null, revision: 2 });
  });

  it('answers from the old revision until the new one is whole', async () => {
    const id = await put('storks.txt', paragraphs('storks', 5));
    await expectRow(id, { status: 'indexed' });
    const old = await chunksOf(id);
    const oldText = await textOf(id);

    const gate = heldEmbeddings();
    models.replyToEmbeddings(gate.play);
    const changed = `${paragraphs('pelicans', 2)}\n\n${paragraphs('storks', 5)}`;
    await db.query('DELETE FROM embedding_cache');
    await change(id, changed);
    await eventually(async () => expect(await chunksOf(id)).not.toHaveLength(old.length), SWEPT_MS);
    expect(new Set(await foundByWords('storks'))).toEqual(new Set(old.map((chunk) => chunk.id)));
    expect(await textOf(id)).toBe(oldText);
    gate.release();
    await expectRow(id, { status: 'indexed', revision: 2 });
    expect(await textOf(id)).toBe(changed);

    const chunks = await chunksOf(id);
    expect(new Set(chunks.map(({ revision }) => revision))).toEqual(new Set([2]));
    expect(await pointsOf(id)).toBe(chunks.length);
    expect(await foundByWords('pelicans')).not.toEqual([]);
  });

  it('keeps the text and the tables of the old revision when the new one fails', async () => {
    const table = (city: string) =>
      csv([
        ['city', 'people'],
        [city, 126_000],
      ]);
    const id = await put('cities.csv', table('Ulm'));
    await expectRow(id, { status: 'indexed' });
    const text = await textOf(id);
    const tables = await blobs.readText(tablesKey(id));

    models.replyToEmbeddings((response) => sendJson(response, 400, { error: { message: 'no such model' } }));
    await change(id, table('Linz'));
    await expectRow(id, { status: 'failed', revision: 2, chunk_count: (await chunksOf(id)).length });
    expect(await textOf(id)).toBe(text);
    expect(await blobs.readText(tablesKey(id))).toBe(tables);
    const question = { message: 'How many people are there in the city of Ulm?' };
    const answer = await call(parley.url, '/chat', { token: me.accessToken, body: question });
    expect(await answer.text()).toContain('from cities.csv');

    models.replyToEmbeddings(embed());
    await change(id, table('Linz'));
    await expectRow(id, { status: 'indexed', revision: 3 });
    expect(await textOf(id)).toContain('Linz');
    expect(await blobs.readText(tablesKey(id))).toContain('Linz');
  });

  it('leaves nothing of a document that is deleted while it is being indexed', async () => {
    const gate = heldEmbeddings();
    models.replyToEmbeddings(gate.play);
    const id = await put('voles.txt', paragraphs('voles', 10));
    await eventually(async () => expect(await pointsOf(id)).toBeGreaterThan(0), SWEPT_MS);
    const gone = await call(parley.url, `/attachments/${id}`, { method: 'DELETE', token: me.accessToken });
    expect(gone.status).toBe(200);
    gate.release();
    await eventually(async () => {
      const { rowCount } = await db.query('SELECT FROM discarded_attachments WHERE attachment_id = $1', [id]);
      const files = (await filesIn(parley, 'blobs')).filter((file) => file.includes(id));
      expect([rowCount, await pointsOf(id), await chunksOf(id), files]).toEqual([0, 0, [], []]);
    }, SWEPT_MS);
  });

  it('indexes everything it has accepted though Redis forgets everything', async () => {
    const gate = heldEmbeddings();
    models.replyToEmbeddings(gate.play);
    const ids: string[] = [];
    for (const animal of ['newts', 'toads', 'frogs', 'eels', 'carps', 'pikes'])
      ids.push(await put(`${animal}.txt`, paragraphs(animal, 5)));
    await eventually(async () => expect(await pointsOf(ids[0]!)).toBeGreaterThan(0));
    await parley.app.get(Redis).flushdb();
    gate.release();
    for (const id of ids) {
      await expectRow(id, { status: 'indexed' });
      expect(await pointsOf(id)).toBe((await chunksOf(id)).length);
    }
  });

  it('indexes everything again when the vector store has lost it', async () => {
    const id = await put('moles.txt', paragraphs('moles', 2));
    await expectRow(id, { status: 'indexed' });
    const { rows } = await db.query<{ id: string }>("SELECT id FROM attachments WHERE status = 'indexed'");
    for (const row of rows) await store.replace({ tenant: tenantOf(me.id), attachmentId: row.id }, []);
    expect(await pointsOf(id)).toBe(0);
    const restarted = await createTestApp({
      DATABASE_URL: parley.databaseUrl,
      DATA_DIR: parley.app.get(Config).dataDir,
      OPENAI_BASE_URL: models.url,
      OPENAI_EMBEDDING_MODEL: 'words',
    });
    await eventually(async () => expect(await pointsOf(id)).toBeGreaterThan(0), SWEPT_MS);
    await restarted.close();
  });
});
