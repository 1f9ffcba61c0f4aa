import type { Tenant } from '../../common/tenant.js';
import type { SparseVector } from '../../search/sparse.js';

/** The vectors of one chunk. */
export interface Point {
  /** The chunk's id, a UUID; no other document has it. */
  id: string;
  sparse: SparseVector;
  /** Of length 1; null while it is not computed yet: the chunk is found by its words alone. */
  dense: Float32Array | null;
}

/** The document that points belong to. */
export interface PointOwner {
  tenant: Tenant;
  attachmentId: string;
}

/** What a search may see. At least one tenant is named: a search of everything cannot be written. */
export interface SearchScope {
  tenants: readonly [Tenant, ...Tenant[]];
  /** These attachments only; all of the tenants when left out. */
  attachmentIds?: readonly string[];
}

export interface Hit {
  id: string;
  /** Cosine for dense vectors, BM25-like for words; comparable within one answer only. Higher is nearer. */
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
 * Vectors of chunks, for one embedding model: several models have an index each, side by side. Every call is bound to
 * tenants. All methods have a deadline and throw VectorStoreError.
 */
export abstract class VectorStore {
  /**
   * Makes the points of a document exactly these; doing it again changes nothing. An empty list removes the document
   * from the indexes of all models.
   */
  abstract replace(document: PointOwner, points: readonly Point[]): Promise<void>;

  /** Nearest by meaning, best first. */
  abstract searchDense(vector: Float32Array, scope: SearchScope, limit: number): Promise<Hit[]>;

  /** Nearest by words, best first. */
  abstract searchSparse(vector: SparseVector, scope: SearchScope, limit: number): Promise<Hit[]>;

  /** How many points a document has; those of another embedding model do not count. */
  abstract count(document: PointOwner): Promise<number>;

  /** Looks anew at what is stored, as after a restart. */
  abstract reload(): Promise<VectorStoreStats>;

  /** Deletes all points of this model, of every tenant; those of other models stay. */
  abstract clear(): Promise<void>;

  /** Loads what a search of these tenants needs, where that takes time; never fails. */
  async prepare(_tenants: SearchScope['tenants']): Promise<void> {}

  /** Frees memory; the next search loads what it needs. */
  release(): void {}

  /** Called when this index has become the one that questions are answered from; doing it again changes nothing. */
  async activate(): Promise<void> {}
}
