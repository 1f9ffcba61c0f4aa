import { randomUUID } from 'node:crypto';
import { inspect } from 'node:util';
import { EmbeddedVectorStore } from '../../src/adapters/vector-store/embedded-vector-store.js';
import { QdrantVectorStore } from '../../src/adapters/vector-store/qdrant-vector-store.js';
import { documentVector } from '../../src/search/sparse.js';
import { tenantOf } from '../../src/common/tenant.js';
import { VectorStoreError, type PointOwner } from '../../src/adapters/vector-store/vector-store.js';
import { openDatabase } from '../../src/database/data-source.js';
import { VectorPointsRepository } from '../../src/database/repositories/documents/vector-points.repository.js';
import { FaultProxy } from '../support/fault-proxy.js';
import { createDatabase } from '../support/database.js';
import { FakeQdrant } from '../support/fake-qdrant.js';
import { scaled } from '../support/time-factor.mjs';
import { DIMENSIONS, embeddings, point, vector } from '../support/vector-worlds.js';

const document: PointOwner = { tenant: 'system', attachmentId: randomUUID() };
const scope = { tenants: ['system'] } as const;
const leave = documentVector('leave');
const COLLECTION = `parley-test-model-1-${DIMENSIONS}`;

describe('the Qdrant vector store', () => {
  let fake: FakeQdrant;
  beforeEach(async () => (fake = await FakeQdrant.start()));
  afterEach(() => fake.close());

  const open = (more: { url?: string; apiKey?: string } = {}, of = embeddings()) =>
    new QdrantVectorStore({ url: fake.url, alias: 'parley', readMs: scaled(10_000), ...more }, of);
  const collections = () => [...fake.collections.byName.keys()].sort();

  it('makes a collection for its model and size with the first document, and points the alias to it', async () => {
    await open().replace(document, [point('leave', 1)]);
    expect(collections()).toEqual([COLLECTION]);
    expect(fake.collections.aliases).toEqual(new Map([['parley', COLLECTION]]));
    const { size, indexed } = fake.collections.byName.get(COLLECTION)!;
    expect(size).toBe(DIMENSIONS);
    expect(indexed).toEqual(
      new Map([
        ['tenant', true],
        ['attachment_id', false],
      ]),
    );
  });

  it('makes nothing by searching, counting, removing or reloading', async () => {
    const store = open();
    await store.searchDense(vector(1), scope, 5);
    await store.searchSparse(leave, scope, 5);
    await store.count(document);
    await store.replace(document, []);
    expect(await store.reload()).toMatchObject({ points: 0, documents: 0 });
    expect(collections()).toEqual([]);
    expect(fake.collections.aliases.size).toBe(0);
  });

  it('gets the size from the embeddings only when neither a vector nor the alias has it', async () => {
    const offline = embeddings(undefined, null);
    await expect(open({}, offline).replace(document, [point('leave')])).rejects.toThrow(VectorStoreError);
    expect(collections()).toEqual([]);
    await open().replace(document, [point('leave')]);
    expect(collections()).toEqual([COLLECTION]);
    await open({}, offline).replace(document, [point('annual leave')]);
    expect(await open({}, offline).searchSparse(leave, scope, 5)).toHaveLength(1);
  });

  it('is made once by stores that start together', async () => {
    await Promise.all(
      Array.from({ length: 4 }, () =>
        open().replace({ ...document, attachmentId: randomUUID() }, [point('leave', 1)]),
      ),
    );
    expect(collections()).toEqual([COLLECTION]);
    expect(await open().searchDense(vector(1), scope, 10)).toHaveLength(4);
  });

  it('moves the alias to the collection of another model once that answers', async () => {
    await open().replace(document, [point('leave', 1)]);
    const other = open({}, embeddings('other', 8));
    await other.activate();
    await other.replace(document, [{ ...point('leave'), dense: vector(1, 8) }]);
    expect(collections()).toEqual(['parley-other-8', COLLECTION]);
    expect(fake.collections.aliases.get('parley')).toBe(COLLECTION);
    const restarted = open({}, embeddings('other', null));
    expect(await restarted.searchSparse(leave, scope, 5)).toHaveLength(1);
    await restarted.activate();
    expect(fake.collections.aliases.get('parley')).toBe('parley-other-8');
  });

  it('creates the collection again after it was deleted', async () => {
    const store = open();
    await store.replace(document, [point('leave', 1)]);
    fake.collections.byName.clear();
    fake.collections.aliases.clear();
    expect(await store.searchDense(vector(1), scope, 5)).toEqual([]);
    await expect(store.replace(document, [point('leave', 1)])).rejects.toThrow(
      'Qdrant answered with HTTP 404.',
    );
    await store.replace(document, [point('leave', 1)]);
    expect(await store.searchDense(vector(1), scope, 5)).toHaveLength(1);
  });

  it('sends the key and the credentials of the URL to the server only', async () => {
    const url = `${fake.url.replace('//', '//gate:p%40ss-word@')}/`;
    const store = open({ url, apiKey: 'qdrant-secret' });
    await store.count(document);
    expect(fake.lastHeaders['api-key']).toBe('qdrant-secret');
    expect(fake.lastHeaders.authorization).toBe(`Basic ${Buffer.from('gate:p@ss-word').toString('base64')}`);

    fake.fail();
    const broken: unknown = await store.reload().catch((error: unknown) => error);
    await fake.close();
    const gone: unknown = await store.reload().catch((error: unknown) => error);
    fake = await FakeQdrant.start();
    expect(broken).toMatchObject({ message: 'Qdrant answered with HTTP 500.' });
    expect(gone).toMatchObject({ message: 'Qdrant cannot be reached.' });
    for (const error of [broken, gone]) {
      expect(error).toBeInstanceOf(VectorStoreError);
      expect(inspect(error, { depth: 10, showHidden: true })).not.toMatch(/qdrant-secret|p%40ss|p@ss|Z2F0ZT/);
    }
  });
});

describe('the embedded vector store', () => {
  let database: Awaited<ReturnType<typeof createDatabase>>;
  beforeEach(async () => (database = await createDatabase()));
  afterEach(() => database.drop());

  it('fails while the database is unavailable, and works again after', async () => {
    const proxy = await FaultProxy.to(database.url);
    const source = await openDatabase({ url: proxy.url });
    try {
      const store = new EmbeddedVectorStore(new VectorPointsRepository(source), embeddings(), {
        warn: () => {},
      });
      await store.replace(document, [point('leave', 1)]);
      proxy.cut();
      await expect(store.searchSparse(leave, scope, 5)).rejects.toThrow(VectorStoreError);
      await expect(store.replace(document, [])).rejects.toThrow(VectorStoreError);
      proxy.mend();
      expect(await store.searchSparse(leave, scope, 5)).toHaveLength(1);
    } finally {
      await source.destroy();
      await proxy.close();
    }
  });

  it('keeps within its memory: others are evicted and loaded again, an index that is too large is logged and left out', async () => {
    const source = await openDatabase({ url: database.url });
    try {
      const warnings: object[] = [];
      const points = new VectorPointsRepository(source);
      const warn = (details: object) => void warnings.push(details);
      const store = new EmbeddedVectorStore(
        points,
        embeddings(),
        { warn },
        { tenantBytes: 8_000, bytes: 8_000 },
      );
      const tenants = ['ann', 'bob', 'eve'].map(tenantOf);
      for (const tenant of tenants)
        await store.replace({ tenant, attachmentId: randomUUID() }, [
          point('leave', 1),
          point('annual leave', 2),
        ]);
      const large = { tenant: tenants[0]!, attachmentId: randomUUID() };
      await store.replace(
        large,
        Array.from({ length: 100 }, (_, i) => point('leave', i)),
      );
      for (const tenant of [...tenants, ...tenants])
        expect(await store.searchSparse(leave, { tenants: [tenant] }, 200)).toHaveLength(2);
      expect(warnings[0]).toEqual({ ...large, points: 100 });
      await store.replace(large, [point('leave', 3)]);
      expect(await store.searchSparse(leave, { tenants: [tenants[0]!] }, 200)).toHaveLength(3);
    } finally {
      await source.destroy();
    }
  });
});
