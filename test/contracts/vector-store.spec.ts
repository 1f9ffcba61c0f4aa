import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { documentVector } from '../../src/search/sparse.js';
import { type Tenant, tenantOf } from '../../src/common/tenant.js';
import {
  type Hit,
  type Point,
  type PointOwner,
  type SearchScope,
  VectorStoreError,
  type VectorStore,
} from '../../src/adapters/vector-store/vector-store.js';
import {
  embeddedWorld,
  fakeQdrantWorld,
  point,
  realQdrantWorld,
  vector,
  type VectorWorld,
} from '../support/vector-worlds.js';

const realUrl = process.env.TEST_QDRANT_URL;
const worlds: [string, () => Promise<VectorWorld>][] = [
  ['embedded', embeddedWorld],
  ['Qdrant (a fake server)', fakeQdrantWorld],
];
if (realUrl) worlds.push(['Qdrant (a real server)', () => realQdrantWorld(realUrl)]);

const ids = (found: readonly { id: string }[]) => found.map(({ id }) => id);
const inOrder = (found: readonly { id: string }[]) => ids(found).sort();
const documentOf = (tenant: Tenant = 'system'): PointOwner => ({ tenant, attachmentId: randomUUID() });
const system: SearchScope = { tenants: ['system'] };

describe.each(worlds)('the %s vector store', (_, makeWorld) => {
  let world: VectorWorld;
  let store: VectorStore;

  const words = (text: string, scope = system, limit = 10, of = store): Promise<Hit[]> =>
    of.searchSparse(documentVector(text), scope, limit);
  const near = (seed: number, scope = system, limit = 10, of = store): Promise<Hit[]> =>
    of.searchDense(vector(seed), scope, limit);

  beforeEach(async () => {
    world = await makeWorld();
    store = await world.open();
  });
  afterEach(() => world.close());

  it('has nothing to begin with', async () => {
    const document = documentOf();
    expect(await words('leave')).toEqual([]);
    expect(await near(1)).toEqual([]);
    expect(await store.count(document)).toBe(0);
    expect(await store.reload()).toMatchObject({ points: 0, documents: 0 });
    await store.replace(document, []);
    expect(await store.count(document)).toBe(0);
  });

  it('makes the points of a document exactly those it is given', async () => {
    const [document, other] = [documentOf(), documentOf()];
    const kept = point('leave of absence', 1);
    const first = [kept, point('annual leave', 2), point('sick leave', 3)];
    await store.replace(other, [point('a garden', 9)]);
    for (let twice = 0; twice < 2; twice++) {
      await store.replace(document, first);
      expect(await store.count(document)).toBe(3);
      expect(inOrder(await words('leave'))).toEqual(inOrder(first));
    }
    const second = [kept, point('parental leave', 4)];
    await store.replace(document, second);
    expect(await store.count(document)).toBe(2);
    expect(inOrder(await words('leave'))).toEqual(inOrder(second));
    await store.replace(document, []);
    expect(await store.count(document)).toBe(0);
    expect(await words('leave')).toEqual([]);
    expect(await near(1)).toHaveLength(1);
    expect(await store.count(other)).toBe(1);
  });

  it('removes only points of the given tenant', async () => {
    const document = documentOf(tenantOf('ann'));
    await store.replace(document, [point('leave', 1)]);
    await store.replace({ ...document, tenant: tenantOf('bob') }, []);
    expect(await store.count({ ...document, tenant: tenantOf('bob') })).toBe(0);
    expect(await store.count(document)).toBe(1);
  });

  it('finds a point by its words while it has no vector, and by its meaning once it has', async () => {
    const document = documentOf();
    const unembedded = point('travel expenses');
    await store.replace(document, [unembedded]);
    expect(ids(await words('expense'))).toEqual([unembedded.id]);
    expect(await near(1)).toEqual([]);
    await store.replace(document, [{ ...unembedded, dense: vector(1) }]);
    expect(ids(await words('expense'))).toEqual([unembedded.id]);
    expect(ids(await near(1))).toEqual([unembedded.id]);
  });

  it('takes points without any words', async () => {
    const silent = point('…', 1);
    await store.replace(documentOf(), [silent, point('leave', 2)]);
    expect(ids(await near(1, system, 1))).toEqual([silent.id]);
    expect(await words('…')).toEqual([]);
  });

  it('ranks by cosine, and scores with it', async () => {
    const points = Array.from({ length: 60 }, (__, i) => point(`chunk ${i}`, i));
    await store.replace(documentOf(), points.slice(0, 25));
    await store.replace(documentOf(), points.slice(25));
    const query = vector(17.2);
    const exact = points
      .map(({ id, dense }) => ({ id, score: dense!.reduce((sum, value, i) => sum + value * query[i]!, 0) }))
      .sort((a, b) => b.score - a.score);
    const hits = await near(17.2, system, 60);
    expect(hits).toHaveLength(60);
    const scores = new Map(exact.map(({ id, score }) => [id, score]));
    for (const { id, score } of hits) expect(Math.abs(score - scores.get(id)!)).toBeLessThan(0.02);
    expect(hits.map(({ score }) => score)).toEqual(hits.map(({ score }) => score).sort((a, b) => b - a));
    expect(ids(await near(17.2, system, 3))).toEqual(ids(exact.slice(0, 3)));
  });

  it('ranks rare words before common ones, more of them before fewer, and leaves out what shares none', async () => {
    const both = point('the reactor budget of the plant');
    const rare = point('a reactor of the plant');
    const common = Array.from({ length: 8 }, (__, i) => point(`budget of year ${i}`));
    await store.replace(documentOf(), [...common.slice(0, 4), rare]);
    await store.replace(documentOf(), [point('a garden'), both, ...common.slice(4)]);
    const hits = await words('reactor budgets', system, 20);
    expect(ids(hits).slice(0, 2)).toEqual([both.id, rare.id]);
    expect(inOrder(hits.slice(2))).toEqual(inOrder(common));
    expect(hits.every(({ score }) => score > 0)).toBe(true);
    expect(await words('reactor budgets', system, 3)).toHaveLength(3);
    expect(await words('submarine')).toEqual([]);
    expect(await words('', system)).toEqual([]);
    expect(await words('reactor', system, 0)).toEqual([]);
  });

  it('compares vectors of one size only', async () => {
    await store.replace(documentOf(), [point('leave', 1)]);
    expect(await store.searchDense(vector(1, 8), system, 10)).toEqual([]);
    expect(await near(1)).toHaveLength(1);
  });

  it('keeps vectors of different models apart', async () => {
    const [document, removed] = [documentOf(), documentOf()];
    await store.replace(document, [point('leave', 1)]);
    await store.replace(removed, [point('leave', 2)]);
    const other = await world.open({ model: 'another-model' });
    expect(await near(1, system, 10, other)).toEqual([]);
    expect(await other.count(document)).toBe(0);
    await other.replace(removed, []);
    await other.replace(document, [point('annual leave', 3)]);
    expect(await near(3, system, 10, other)).toHaveLength(1);
    expect(await words('leave', system, 10, other)).toHaveLength(1);
    expect(await store.count(removed)).toBe(0);
  });

  it('keeps the indexes of two models side by side, and deletes one of them alone', async () => {
    const [document, other] = [documentOf(), documentOf(tenantOf('ann'))];
    const tenants: SearchScope = { tenants: ['system', other.tenant] };
    const next = await world.open({ model: 'another-model' });
    const [old, fresh] = [point('annual leave', 1), point('annual leave', 2)];
    await store.replace(document, [old]);
    await next.replace(document, [fresh]);
    await next.replace(other, [point('sick leave', 3)]);
    await next.prepare(['system']);
    for (const [index, found] of [
      [store, [old.id]],
      [next, [fresh.id]],
    ] as const) {
      expect(ids(await near(1, system, 10, index))).toEqual(found);
      expect(ids(await words('leave', system, 10, index))).toEqual(found);
      expect(await index.count(document)).toBe(1);
    }
    expect(await next.reload()).toMatchObject({ points: 2, documents: 2 });
    next.release();
    await next.clear();
    await next.clear();
    expect(await near(1, tenants, 10, next)).toEqual([]);
    expect(await words('leave', tenants, 10, next)).toEqual([]);
    expect(await next.count(other)).toBe(0);
    expect(ids(await words('leave', tenants))).toEqual([old.id]);
    await next.replace(other, [point('sick leave', 3)]);
    expect(await words('leave', tenants, 10, next)).toHaveLength(1);
  });

  it('searches the attachments that are asked for', async () => {
    const documents = [documentOf(), documentOf(), documentOf(tenantOf('ann'))];
    const points = documents.map((__, i) => point('annual leave', i));
    for (const [i, document] of documents.entries()) await store.replace(document, [points[i]!]);
    const among = (...wanted: number[]): SearchScope => ({
      tenants: ['system', tenantOf('bob')],
      attachmentIds: wanted.map((i) => documents[i]!.attachmentId),
    });
    for (const search of [words.bind(null, 'leave'), near.bind(null, 1)]) {
      expect(ids(await search(among(1)))).toEqual([points[1]!.id]);
      expect(inOrder(await search(among(0, 1)))).toEqual(inOrder(points.slice(0, 2)));
      expect(ids(await search(among(0, 2, 0)))).toEqual([points[0]!.id]);
      expect(await search({ ...system, attachmentIds: [randomUUID()] })).toEqual([]);
      expect(await search({ ...system, attachmentIds: [] })).toEqual([]);
      expect(await search({ tenants: ['system', 'system'] })).toHaveLength(2);
    }
  });

  it('never finds points of another tenant', async () => {
    const tenants: Tenant[] = ['system', tenantOf('ann'), tenantOf('bob'), tenantOf('ann2')];
    const tenant = fc.constantFrom(...tenants);
    const owners = new Map<string, Tenant>();
    const documents = new Map<string, Point[]>();
    const known = tenants.flatMap((owner) => [documentOf(owner), documentOf(owner)]);
    const change = fc.tuple(
      fc.constantFrom(...known),
      fc.array(fc.constantFrom('leave', 'budget', 'plant'), { maxLength: 3 }),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(change, { minLength: 1, maxLength: 4 }),
        fc.uniqueArray(tenant, { minLength: 1, maxLength: 4 }),
        async (changes, named) => {
          for (const [document, texts] of changes) {
            const points = texts.map((text, i) => point(text, i));
            for (const { id } of points) owners.set(id, document.tenant);
            await store.replace(document, points);
            documents.set(document.tenant + document.attachmentId, points);
          }
          const scope: SearchScope = { tenants: named as [Tenant] };
          const there = [...documents.values()].flat().filter(({ id }) => named.includes(owners.get(id)!));
          expect(inOrder(await near(1, scope, 100))).toEqual(inOrder(there));
          expect(inOrder(await words('leave budget plant', scope, 100))).toEqual(inOrder(there));
        },
      ),
      { numRuns: 25 },
    );
  });

  it('shows every process the writes and removals of another immediately', async () => {
    const other = await world.open();
    const document = documentOf();
    const [early, late] = [point('annual leave', 1), point('sick leave', 2)];
    await other.replace(document, [early]);
    expect(ids(await words('leave'))).toEqual([early.id]);
    await other.replace(document, [late]);
    expect(ids(await words('leave'))).toEqual([late.id]);
    expect(ids(await near(1))).toEqual([late.id]);
    await other.replace(document, []);
    expect(await words('leave')).toEqual([]);
    expect(await near(1)).toEqual([]);
    await store.replace(document, [early]);
    expect(ids(await near(1, system, 10, other))).toEqual([early.id]);
  });

  it('misses no write of several processes while it is searched', async () => {
    const writers = [store, await world.open(), await world.open()];
    const documents = Array.from({ length: 30 }, () => documentOf());
    const written = new Set<string>();
    const write = async (writer: number) => {
      for (let i = writer; i < documents.length; i += writers.length) {
        const added = point('annual leave', i);
        await writers[writer]!.replace(documents[i]!, [added]);
        written.add(added.id);
        const known = [...written];
        const found = new Set(ids(await words('leave', system, 100)));
        expect(known.filter((id) => !found.has(id))).toEqual([]);
      }
    };
    await Promise.all(writers.map((__, writer) => write(writer)));
    expect(inOrder(await near(1, system, 100))).toEqual([...written].sort());
  });

  it('holds documents of many chunks', async () => {
    const document = documentOf();
    const points = Array.from({ length: 1_201 }, (__, i) => point(`chunk c${i}`, i));
    await store.replace(document, points);
    expect(await store.count(document)).toBe(1_201);
    for (const i of [0, 499, 500, 1_200]) {
      expect(ids(await near(i, system, 1))).toEqual([points[i]!.id]);
      expect(ids(await words(`c${i}`, system, 1))).toEqual([points[i]!.id]);
    }
    await store.replace(document, points.slice(0, 1));
    expect(await near(1, system, 10)).toHaveLength(1);
  });

  it('fails before its deadline while the place of its vectors is silent, and works again after', async () => {
    const document = documentOf();
    await store.replace(document, [point('leave', 1)]);
    const impatient = await world.open({ deadlineMs: 400 });
    expect(await near(1, system, 10, impatient)).toHaveLength(1);
    await world.silence();
    const attempts = [
      () => impatient.replace(document, [point('leave', 2)]),
      () => impatient.replace(document, []),
      () => near(1, system, 10, impatient),
      () => words('leave', system, 10, impatient),
      () => impatient.count(document),
      () => impatient.reload(),
    ];
    for (const attempt of attempts) await expect(attempt()).rejects.toThrow(VectorStoreError);
    await world.recover();
    expect(await near(1, system, 10, impatient)).toHaveLength(1);
    expect(await impatient.count(document)).toBe(1);
  }, 10_000);

  it('returns the counts after a reload', async () => {
    const [mine, hers] = [documentOf(), documentOf(tenantOf('ann'))];
    await store.replace(mine, [point('a', 1), point('b', 2)]);
    await store.replace(hers, [point('c', 3)]);
    await store.replace(documentOf(), []);
    const other = await world.open();
    expect(await other.reload()).toEqual({ collection: expect.stringMatching(/./), points: 3, documents: 2 });
    await other.replace(hers, []);
    expect(await store.reload()).toMatchObject({ points: 2, documents: 1 });
    expect(await near(1)).toHaveLength(2);
  });
});
