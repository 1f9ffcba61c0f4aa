import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { EmbeddingModels } from '../adapters/embeddings/embedding-models.js';
import { Logger } from '../common/logger.js';
import { TERMS_VERSION } from '../search/terms.js';
import { EmbeddingCacheRepository } from '../database/repositories/documents/embedding-cache.repository.js';
import { DocumentTermsRepository } from '../database/repositories/documents/document-terms.repository.js';
import { EmbeddingIndexesRepository } from '../database/repositories/documents/embedding-indexes.repository.js';
import { IndexedDocumentsRepository } from '../database/repositories/documents/indexed-documents.repository.js';
import { IndexingRepository } from '../database/repositories/documents/indexing.repository.js';
import { DeletedAttachmentPurger } from './deleted-attachment-purger.js';
import { EmbeddingIndexes } from './indexes/embedding-indexes.js';
import { IndexBuilder } from './indexes/index-builder.js';
import { IngestionQueue } from './ingestion-queue.js';

const SWEEP_MS = 15_000;
/** More than a worker gets done until the next sweep; the oldest come first. */
const PAGE = 1_000;

/**
 * Recovers jobs that the queue has lost. Rows are the source of truth, so that Redis may lose everything at any time:
 * attachments that are neither indexed nor failed are queued again, at once at the start and then every 15 s.
 */
@Injectable()
export class IngestionSweep implements OnApplicationBootstrap, OnModuleDestroy {
  private timer: NodeJS.Timeout | undefined;
  private running = Promise.resolve();
  private isLeaving = false;
  private isChecked = false;

  constructor(
    private readonly indexing: IndexingRepository,
    private readonly terms: DocumentTermsRepository,
    private readonly queue: IngestionQueue,
    private readonly purger: DeletedAttachmentPurger,
    private readonly cache: EmbeddingCacheRepository,
    private readonly models: EmbeddingModels,
    private readonly indexes: EmbeddingIndexes,
    private readonly indexRows: EmbeddingIndexesRepository,
    private readonly documents: IndexedDocumentsRepository,
    private readonly builder: IndexBuilder,
    private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.running = this.sweep();
  }

  async onModuleDestroy(): Promise<void> {
    this.isLeaving = true;
    clearTimeout(this.timer);
    await this.running;
  }

  private async sweep(): Promise<void> {
    try {
      if (!this.isChecked) await this.checkStores();
      await this.queue.enqueueAll(await this.indexing.unfinished(PAGE));
      await this.purger.purge();
      void this.builder.build();
    } catch (error) {
      this.logger.warn({ err: error }, 'sweep of attachments failed');
    }
    if (!this.isLeaving) this.timer = setTimeout(() => void (this.running = this.sweep()), SWEEP_MS);
  }

  /**
   * Another model in the settings than before gets an index beside the one that answers. An index whose store has lost
   * its documents is built again.
   */
  private async checkStores(): Promise<void> {
    const { kept, active } = await this.indexes.current();
    const { model: configured } = this.models.configured;
    if (await this.indexRows.configure(configured))
      this.logger.warn(
        { model: configured, active: active.embeddings.model },
        'another embedding model is set: its index is built, and the active one answers until it is complete',
      );
    for (const { embeddings, store } of kept) {
      const { model } = embeddings;
      const document = await this.documents.newest(model);
      if (!document || (await store.count(document)) > 0) continue;
      await this.documents.forgetAll(model);
      this.logger.warn({ model }, 'the vector store is empty: the index is built again');
    }
    await active.store.activate();
    const outdated = await this.terms.reopenOutdated(TERMS_VERSION);
    if (outdated > 0)
      this.logger.warn(
        { attachments: outdated },
        'the tokeniser has changed: documents are indexed again, and until then found by vectors only',
      );
    await this.cache.deleteUnused();
    this.isChecked = true;
  }
}
