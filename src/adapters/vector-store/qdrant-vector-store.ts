import type { SparseVector } from '../../search/sparse.js';
import type { Embeddings } from '../embeddings/embeddings.js';
import { QdrantApi, QdrantError, type QdrantOptions } from './qdrant-api.js';
import { DENSE, QdrantCollections, WORDS } from './qdrant-collections.js';
import {
  VectorStore,
  type Hit,
  type Point,
  type PointOwner,
  type SearchScope,
  type VectorStoreStats,
} from './vector-store.js';

/** Points per request: 1,536 dimensions are about 30 KB of JSON each, and Qdrant accepts 32 MB. */
const BATCH = 128;
/** Upper limit of the document count. */
const MAX_DOCUMENTS = 100_000;

/** Points in Qdrant. A missing collection counts as empty. */
export class QdrantVectorStore extends VectorStore {
  private readonly api: QdrantApi;
  private readonly collections: QdrantCollections;

  /** @param options `alias` names the collection in use */
  constructor(options: QdrantOptions & { alias: string }, embeddings: Pick<Embeddings, 'model' | 'embed'>) {
    super();
    this.api = new QdrantApi(options);
    this.collections = new QdrantCollections(this.api, options.alias, embeddings);
  }

  async replace(document: PointOwner, points: readonly Point[]): Promise<void> {
    if (points.length === 0) return this.remove(document);
    try {
      const collection = await this.collections.ensure(points.find(({ dense }) => dense)?.dense?.length);
      for (let from = 0; from < points.length; from += BATCH) {
        const batch = points.slice(from, from + BATCH).map((point) => toQdrant(document, point));
        await this.api.write((client) => client.upsert(collection, { wait: true, points: batch }));
      }
      // Last, so that the document is never without points.
      const has_id = points.map(({ id }) => id);
      const others = { ...isOf(document), must_not: [{ has_id }] };
      await this.api.write((client) => client.delete(collection, { wait: true, filter: others }));
    } catch (error) {
      // The collection may have been deleted: the next attempt creates it again.
      this.collections.forget();
      throw error;
    }
  }

  async searchDense(vector: Float32Array, scope: SearchScope, limit: number): Promise<Hit[]> {
    const collection = this.collections.of(vector.length);
    return this.search(collection, { query: [...vector], using: DENSE }, scope, limit);
  }

  async searchSparse(vector: SparseVector, scope: SearchScope, limit: number): Promise<Hit[]> {
    if (vector.indices.length === 0) return [];
    return this.search(await this.collections.current(), { query: vector, using: WORDS }, scope, limit);
  }

  async count(document: PointOwner): Promise<number> {
    return this.countIn(await this.collections.current(), isOf(document));
  }

  async reload(): Promise<VectorStoreStats> {
    this.collections.forget();
    const collection = await this.collections.current();
    if (!collection) return { collection: this.collections.alias, points: 0, documents: 0 };
    const facet = { key: 'attachment_id', limit: MAX_DOCUMENTS, exact: true };
    const [points, { hits }] = await Promise.all([
      this.countIn(collection),
      this.orIfMissing(
        this.api.read((client) => client.facet(collection, facet)),
        { hits: [] },
      ),
    ]);
    return { collection, points, documents: hits.length };
  }

  async clear(): Promise<void> {
    this.collections.forget();
    for (const collection of await this.collections.own())
      await this.orIfMissing(
        this.api.write((client) => client.deleteCollection(collection)),
        false,
      );
  }

  override async activate(): Promise<void> {
    const collection = await this.collections.current();
    if (collection) await this.collections.point(collection);
  }

  /** From the collections of all models. */
  private async remove(document: PointOwner): Promise<void> {
    const filter = isOf(document);
    for (const collection of await this.collections.all())
      await this.orIfMissing(
        this.api.write((client) => client.delete(collection, { wait: true, filter })),
        null,
      );
  }

  private async search(
    collection: string | undefined,
    query: { query: number[] | SparseVector; using: string },
    { tenants, attachmentIds }: SearchScope,
    limit: number,
  ): Promise<Hit[]> {
    if (!collection || limit < 1 || attachmentIds?.length === 0) return [];
    const filter = {
      must: [oneOf('tenant', tenants), ...(attachmentIds ? [oneOf('attachment_id', attachmentIds)] : [])],
    };
    const { points } = await this.orIfMissing(
      this.api.read((client) => client.query(collection, { ...query, filter, limit, with_payload: false })),
      { points: [] },
    );
    return points.map(({ id, score }) => ({ id: String(id), score }));
  }

  private async countIn(collection: string | undefined, filter?: ReturnType<typeof isOf>): Promise<number> {
    if (!collection) return 0;
    const counting = this.api.read((client) => client.count(collection, { filter, exact: true }));
    return (await this.orIfMissing(counting, { count: 0 })).count;
  }

  private async orIfMissing<T>(answer: Promise<T>, empty: T): Promise<T> {
    try {
      return await answer;
    } catch (error) {
      if (error instanceof QdrantError && error.status === 404) return empty;
      throw error;
    }
  }
}

/** Qdrant requires unique values. */
const oneOf = (key: string, values: readonly string[]) => ({ key, match: { any: [...new Set(values)] } });

const isOf = ({ tenant, attachmentId }: PointOwner) => ({
  must: [
    { key: 'tenant', match: { value: tenant } },
    { key: 'attachment_id', match: { value: attachmentId } },
  ],
});

const toQdrant = ({ tenant, attachmentId }: PointOwner, { id, dense, sparse }: Point) => ({
  id,
  payload: { tenant, attachment_id: attachmentId },
  vector: {
    ...(dense && { [DENSE]: [...dense] }),
    ...(sparse.indices.length > 0 && { [WORDS]: sparse }),
  },
});
