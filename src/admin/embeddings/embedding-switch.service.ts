import { Injectable } from '@nestjs/common';
import { EmbeddingModels } from '../../adapters/embeddings/embedding-models.js';
import { EmbeddingsError } from '../../adapters/embeddings/embeddings.js';
import { notFound, ParleyError } from '../../common/errors.js';
import type { EmbeddingIndex } from '../../database/entities/embedding-index.entity.js';
import { EmbeddingIndexesRepository } from '../../database/repositories/documents/embedding-indexes.repository.js';
import {
  IndexedDocumentsRepository,
  type IndexProgress,
} from '../../database/repositories/documents/indexed-documents.repository.js';
import { cacheKeyOf } from '../../ingestion/chunk-embedder.js';
import { EmbeddingIndexes } from '../../ingestion/indexes/embedding-indexes.js';
import { IngestionQueue } from '../../ingestion/ingestion-queue.js';

/** An index with its progress. */
export interface IndexStatus extends EmbeddingIndex, IndexProgress {}

/** Retry delay: searches that began before a switch have ended by then. */
const RETRY_SECONDS = 30;

/** The change of the embedding model, as admins request it. Workers do the work. */
@Injectable()
export class EmbeddingSwitchService {
  constructor(
    private readonly models: EmbeddingModels,
    private readonly indexes: EmbeddingIndexes,
    private readonly rows: EmbeddingIndexesRepository,
    private readonly documents: IndexedDocumentsRepository,
    private readonly queue: IngestionQueue,
  ) {}

  async list(): Promise<IndexStatus[]> {
    await this.indexes.current();
    const rows = await this.rows.list();
    return Promise.all(
      rows.map(async (row) => ({
        ...row,
        ...(await this.documents.progress(row.model, cacheKeyOf(this.models.of(row.model)))),
      })),
    );
  }

  /**
   * Requests building the index of a model in the background, and its activation when it is complete. For the
   * active model, cancels a pending request.
   * @param skipCheck without the golden questions
   * @throws ParleyError `invalid` when the model cannot embed a text
   */
  async request(model: string, skipCheck: boolean): Promise<void> {
    const { active } = await this.indexes.current();
    if (model !== active.embeddings.model) await this.checkModel(model);
    await this.rows.request(model, skipCheck);
    await this.queue.requestIndexes();
  }

  /**
   * Rolls back to the previously active index: at once if it has every document, otherwise when it is complete.
   * @throws ParleyError `conflict` when there is none
   */
  async rollBack(): Promise<void> {
    const previous = await this.rows.previous();
    if (!previous) throw new ParleyError('conflict', 'no-previous-index', 'No other index was active before');
    const { model } = previous;
    if (await this.rows.activate(model)) {
      // Searches do not depend on it, and workers do it again.
      await this.indexes
        .of(model)
        .store.activate()
        .catch(() => undefined);
      return;
    }
    await this.rows.request(model, true);
    await this.queue.requestIndexes();
  }

  /** Deletes an index. @throws ParleyError `not-found`; `conflict` while it is in use */
  async purge(model: string): Promise<void> {
    switch (await this.rows.discard(model)) {
      case 'unknown':
        throw notFound('No index of this model');
      case 'active':
        throw new ParleyError('conflict', 'index-in-use', 'Questions are answered from this index');
      case 'searched':
        throw new ParleyError(
          'conflict',
          'index-in-use',
          'Questions were answered from this index a moment ago',
          { retryAfter: RETRY_SECONDS },
        );
      case 'discarded':
        await this.queue.requestIndexes();
    }
  }

  private async checkModel(model: string): Promise<void> {
    try {
      await this.models.of(model).embed(['Can this model embed a text?']);
    } catch (error) {
      if (!(error instanceof EmbeddingsError)) throw error;
      throw new ParleyError('invalid', 'embedding-model', `model: ${error.message}`, { cause: error });
    }
  }
}
