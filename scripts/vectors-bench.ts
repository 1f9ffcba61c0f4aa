/**
 * How long a search of the embedded vector store takes: `npm run bench:vectors -- [CHUNKS…]`, by default over 10,000
 * and 50,000. As in retrieval, one search is by meaning and by words together, over a database started for this, and
 * then compares the best with the question sentence by sentence. Nine of ten chunks are the system's, the others a
 * user's; vectors are random, words as frequent as words are. CPU is that of this process, without PostgreSQL.
 */
import { randomBytes, randomUUID } from 'node:crypto';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DataSource } from 'typeorm';
import { Embeddings, toUnitLength } from '../src/adapters/embeddings/embeddings.js';
import { EmbeddedVectorStore } from '../src/adapters/vector-store/embedded-vector-store.js';
import { documentVector } from '../src/search/sparse.js';
import { type Tenant, tenantOf } from '../src/common/tenant.js';
import { VectorStoreError, type SearchScope } from '../src/adapters/vector-store/vector-store.js';
import { openDatabase } from '../src/database/data-source.js';
import { EmbeddingCacheRepository } from '../src/database/repositories/documents/embedding-cache.repository.js';
import { VectorPointsRepository } from '../src/database/repositories/documents/vector-points.repository.js';
import { startEmbedded } from '../src/embedded/embedded-engines.js';
import { cacheKeyOf } from '../src/ingestion/chunk-embedder.js';
import { fuse } from '../src/ingestion/retrieval/fusion.js';
import { SentenceSearch } from '../src/ingestion/retrieval/sentence-search.js';

const DIMENSIONS = 512;
const VOCABULARY = 30_000;
/** The commonest words of all are stop words. */
const STOP_WORDS = 50;
/** Of a chunk; some 80 of them are different. */
const CHUNK_WORDS = 90;
const QUESTION_WORDS = 8;
const CHUNK_SENTENCES = 5;
const USER = tenantOf('user');
/** Of all chunks. */
const USERS_SHARE = 0.1;
const SEARCHES = 200;
const WARM_UP = 20;
/** What retrieval uses of each search. */
const LIMIT = 40;
const JUDGED = 50;
/** Chunks of a statement that writes their sentences. */
const BATCH = 1_000;

/** An encoder by name only. */
class RandomEmbeddings extends Embeddings {
  readonly model = 'random';
  override readonly embedsSentences = true;
  embed(texts: readonly string[]): Promise<Float32Array[]> {
    return Promise.resolve(texts.map(randomVector));
  }
}
const embeddings = new RandomEmbeddings();

const scopes: [string, SearchScope][] = [
  ['all of them', { tenants: ['system', USER] }],
  ["the user's alone", { tenants: [USER] }],
];

const dataDir = await mkdtemp(join(tmpdir(), 'parley-bench-'));
await chmod(dataDir, 0o755);
const engines = await startEmbedded({ dataDir, postgres: true, redis: false });
try {
  const sizes = process.argv.slice(2).map(Number);
  for (const size of sizes.length > 0 ? sizes : [10_000, 50_000]) await measure(size);
} finally {
  await engines.stop();
  await rm(dataDir, { recursive: true, force: true });
}

async function measure(size: number): Promise<void> {
  const source = await openDatabase({ url: engines.databaseUrl! });
  const open = () =>
    new EmbeddedVectorStore(new VectorPointsRepository(source), embeddings, { warn: console.warn });
  const sentences = new SentenceSearch(new EmbeddingCacheRepository(source));
  try {
    const ids: string[] = [];
    const filled = await timed(() => fill(open(), size, ids));
    await fillSentences(source, ids);
    // A process of its own, as far as its index goes.
    const store = open();
    const before = memory();
    const loaded = await timed(() => firstSearch(store, sentences));
    const used = memory() - before;
    console.log(
      `${size} chunks: written in ${(filled / 1_000).toFixed(1)} s; ` +
        `first search, which loads them, ${loaded.toFixed(0)} ms; index ${(used / 2 ** 20).toFixed(0)} MB`,
    );
    for (const [name, scope] of scopes) {
      const times: number[] = [];
      let cpu = process.cpuUsage();
      for (let i = 0; i < WARM_UP + SEARCHES; i++) {
        if (i === WARM_UP) cpu = process.cpuUsage();
        times.push(await timed(() => search(store, sentences, scope)));
      }
      const { user, system } = process.cpuUsage(cpu);
      const perSearch = ((user + system) / 1_000 / SEARCHES).toFixed(1);
      console.log(`  search of ${name}: ${spread(times.slice(WARM_UP))}, CPU ${perSearch} ms`);
    }
    await source.query(
      'TRUNCATE vector_points, vector_documents, attachments, chunks, embedding_cache CASCADE',
    );
  } finally {
    await source.destroy();
  }
}

/** @param ids filled with those of the chunks */
async function fill(store: EmbeddedVectorStore, size: number, ids: string[]): Promise<void> {
  const ofUser = Math.round(size * USERS_SHARE);
  await fillTenant(store, USER, ofUser, ids);
  await fillTenant(store, 'system', size - ofUser, ids);
}

/** Rows of the chunks, all of one attachment, with the vectors of their sentences. */
async function fillSentences(source: DataSource, ids: readonly string[]): Promise<void> {
  const attachmentId = randomUUID();
  await source.query(
    `INSERT INTO attachments (id, scope, filename, content_type, size_bytes, sha256)
     VALUES ($1, 'system', 'all', 'text/plain', 0, '')`,
    [attachmentId],
  );
  for (let from = 0; from < ids.length; from += BATCH) {
    const batch = ids.slice(from, from + BATCH);
    // $1 the attachment, $2 position before these, $3 ids, which are the hashes too
    await source.query(
      `INSERT INTO chunks (id, attachment_id, revision, position, range_start, range_end, text, hash)
       SELECT id, $1, 1, $2 + place, 0, 0, '', id::text FROM unnest($3::uuid[]) WITH ORDINALITY AS c (id, place)`,
      [attachmentId, from, batch],
    );
    // $1 the model, $2 hashes, $3 vector, $4 those of sentences
    await source.query(
      `INSERT INTO embedding_cache (model, hash, vector, sentences) SELECT $1, hash, $3, $4 FROM unnest($2::text[]) AS c (hash)`,
      [
        cacheKeyOf(embeddings),
        batch,
        Buffer.alloc(4 * DIMENSIONS),
        randomBytes(CHUNK_SENTENCES * DIMENSIONS),
      ],
    );
  }
  await source.query('ANALYZE chunks, embedding_cache');
}

/** Documents of 1 to 100 chunks, most of them short. */
async function fillTenant(
  store: EmbeddedVectorStore,
  tenant: Tenant,
  size: number,
  ids: string[],
): Promise<void> {
  for (let left = size; left > 0;) {
    const length = Math.min(left, Math.ceil(100 ** Math.random()));
    const points = Array.from({ length }, () => ({
      id: randomUUID(),
      dense: randomVector(),
      sparse: documentVector(randomText(CHUNK_WORDS)),
    }));
    await store.replace({ tenant, attachmentId: randomUUID() }, points);
    ids.push(...points.map(({ id }) => id));
    left -= length;
  }
}

/** On a busy machine the loading may take longer than a search waits for it. */
async function firstSearch(store: EmbeddedVectorStore, sentences: SentenceSearch): Promise<void> {
  for (;;) {
    try {
      return await search(store, sentences, scopes[0]![1]);
    } catch (error) {
      if (!(error instanceof VectorStoreError)) throw error;
    }
  }
}

async function search(
  store: EmbeddedVectorStore,
  sentences: SentenceSearch,
  scope: SearchScope,
): Promise<void> {
  const vector = randomVector();
  const [near, sharing] = await Promise.all([
    store.searchDense(vector, scope, LIMIT),
    store.searchSparse(documentVector(randomText(QUESTION_WORDS)), scope, LIMIT),
  ]);
  if (near.length < LIMIT || sharing.length === 0) throw new Error('Too little was found.');
  const ids = fuse([near, sharing])
    .slice(0, JUDGED)
    .map(({ id }) => id);
  const { bySentence } = await sentences.nearest(embeddings, vector, near, ids);
  if (bySentence.size !== ids.length) throw new Error('Sentences are missing.');
}

function randomVector(): Float32Array {
  return toUnitLength(Array.from({ length: DIMENSIONS }, () => Math.random() + Math.random() - 1));
}

/** The n-th word is n times rarer than the first, as in any language. */
function randomText(words: number): string {
  const rank = () => Math.floor(STOP_WORDS * (VOCABULARY / STOP_WORDS) ** Math.random());
  const spell = (digits: string) => digits.replace(/\d/g, (digit) => 'qrstuvwxyz'[Number(digit)]!);
  return Array.from({ length: words }, () => `${spell(rank().toString(26))}k`).join(' ');
}

function memory(): number {
  globalThis.gc?.();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

function spread(times: readonly number[]): string {
  const sorted = [...times].sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.floor(share * sorted.length)]!.toFixed(1);
  return `p50 ${at(0.5)} ms, p95 ${at(0.95)} ms`;
}
