import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { VectorStore } from '../adapters/vector-store/vector-store.js';
import { Logger } from '../common/logger.js';
import { TERMS_VERSION } from '../search/terms.js';
import { EmbeddingCacheRepository } from '../database/repositories/documents/embedding-cache.repository.js';
import { DocumentTermsRepository } from '../database/repositories/documents/document-terms.repository.js';
import { IndexingRepository } from '../database/repositories/documents/indexing.repository.js';
import { DeletedAttachmentPurger } from './deleted-attachment-purger.js';
import { IngestionQueue } from './ingestion-queue.js';

const SWEEP_MS = 15_000;
/** More than a worker gets done until the next sweep; the oldest come first. */
const PAGE = 1_000;

/**
 * Recovers jobs that the queue has lost. Rows are the source of truth, so that Redis may lose everything at any time:
 * what is neither indexed nor failed is queued again, at once at the start and then every 15 s.
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
    private readonly store: VectorStore,
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
      if (!this.isChecked) await this.checkStore();
      await this.queue.enqueueAll(await this.indexing.unfinished(PAGE));
      await this.purger.purge();
    } catch (error) {
      this.logger.warn({ err: error }, 'sweep of attachments failed');
    }
    if (!this.isLeaving) this.timer = setTimeout(() => void (this.running = this.sweep()), SWEEP_MS);
  }

  /**
   * A vector store without the document indexed last has lost everything, or is a new one: for another
   * embedding model there is another collection. Everything goes through the pipeline once more then.
   */
  private async checkStore(): Promise<void> {
    const newest = await this.indexing.newestIndexed();
    if (newest && (await this.store.count(newest)) === 0) {
      const count = await this.indexing.reopenIndexed();
      this.logger.warn({ attachments: count }, 'the vector store is empty: all documents are indexed again');
    }
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
