import { Injectable } from '@nestjs/common';
import { EmbeddingModels } from '../../adapters/embeddings/embedding-models.js';
import type { Embeddings } from '../../adapters/embeddings/embeddings.js';
import type { VectorStore } from '../../adapters/vector-store/vector-store.js';
import { VectorStores } from '../../adapters/vector-store/vector-stores.js';
import { EmbeddingIndexesRepository } from '../../database/repositories/documents/embedding-indexes.repository.js';

/** An embedding model, and the vectors that it computed. */
export interface DocumentIndex {
  embeddings: Embeddings;
  store: VectorStore;
}

/** The indexes there are at one moment. */
export interface CurrentIndexes {
  /** Questions are answered from it. */
  active: DocumentIndex;
  /** It becomes the active one when it is complete; null when none is requested. */
  next: DocumentIndex | null;
  /** All that are kept up to date, the active one first. */
  kept: DocumentIndex[];
}

/**
 * The index of each embedding model. A question is embedded and searched for in one of them, however long that takes: an
 * index that is not active any more is still there.
 */
@Injectable()
export class EmbeddingIndexes {
  constructor(
    private readonly models: EmbeddingModels,
    private readonly stores: VectorStores,
    private readonly indexes: EmbeddingIndexesRepository,
  ) {}

  /** As the database has it now. The configured model is the first. */
  async current(): Promise<CurrentIndexes> {
    const { configured } = this.models;
    let rows = await this.indexes.list();
    if (!rows.some(({ isActive }) => isActive)) {
      await this.indexes.enterFirst(configured.model);
      rows = await this.indexes.list();
    }
    const inUse = rows.filter(({ purgeRequestedAt }) => !purgeRequestedAt);
    const active = inUse.find(({ isActive }) => isActive)?.model ?? configured.model;
    const next = inUse.find(({ requestedAt }) => requestedAt)?.model;
    this.stores.release([active, ...(next ? [next] : [])]);
    return {
      active: this.of(active),
      next: next === undefined ? null : this.of(next),
      kept: inUse.map(({ model }) => this.of(model)),
    };
  }

  of(model: string): DocumentIndex {
    return { embeddings: this.models.of(model), store: this.stores.of(model) };
  }
}
