import type { Tenant } from '../../common/tenant.js';
import type { SparseVector } from '../../search/sparse.js';

/** The vectors of one chunk. */
export interface Point {
  /** UUID of the chunk, unique across documents. */
  id: string;
  sparse: SparseVector;
  /** Unit-length embedding; null before it is computed: the chunk is then found by words only. */
  dense: Float32Array | null;
}

/** The document that points belong to. */
export interface PointOwner {
  tenant: Tenant;
  attachmentId: string;
}

/** Scope of a search. At least one tenant is required by type, so that no search is unscoped. */
export interface SearchScope {
  tenants: readonly [Tenant, ...Tenant[]];
  /** These attachments only; all of the tenants when left out. */
  attachmentIds?: readonly string[];
}

export interface Hit {
  id: string;
  /**
   * Cosine similarity for dense vectors, BM25-like for words; comparable within one result only. Higher is better.
   */
  score: number;
}

export interface VectorStoreStats {
  collection: string;
  points: number;
  documents: number;
}

/** The vector store cannot be reached, or answered with an error. */
export class VectorStoreError extends Error {}

/**
 * Vectors of chunks for one embedding model; several models have parallel indexes. Every call is scoped to tenants.
 * All methods have a deadline and throw VectorStoreError.
 */
export abstract class VectorStore {
  /**
   * Replaces the points of a document; idempotent. An empty list removes the document from the indexes of all
   * models.
   */
  abstract replace(document: PointOwner, points: readonly Point[]): Promise<void>;

  /** Nearest by meaning, best first. */
  abstract searchDense(vector: Float32Array, scope: SearchScope, limit: number): Promise<Hit[]>;

  /** Nearest by words, best first. */
  abstract searchSparse(vector: SparseVector, scope: SearchScope, limit: number): Promise<Hit[]>;

  /** Number of a document's points of this embedding model. */
  abstract count(document: PointOwner): Promise<number>;

  /** Drops caches and reads the stored state again, as after a restart. */
  abstract reload(): Promise<VectorStoreStats>;

  /** Deletes all points of this model, of every tenant; other models are unaffected. */
  abstract clear(): Promise<void>;

  /** Preloads the index of these tenants, if the store has one; never fails. */
  async prepare(_tenants: SearchScope['tenants']): Promise<void> {}

  /** Frees memory; the next search reloads the index. */
  release(): void {}

  /** Called when this index becomes the one used for answers; idempotent. */
  async activate(): Promise<void> {}
}
