import type { SparseVector } from '../../search/sparse.js';
import { setImmediate as turn } from 'node:timers/promises';
import { TopK } from '../../search/top-k.js';
import type { Logger } from '../../common/logger.js';
import { rarity } from '../../search/bm25.js';
import { quantise } from '../../search/quantise.js';
import { toQuantisedQuery } from '../../search/quantised-rows.js';
import { TimeSlices } from '../../common/time/time-slices.js';
import { TimeoutError, within } from '../../common/time/within.js';
import type {
  StoredPoint,
  VectorPointsRepository,
} from '../../database/repositories/documents/vector-points.repository.js';
import type { Embeddings } from '../embeddings/embeddings.js';
import type { DocumentIndex } from './document-index.js';
import { TenantIndex } from './tenant-index.js';
import { bytesOf, encodeSparse } from './vector-bytes.js';
import type { Tenant } from '../../common/tenant.js';
import {
  VectorStore,
  VectorStoreError,
  type Hit,
  type Point,
  type PointOwner,
  type SearchScope,
  type VectorStoreStats,
} from './vector-store.js';

/** Memory limits of the index. */
export interface IndexLimits {
  /** Per tenant: about 100,000 chunks with 512-dimensional vectors. Documents beyond it are not searched. */
  tenantBytes: number;
  /** In total: beyond it, the least recently searched tenants are evicted. Two of the largest fit. */
  bytes: number;
}

const LIMITS: IndexLimits = { tenantBytes: 128 * 2 ** 20, bytes: 384 * 2 ** 20 };
/** Deadline in ms for loading an index before a search; statements have their own. */
const LOAD_MS = 10_000;
/** Points and words processed, some 3 ms of work, before the event loop gets a turn. */
const SLICE = 4_096;

/** Points in PostgreSQL, searched exactly in an in-memory index of each searched tenant. */
export class EmbeddedVectorStore extends VectorStore {
  /** Ordered by use: the last is the most recently searched. */
  private readonly tenants = new Map<Tenant, TenantIndex>();

  constructor(
    private readonly points: VectorPointsRepository,
    private readonly embeddings: Pick<Embeddings, 'model'>,
    private readonly logger: Pick<Logger, 'warn'>,
    private readonly limits = LIMITS,
  ) {
    super();
  }

  async replace(document: PointOwner, points: readonly Point[]): Promise<void> {
    const slices = new TimeSlices();
    const stored: StoredPoint[] = [];
    for (const { id, sparse, dense } of points) {
      stored.push({ id, sparse: encodeSparse(sparse), dense: dense && bytesOf(quantise(dense)) });
      await slices.pause();
    }
    await orVectorStoreError(this.points.replace(document, this.embeddings.model, stored));
  }

  async searchDense(vector: Float32Array, scope: SearchScope, limit: number): Promise<Hit[]> {
    const tenants = await this.load(scope.tenants);
    const query = toQuantisedQuery(vector);
    const best = new TopK<string>(limit);
    let work = 0;
    for (const document of tenants.flatMap((tenant) => tenant.select(scope.attachmentIds))) {
      document.offerNear(query, best);
      if ((work += document.size) > SLICE) work = await turn(0);
    }
    return hitsOf(best);
  }

  /**
   * Word rarity (IDF) is computed over all documents of the searched tenants: other tenants have no influence, and
   * a search of a single attachment still distinguishes rare words from common ones.
   */
  async searchSparse({ indices, values }: SparseVector, scope: SearchScope, limit: number): Promise<Hit[]> {
    const tenants = await this.load(scope.tenants);
    const wanted = new Set(tenants.flatMap((tenant) => tenant.select(scope.attachmentIds)));
    const matches: { document: DocumentIndex; places: number[] }[] = [];
    const counts = indices.map(() => 0);
    let points = 0;
    let work = 0;
    for (const document of tenants.flatMap((tenant) => tenant.select())) {
      const places = indices.map((word) => document.find(word));
      for (const [i, place] of places.entries()) counts[i]! += document.count(place);
      if (wanted.has(document) && places.some((place) => place >= 0)) matches.push({ document, places });
      points += document.size;
      if ((work += document.size + places.length) > SLICE) work = await turn(0);
    }
    const worth = values.map((value, i) => value * rarity(points, counts[i]!));
    const best = new TopK<string>(limit);
    for (const { document, places } of matches) {
      document.offerSharing(places, worth, best);
      if ((work += document.size) > SLICE) work = await turn(0);
    }
    return hitsOf(best);
  }

  count(document: PointOwner): Promise<number> {
    return orVectorStoreError(this.points.count(document, this.embeddings.model));
  }

  async reload(): Promise<VectorStoreStats> {
    this.tenants.clear();
    const { model } = this.embeddings;
    return { collection: 'vector_points', ...(await orVectorStoreError(this.points.total(model))) };
  }

  async clear(): Promise<void> {
    this.tenants.clear();
    await orVectorStoreError(this.points.clear(this.embeddings.model));
  }

  override release(): void {
    this.tenants.clear();
  }

  override async prepare(tenants: SearchScope['tenants']): Promise<void> {
    // Loaded by the first search instead.
    await this.load(tenants).catch(() => undefined);
  }

  /** The indexes of tenants, with everything that is committed by now. */
  private async load(tenants: readonly Tenant[]): Promise<TenantIndex[]> {
    const indexes = [...new Set(tenants)].map((tenant) => this.indexOf(tenant));
    await withinDeadline(orVectorStoreError(Promise.all(indexes.map((index) => index.refresh()))));
    this.evictAllBut(indexes);
    return indexes;
  }

  private indexOf(tenant: Tenant): TenantIndex {
    const known = this.tenants.get(tenant);
    const index = known?.isCurrent ? known : this.newIndex(tenant);
    this.tenants.delete(tenant);
    this.tenants.set(tenant, index);
    return index;
  }

  private newIndex(tenant: Tenant): TenantIndex {
    return new TenantIndex(
      (since) => this.points.changes(tenant, since, this.embeddings.model),
      this.limits.tenantBytes,
      ({ attachmentId, points }) =>
        this.logger.warn(
          { tenant, attachmentId, points: points.length },
          'too many vectors for the embedded store: this document is not searched; set QDRANT_URL',
        ),
    );
  }

  private evictAllBut(used: readonly TenantIndex[]): void {
    let bytes = [...this.tenants.values()].reduce((sum, index) => sum + index.bytes, 0);
    for (const [tenant, index] of this.tenants) {
      if (bytes <= this.limits.bytes) return;
      if (used.includes(index)) continue;
      this.tenants.delete(tenant);
      bytes -= index.bytes;
    }
  }
}

const hitsOf = ({ ranked }: TopK<string>): Hit[] => ranked.map(({ item: id, score }) => ({ id, score }));

async function orVectorStoreError<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw new VectorStoreError('The vectors in the database cannot be reached.', { cause: error });
  }
}

/** Work past the deadline continues, for the next search. */
async function withinDeadline<T>(work: Promise<T>): Promise<T> {
  try {
    return await within(LOAD_MS, work);
  } catch (error) {
    throw error instanceof TimeoutError ? new VectorStoreError('The vectors are still being loaded.') : error;
  }
}
