import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { EmbeddingsError, toUnitLength } from '../../src/adapters/embeddings/embeddings.js';
import { EmbeddedVectorStore } from '../../src/adapters/vector-store/embedded-vector-store.js';
import { QdrantVectorStore } from '../../src/adapters/vector-store/qdrant-vector-store.js';
import { documentVector } from '../../src/search/sparse.js';
import type { Point, VectorStore } from '../../src/adapters/vector-store/vector-store.js';
import { openDatabase } from '../../src/database/data-source.js';
import { VectorPointsRepository } from '../../src/database/repositories/documents/vector-points.repository.js';
import { FaultProxy } from './fault-proxy.js';
import { createDatabase } from './database.js';
import { FakeQdrant } from './fake-qdrant.js';

/** An empty place for vectors, and stores that share it as processes do. */
export interface VectorWorld {
  open(options?: OpenOptions): Promise<VectorStore>;
  /** From now on the place does not answer. */
  silence(): Promise<void>;
  recover(): Promise<void>;
  close(): Promise<void>;
}

export interface OpenOptions {
  /** Whose vectors the store is for. */
  model?: string;
  /** Shorter than usual. */
  deadlineMs?: number;
}

export const DIMENSIONS = 16;
export const MODEL = 'test/Model 1';

/** Embeddings that know how long their vectors are; `null` is a server that is unavailable. */
export const embeddings = (model = MODEL, dimensions: number | null = DIMENSIONS) => ({
  model,
  embed: async (texts: readonly string[]) => {
    if (dimensions === null) throw new EmbeddingsError('The embeddings server could not be reached.');
    return texts.map(() => new Float32Array(dimensions).fill(dimensions ** -0.5));
  },
});

/** A vector of length 1, the same for the same seed. */
export const vector = (seed: number, dimensions = DIMENSIONS) =>
  toUnitLength(Array.from({ length: dimensions }, (_, i) => Math.sin(seed * 12.9898 + i * 78.233)));

/** @param seed of its vector; without one it has words alone */
export const point = (text: string, seed?: number): Point => ({
  id: randomUUID(),
  sparse: documentVector(text),
  dense: seed === undefined ? null : vector(seed),
});

export async function embeddedWorld(): Promise<VectorWorld> {
  const database = await createDatabase();
  const opened: { destroy(): Promise<void> }[] = [];
  const blocker = new Client({ connectionString: database.url });
  await blocker.connect();
  return {
    open: async ({ model, deadlineMs } = {}) => {
      const source = await openDatabase({ url: database.url, deadline: deadlineMs });
      opened.push(source);
      return new EmbeddedVectorStore(new VectorPointsRepository(source), embeddings(model), { warn: fail });
    },
    silence: async () => void (await blocker.query('BEGIN; LOCK TABLE vector_documents')),
    recover: async () => void (await blocker.query('ROLLBACK')),
    close: async () => {
      await blocker.end();
      for (const source of opened) await source.destroy();
      await database.drop();
    },
  };
}

export async function fakeQdrantWorld(): Promise<VectorWorld> {
  const fake = await FakeQdrant.start();
  return {
    open: async ({ model, deadlineMs } = {}) =>
      new QdrantVectorStore(
        { url: fake.url, alias: 'parley', readMs: deadlineMs, writeMs: deadlineMs },
        embeddings(model),
      ),
    silence: async () => fake.hang(),
    recover: async () => fake.recover(),
    close: () => fake.close(),
  };
}

/** A server that was configured for tests; what was made there is deleted. */
export async function realQdrantWorld(url: string): Promise<VectorWorld> {
  const { QdrantClient } = await import('@qdrant/js-client-rest');
  const alias = `parley-test-${randomUUID()}`;
  const proxy = await FaultProxy.to(url);
  return {
    open: async ({ model, deadlineMs } = {}) =>
      new QdrantVectorStore(
        { url: proxy.url, alias, readMs: deadlineMs, writeMs: deadlineMs },
        embeddings(model),
      ),
    silence: async () => proxy.cut(),
    recover: async () => proxy.mend(),
    close: async () => {
      await proxy.close();
      const client = new QdrantClient({ url, checkCompatibility: false });
      const { collections } = await client.getCollections();
      for (const { name } of collections) if (name.startsWith(alias)) await client.deleteCollection(name);
    },
  };
}

function fail(details: unknown, message?: string): never {
  throw new Error(`${message}: ${JSON.stringify(details)}`);
}
