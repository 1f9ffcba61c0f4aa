import { Injectable } from '@nestjs/common';
import { DataSource, IsNull, Not, Raw, type EntityManager, type Repository } from 'typeorm';
import { lockTransaction } from '../../advisory-locks.js';
import { deleteBatch } from '../../delete-batch.js';
import { CachedEmbedding } from '../../entities/chunk.entity.js';
import { EmbeddingIndex, IndexedDocument } from '../../entities/embedding-index.entity.js';
import { ANSWERING, MISSING } from './indexed-documents.repository.js';

/** Batch size of deletions from the cache, so that a statement stays well within its deadline. */
const BATCH = 2_000;
/** Until then searches that began before a switch have ended. */
const SEARCH_SECONDS = 30;
/** Serializes every change of the active index; distinct from the lock of the process that builds indexes. */
const LOCK = 'active-embedding-index';

/** Which embedding models have an index, and which of them answers. */
@Injectable()
export class EmbeddingIndexesRepository {
  private readonly indexes: Repository<EmbeddingIndex>;

  constructor(private readonly source: DataSource) {
    this.indexes = source.getRepository(EmbeddingIndex);
  }

  /** All indexes, the active one first. */
  list(): Promise<EmbeddingIndex[]> {
    return this.indexes.find({ order: { isActive: 'DESC', activatedAt: 'DESC', model: 'ASC' } });
  }

  /** Activates a model if there is no active index, with all documents indexed so far. */
  async enterFirst(model: string): Promise<void> {
    await this.decide(async (manager) => {
      if (await manager.existsBy(EmbeddingIndex, { isActive: true })) return;
      const changes = { isActive: true, isConfigured: true, activatedAt: () => 'now()', requestedAt: null };
      await manager
        .createQueryBuilder()
        .insert()
        .into(EmbeddingIndex)
        .values({ model, ...changes })
        .orUpdate(['is_active', 'is_configured', 'activated_at'], ['model'])
        .execute();
      // $1 the model
      await manager.query(
        `INSERT INTO indexed_documents (model, attachment_id, revision) SELECT $1, a.id, c.revision ${ANSWERING}
         ON CONFLICT DO NOTHING`,
        [model],
      );
    });
  }

  /** Records the model in the settings. A change requests its index. @returns true when it was requested */
  async configure(model: string): Promise<boolean> {
    return this.decide(async (manager) => {
      const known = await manager.findOneBy(EmbeddingIndex, { model });
      if (known?.isConfigured) return false;
      // The first start after an upgrade: the settings name the active model.
      await this.requestIn(manager, model);
      await manager.update(EmbeddingIndex, { isConfigured: true }, { isConfigured: false });
      await manager.update(EmbeddingIndex, { model }, { isConfigured: true });
      return !known?.isActive;
    });
  }

  /**
   * Requests building and activating the index of a model, in place of any other requested one.
   * @param skipCheck without the quality check
   */
  async request(model: string, skipCheck: boolean): Promise<void> {
    await this.decide((manager) => this.requestIn(manager, model, skipCheck));
  }

  /**
   * Activates the index of a model if it has every searchable document. Atomic for searches: readers of the row see
   * the new one from the commit.
   * @returns false when it is incomplete or discarded
   */
  async activate(model: string): Promise<boolean> {
    return this.decide(async (manager) => {
      // Waits for transactions that finish a document in the active index; their documents count below.
      await manager.update(EmbeddingIndex, { isActive: true }, { isActive: false });
      // $1 the model
      const [, switched]: [unknown, number] = await manager.query(
        `UPDATE embedding_indexes SET is_active = true, activated_at = clock_timestamp(), requested_at = NULL, error = NULL
         WHERE model = $1 AND purge_requested_at IS NULL AND NOT EXISTS (SELECT ${MISSING})`,
        [model],
      );
      if (switched === 0) throw new NotComplete();
      return true;
    }).catch((error: unknown) => {
      if (error instanceof NotComplete) return false;
      throw error;
    });
  }

  /** The previously active index. */
  async previous(): Promise<EmbeddingIndex | null> {
    return this.indexes.findOne({
      where: { isActive: false, activatedAt: Not(IsNull()), purgeRequestedAt: IsNull() },
      order: { activatedAt: 'DESC' },
    });
  }

  /**
   * @param error null to clear it
   * @returns false when it is unchanged
   */
  async note(model: string, error: string | null): Promise<boolean> {
    const { affected } = await this.indexes
      .createQueryBuilder()
      .update({ error })
      .where('model = :model AND error IS DISTINCT FROM :error', { model, error })
      .execute();
    return Boolean(affected);
  }

  /** Withdraws the activation request, with the reason. */
  async reject(model: string, error: string): Promise<void> {
    await this.indexes.update({ model, isActive: false }, { requestedAt: null, error });
  }

  /**
   * Marks the index of a model for deletion: it is empty from now on.
   * @returns `active` and `searched` when it is in use, or was until recently
   */
  async discard(model: string): Promise<'discarded' | 'unknown' | 'active' | 'searched'> {
    return this.decide(async (manager) => {
      const index = await manager.findOneBy(EmbeddingIndex, { model });
      if (!index) return 'unknown';
      if (index.isActive) return 'active';
      const activatedAt = Raw((column) => `${column} > now() - make_interval(secs => ${SEARCH_SECONDS})`);
      if (index.activatedAt && (await manager.existsBy(EmbeddingIndex, { isActive: true, activatedAt })))
        return 'searched';
      await manager.delete(IndexedDocument, { model });
      await manager.update(EmbeddingIndex, { model }, { purgeRequestedAt: new Date(), requestedAt: null });
      return 'discarded';
    });
  }

  /** Deletes a discarded index with its cached embeddings. @param cacheKeys names of its vectors in the cache */
  async forget(model: string, cacheKeys: readonly string[]): Promise<void> {
    const cached = this.source.getRepository(CachedEmbedding);
    const which = { where: 'model = ANY(:cacheKeys)', parameters: { cacheKeys } };
    while (await deleteBatch(cached, BATCH, which));
    await this.indexes.delete({ model, isActive: false, purgeRequestedAt: Not(IsNull()) });
  }

  private async requestIn(manager: EntityManager, model: string, skipCheck = false): Promise<void> {
    await manager.update(EmbeddingIndex, { requestedAt: Not(IsNull()) }, { requestedAt: null });
    // $1 the model, $2 whether to skip the check
    await manager.query(
      `INSERT INTO embedding_indexes (model, requested_at, skip_check) VALUES ($1, now(), $2)
       ON CONFLICT (model) DO UPDATE SET purge_requested_at = NULL, error = NULL, skip_check = $2,
         requested_at = CASE WHEN embedding_indexes.is_active THEN NULL ELSE now() END`,
      [model, skipCheck],
    );
  }

  private decide<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    return this.source.transaction(async (manager) => {
      await lockTransaction(manager, LOCK);
      return work(manager);
    });
  }
}

class NotComplete extends Error {}
