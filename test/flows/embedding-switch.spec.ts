import { Client } from 'pg';
import type { VectorStore } from '../../src/adapters/vector-store/vector-store.js';
import { EmbeddingIndexes } from '../../src/ingestion/indexes/embedding-indexes.js';
import { Retriever } from '../../src/ingestion/retrieval/retriever.js';
import { ADMIN_SETTINGS, logInAsAdmin } from '../support/admin.js';
import { createTestApp, type TestApp } from '../support/app.js';
import { callJson, register, type Account } from '../support/client.js';
import { createDatabase } from '../support/database.js';
import { markdown } from '../support/documents.js';
import { eventually } from '../support/eventually.js';
import { FakeOpenAi, sendJson, type Play } from '../support/fake-openai.js';
import { uploaded } from '../support/upload.js';
import { wordVector } from '../support/word-embeddings.js';

const ANIMALS = ['otters', 'badgers', 'weasels', 'storks'];
const SIZES: Record<string, number> = { words: 64, other: 96, third: 128, noise: 48 };
const SECTIONS = 12;
const WITHIN_MS = 15_000;

/** Vectors of a size of the model's own; those of `noise` are all the same. */
const vectorOf = (text: string, model: string): number[] =>
  model === 'noise' ? Array.from({ length: SIZES[model]! }, () => 1) : wordVector(text, model, SIZES[model]!);

const replaceSearch = (store: VectorStore, value: VectorStore['searchDense']) =>
  Object.defineProperty(store, 'searchDense', { value, configurable: true });

interface Index {
  model: string;
  status: string;
  documents: { done: number; total: number };
  chunks: { done: number; total: number };
  error: string | null;
}

describe('the change of the embedding model', () => {
  let database: Awaited<ReturnType<typeof createDatabase>>;
  let server: FakeOpenAi;
  let parley: TestApp;
  let db: Client;
  let admin: string;
  let me: Account;
  /** Models whose embeddings wait. */
  const held = new Map<string, Promise<void>>();
  const refused = new Set<string>();

  const embedding: Play = async (response, { body }) => {
    const inputs = [body.input ?? ''].flat();
    // Questions are single texts: they are answered also while documents wait.
    if (inputs.length > 1) await held.get(body.model);
    if (refused.has(body.model) || !SIZES[body.model])
      return sendJson(response, 404, { error: { message: `no model ${body.model}` } });
    const data = inputs.map((input, index) => ({ index, embedding: vectorOf(input, body.model) }));
    sendJson(response, 200, { data });
  };
  const settings = (model = 'words') => ({
    ...ADMIN_SETTINGS,
    JWT_SECRET: 'one secret for all processes of this suite',
    OPENAI_BASE_URL: server.url,
    OPENAI_EMBEDDING_MODEL: model,
    DATABASE_URL: database.url,
  });
  const list = async (url = parley.url) =>
    (await callJson<{ items: Index[] }>(url, '/admin/embeddings', { token: admin })).body.items;
  const indexOf = async (model: string, url?: string) =>
    (await list(url)).find((index) => index.model === model);
  const change = (model: string, more = {}) =>
    callJson<{ items: Index[] }>(parley.url, '/admin/embeddings', { token: admin, body: { model, ...more } });
  const untilActive = (model: string, url?: string) =>
    eventually(
      async () => expect((await list(url))[0]).toMatchObject({ model, status: 'active' }),
      WITHIN_MS,
    );
  const untilWhole = (model: string) =>
    eventually(async () => {
      const { documents } = (await indexOf(model))!;
      expect(documents.done).toBe(documents.total);
    }, WITHIN_MS);
  const rollBack = () =>
    callJson<{ items: Index[] }>(parley.url, '/admin/embeddings/rollback', { token: admin, method: 'POST' });
  const put = async (name: string, about: string) => {
    const paragraphs = Array.from(
      { length: SECTIONS },
      (_item, i) => `## Section ${i}\n\nParagraph ${i}. ${`The ${about} sleep. `.repeat(30)}`,
    );
    const id = await uploaded(parley.url, me.accessToken, {
      name,
      bytes: markdown(`# ${about}`, ...paragraphs),
    });
    await eventually(async () => {
      const { body } = await callJson(parley.url, `/attachments/${id}`, { token: me.accessToken });
      expect(body.status).toBe('indexed');
    }, WITHIN_MS);
    return id;
  };
  const ask = (about: string, of = parley) =>
    of.app.get(Retriever).retrieve({ ownerId: me.id, scope: 'own', text: `What do ${about} do?`, limit: 5 });
  /** Fails unless the document is found by meaning and by words. */
  const expectFound = async (about: string, of = parley) => {
    const { passages, degraded } = await ask(about, of);
    expect({ about, degraded, first: passages[0]?.filename }).toEqual({
      about,
      degraded: false,
      first: `${about}.md`,
    });
  };

  beforeAll(async () => {
    database = await createDatabase();
    server = await FakeOpenAi.start();
    server.replyToEmbeddings(embedding);
    parley = await createTestApp(settings());
    db = new Client({ connectionString: database.url });
    await db.connect();
    admin = await logInAsAdmin(parley.url);
    me = await register(parley.url);
    await Promise.all(ANIMALS.map((animal) => put(`${animal}.md`, animal)));
  }, 120_000);
  afterAll(async () => {
    await db?.end();
    await parley?.close();
    await server?.close();
    await database?.drop();
  });

  /** Asks on and on, and looks at each search: its vector, and how much it finds. */
  function askInALoop() {
    const indexes = parley.app.get(EmbeddingIndexes);
    const seen = { questions: 0, empty: 0, mixed: 0, degraded: 0, wrong: 0 };
    const watched: [VectorStore, VectorStore['searchDense']][] = [];
    for (const model of ['words', 'other']) {
      const { store } = indexes.of(model);
      const search = store.searchDense.bind(store);
      watched.push([store, search]);
      replaceSearch(store, async (vector, ...rest) => {
        if (vector.length !== SIZES[model]) seen.mixed++;
        const hits = await search(vector, ...rest);
        if (hits.length === 0) seen.empty++;
        return hits;
      });
    }
    const over = new AbortController();
    const loop = async (start: number) => {
      for (let i = start; !over.signal.aborted; i++) {
        const about = ANIMALS[i % ANIMALS.length]!;
        const { passages, degraded } = await ask(about);
        seen.questions++;
        if (degraded) seen.degraded++;
        if (passages[0]?.filename !== `${about}.md`) seen.wrong++;
      }
    };
    const loops = [0, 2].map(loop);
    return {
      seen,
      stop: async () => {
        over.abort();
        await Promise.all(loops);
        for (const [store, search] of watched) replaceSearch(store, search);
      },
    };
  }

  it('builds the new index while the old one answers, and no question is answered from both or from nothing', async () => {
    let release = () => {};
    held.set('other', new Promise((resolve) => (release = resolve)));
    const asking = askInALoop();
    try {
      const { status, body } = await change('other');
      expect(status).toBe(202);
      expect(body.items.map(({ model, status: state }) => [model, state])).toEqual([
        ['words', 'active'],
        ['other', 'building'],
      ]);
      expect(body.items[1]!.documents).toEqual({ done: 0, total: ANIMALS.length });
      const before = asking.seen.questions;
      await eventually(async () => expect(asking.seen.questions).toBeGreaterThan(before + 20), WITHIN_MS);
      held.delete('other');
      release();
      await untilActive('other');
      const { questions } = asking.seen;
      await eventually(async () => expect(asking.seen.questions).toBeGreaterThan(questions + 20), WITHIN_MS);
    } finally {
      await asking.stop();
    }
    expect(asking.seen).toEqual({
      questions: asking.seen.questions,
      empty: 0,
      mixed: 0,
      degraded: 0,
      wrong: 0,
    });
    expect((await list()).map(({ model, status, error }) => [model, status, error])).toEqual([
      ['other', 'active', null],
      ['words', 'kept', null],
    ]);
  }, 120_000);

  it('goes back in one request, and keeps both indexes up to date until one is deleted', async () => {
    await put('beavers.md', 'beavers');
    await untilWhole('words');
    expect((await rollBack()).body.items[0]).toMatchObject({ model: 'words', status: 'active' });
    await expectFound('beavers');

    const refusal = await callJson(parley.url, '/admin/embeddings/other', { token: admin, method: 'DELETE' });
    expect(refusal.status).toBe(409);
    // As after half a minute.
    await db.query(`UPDATE embedding_indexes SET activated_at = activated_at - interval '1 hour'`);
    const inUse = await callJson(parley.url, '/admin/embeddings/words', { token: admin, method: 'DELETE' });
    expect(inUse.status).toBe(409);
    const { status } = await callJson(parley.url, '/admin/embeddings/other', {
      token: admin,
      method: 'DELETE',
    });
    expect(status).toBe(202);
    await eventually(
      async () => expect((await list()).map(({ model }) => model)).toEqual(['words']),
      WITHIN_MS,
    );
    const { rows } = await db.query(`SELECT FROM embedding_cache WHERE model = 'other'`);
    expect(rows).toEqual([]);
    expect((await parley.app.get(EmbeddingIndexes).of('other').store.reload()).points).toBe(0);
    expect((await rollBack()).status).toBe(409);
    await expectFound('otters');
  }, 120_000);

  it('keeps the old index when the new model finds nothing, unless the check is left out', async () => {
    await change('noise');
    await eventually(
      async () =>
        expect(await indexOf('noise')).toMatchObject({
          status: 'kept',
          error: expect.stringContaining('golden questions'),
        }),
      WITHIN_MS,
    );
    expect((await list())[0]).toMatchObject({ model: 'words', status: 'active' });
    await change('noise', { skip_check: true });
    await untilActive('noise');
    await rollBack();
    await untilActive('words');
    await expectFound('storks');
  }, 120_000);

  it('refuses a model that the server does not have, and ends a change when the active one is named', async () => {
    const refusal = await change('unheard-of');
    expect(refusal.status).toBe(422);
    expect(JSON.stringify(refusal.body)).toContain('model');
    expect(await indexOf('unheard-of')).toBeUndefined();

    let release = () => {};
    held.set('third', new Promise((resolve) => (release = resolve)));
    await change('third');
    await change('words');
    held.delete('third');
    release();
    await untilWhole('third');
    expect(await indexOf('third')).toMatchObject({ status: 'kept' });
    expect((await list())[0]).toMatchObject({ model: 'words', status: 'active' });
  }, 120_000);

  it('shows why an index is not complete, and completes it when the model can be used again', async () => {
    refused.add('third');
    await put('wolves.md', 'wolves');
    await change('words');
    await eventually(
      async () => expect((await indexOf('third'))?.error).toMatch(/^“wolves.md”: /),
      WITHIN_MS,
    );
    refused.delete('third');
    await untilWhole('third');
    await eventually(async () => expect((await indexOf('third'))?.error).toBeNull(), WITHIN_MS);
    await expectFound('wolves');
  }, 120_000);
});
