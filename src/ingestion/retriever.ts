import { Injectable } from '@nestjs/common';
import { Embeddings, EmbeddingsError } from '../adapters/embeddings/embeddings.js';
import { toSparse } from '../adapters/vector-store/sparse.js';
import {
  tenantOf,
  VectorStore,
  VectorStoreError,
  type Hit,
  type SearchScope,
} from '../adapters/vector-store/vector-store.js';
import { Logger } from '../common/logger.js';
import { ChunksRepository, type ChunkPassage } from '../database/repositories/chunks.repository.js';
import { fuse } from './fusion.js';
import { aboveFloor, judge, type Judged } from './relevance.js';

/** Whose documents are searched: the owner's own, those for all users, or both. */
export type DocumentScope = 'all' | 'own' | 'system';

export interface Question {
  ownerId: string;
  scope: DocumentScope;
  text: string;
  /** Passages wanted at most. */
  limit: number;
  /** These attachments only; all the owner may see when empty or left out. */
  attachmentIds?: readonly string[];
}

export interface RetrievedPassage extends ChunkPassage {
  /** 0…1: how likely it is to bear on the question. */
  score: number;
}

export interface Retrieval {
  /** Best first; none when nothing there bears on the question. */
  passages: RetrievedPassage[];
  /** True when not all that is there could be searched. */
  degraded: boolean;
}

/** Looked at of each of the two searches. */
const CANDIDATES = 40;
/** Looked into of both together. */
const JUDGED = 50;
/** More of a question than this tells nothing more. */
const MAX_QUESTION_CHARS = 2_000;

/** Finds the passages a question is answered from: by meaning and by words, of documents its owner may see. */
@Injectable()
export class Retriever {
  constructor(
    private readonly embeddings: Embeddings,
    private readonly store: VectorStore,
    private readonly chunks: ChunksRepository,
    private readonly logger: Logger,
  ) {}

  /** Never fails because a vector store or an embeddings server does: it finds less and says so. */
  async retrieve(
    { ownerId, scope, text, limit, attachmentIds }: Question,
    signal?: AbortSignal,
  ): Promise<Retrieval> {
    const asked = text.slice(0, MAX_QUESTION_CHARS).toWellFormed();
    const where = {
      tenants: tenants(scope, ownerId),
      ...(attachmentIds?.length && { attachmentIds }),
    };
    const [dense, words] = await Promise.all([
      this.orNull(async () => {
        const [vector] = await this.embeddings.embed([asked], signal);
        return this.store.searchDense(vector!, where, CANDIDATES);
      }, signal),
      this.orNull(() => this.store.searchSparse(toSparse(asked), where, CANDIDATES), signal),
    ]);
    const judged = await this.judgeFound(ownerId, asked, dense ?? [], words ?? []);
    // Documents that the client names are meant, however little their words have in common with the question.
    const chosen = attachmentIds?.length ? judged : aboveFloor(judged);
    const passages = withoutRepeats(chosen).slice(0, limit).map(withoutFeatures);
    return { passages, degraded: !dense || !words };
  }

  /** The text comes from PostgreSQL, which alone knows what is still there and whose it is. */
  private async judgeFound(ownerId: string, asked: string, dense: readonly Hit[], words: readonly Hit[]) {
    const fused = fuse([dense, words]).slice(0, JUDGED);
    if (fused.length === 0) return [];
    const found = await this.chunks.visible(
      ownerId,
      fused.map(({ id }) => id),
    );
    const byId = new Map(found.map((passage) => [passage.id, passage]));
    const candidates = fused.flatMap(({ id }) => byId.get(id) ?? []);
    const cosines = new Map(dense.map(({ id, score }) => [id, score]));
    return judge(asked, candidates, cosines, this.embeddings.model);
  }

  private async orNull<T>(search: () => Promise<T>, signal?: AbortSignal): Promise<T | null> {
    try {
      return await search();
    } catch (error) {
      signal?.throwIfAborted();
      if (!(error instanceof VectorStoreError || error instanceof EmbeddingsError)) throw error;
      this.logger.warn({ err: error }, 'retrieval is degraded');
      return null;
    }
  }
}

function tenants(scope: DocumentScope, ownerId: string): SearchScope['tenants'] {
  if (scope === 'system') return ['system'];
  return scope === 'own' ? [tenantOf(ownerId)] : ['system', tenantOf(ownerId)];
}

function withoutFeatures(judged: Judged<ChunkPassage>): RetrievedPassage {
  const { features: _, ...passage } = judged;
  return passage;
}

/** The same words from two copies of a document, or from its old and new revision, count once. */
function withoutRepeats<P extends ChunkPassage>(passages: readonly P[]): P[] {
  const seen = new Set<string>();
  return passages.filter(({ text }) => {
    const key = text.replace(/\s+/g, ' ').trim().toLowerCase();
    return !seen.has(key) && seen.add(key);
  });
}
