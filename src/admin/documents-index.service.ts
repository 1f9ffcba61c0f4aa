import { Injectable } from '@nestjs/common';
import { validate as isUuid } from 'uuid';
import { VectorStoreError, type VectorStoreStats } from '../adapters/vector-store/vector-store.js';
import { notFound, ParleyError } from '../common/errors.js';
import type { AttachmentStatus } from '../database/entities/attachment.entity.js';
import { AttachmentsRepository } from '../database/repositories/documents/attachments.repository.js';
import { EmbeddingIndexes } from '../ingestion/indexes/embedding-indexes.js';
import { IngestionQueue } from '../ingestion/ingestion-queue.js';

/** The index of documents, as admins handle it. */
@Injectable()
export class DocumentsIndexService {
  constructor(
    private readonly attachments: AttachmentsRepository,
    private readonly queue: IngestionQueue,
    private readonly indexes: EmbeddingIndexes,
  ) {}

  /**
   * Requests re-indexing of an attachment by the regular pipeline; its current text stays searchable until then.
   * @returns the id of the job
   * @throws ParleyError `not-found`
   */
  async reindex(attachmentId: string): Promise<string> {
    const bumped = isUuid(attachmentId) ? await this.attachments.bumpRevision(attachmentId) : null;
    if (!bumped) throw notFound('Attachment not found');
    return this.queue.enqueue(bumped.id, bumped.revision);
  }

  /** Requests re-indexing of all attachments. @returns their number */
  reindexAll(): Promise<number> {
    return this.enqueueAll();
  }

  /** Requests re-indexing of failed attachments. @returns their number */
  reindexFailed(): Promise<number> {
    return this.enqueueAll('failed');
  }

  private async enqueueAll(status?: AttachmentStatus): Promise<number> {
    let count = 0;
    for await (const batch of this.attachments.bumpAllRevisions(status)) {
      await this.queue.enqueueAll(batch);
      count += batch.length;
    }
    return count;
  }

  /**
   * Reloads the vector store's state for the active model.
   * @throws ParleyError `unavailable` when it is unreachable
   */
  async reload(): Promise<VectorStoreStats> {
    try {
      const { active } = await this.indexes.current();
      return await active.store.reload();
    } catch (error) {
      if (!(error instanceof VectorStoreError)) throw error;
      throw new ParleyError('unavailable', 'vector-store-unavailable', 'The vector store is unavailable', {
        retryAfter: 2,
        cause: error,
      });
    }
  }
}
