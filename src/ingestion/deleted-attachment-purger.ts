import { Injectable } from '@nestjs/common';
import { BlobStore, blobPrefix } from '../adapters/blob-store/blob-store.js';
import type { PointOwner } from '../adapters/vector-store/vector-store.js';
import { Logger } from '../common/logger.js';
import { AdvisoryLocks } from '../database/advisory-locks.js';
import { EmbeddingCacheRepository } from '../database/repositories/documents/embedding-cache.repository.js';
import { IndexingRepository } from '../database/repositories/documents/indexing.repository.js';
import { AttachmentReader } from './attachment-reader.js';
import { EmbeddingIndexes } from './indexes/embedding-indexes.js';

/** Attachments purged at a time. */
const PAGE = 100;

/**
 * Deletes what deleted attachments leave outside their rows: points, blobs, vectors in the cache. A job of theirs
 * that still waits finds no row and ends by itself; one that is running holds the attachment's lock, and the process
 * that runs it purges again when it has ended.
 */
@Injectable()
export class DeletedAttachmentPurger {
  private running = Promise.resolve();
  private next: Promise<void> | undefined;

  constructor(
    private readonly indexing: IndexingRepository,
    private readonly locks: AdvisoryLocks,
    private readonly cache: EmbeddingCacheRepository,
    private readonly indexes: EmbeddingIndexes,
    private readonly blobs: BlobStore,
    private readonly reader: AttachmentReader,
    private readonly logger: Logger,
  ) {}

  /**
   * Purges attachments that were deleted before the call; failures are retried with the next one. Calls that wait for
   * their turn share one. Never fails.
   */
  purge(): Promise<void> {
    this.next ??= this.running.then(() => {
      this.next = undefined;
      return (this.running = this.purgeAll());
    });
    return this.next;
  }

  private async purgeAll(): Promise<void> {
    try {
      let purged = 0;
      for (let more = true; more;) {
        const page = await this.indexing.discarded(PAGE);
        const before = purged;
        for (const attachment of page) if (await this.erase(attachment)) purged++;
        more = page.length === PAGE && purged > before;
      }
      if (purged > 0) await this.cache.deleteUnused();
    } catch (error) {
      this.logger.warn({ err: error }, 'deleted attachments could not be purged; the next sweep tries again');
    }
  }

  /** @returns false when another worker holds its lock */
  private async erase(attachment: PointOwner): Promise<boolean> {
    const { attachmentId } = attachment;
    const isErased = await this.locks.whileAlone(attachmentId, async () => {
      const { active } = await this.indexes.current();
      await active.store.replace(attachment, []);
      await this.blobs.deleteAll(blobPrefix(attachmentId));
      await this.reader.forget(attachmentId);
      await this.indexing.forget(attachmentId);
      return true;
    });
    return isErased ?? false;
  }
}
