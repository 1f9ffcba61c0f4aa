import type { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import { validate as isUuid } from 'uuid';
import {
  BlobMissingError,
  BlobStore,
  originalKey,
  textKey,
  type ByteRange,
} from '../adapters/blob-store/blob-store.js';
import { notFound, ParleyError } from '../common/errors.js';
import {
  AttachmentsRepository,
  type StoredAttachment,
  type Viewer,
} from '../database/repositories/documents/attachments.repository.js';
import type { AttachmentCursor, Page, Slice } from '../database/repositories/page.js';
import { IngestionQueue } from '../ingestion/ingestion-queue.js';
import { AttachmentWatch } from './attachment-watch.js';
import { attachmentNotFound } from './refusals.js';

/** Clients that follow longer reconnect. */
const FOLLOW_MS = 10 * 60_000;

/** Attachments, limited to the viewer's permissions. */
@Injectable()
export class AttachmentsService {
  constructor(
    private readonly attachments: AttachmentsRepository,
    private readonly blobs: BlobStore,
    private readonly queue: IngestionQueue,
    private readonly watch: AttachmentWatch,
  ) {}

  /** The user's attachments and the system's, newest first. */
  list(ownerId: string, page: Page<AttachmentCursor>): Promise<Slice<StoredAttachment>> {
    return this.attachments.listVisible(ownerId, page);
  }

  /** @throws ParleyError `not-found`, also for another user's attachment and an invalid UUID */
  async find(viewer: Viewer, id: string): Promise<StoredAttachment> {
    const found = isUuid(id) ? await this.attachments.findVisible(viewer, id) : null;
    if (!found) throw attachmentNotFound();
    return found;
  }

  /** The bytes as they were uploaded. @throws ParleyError `not-found` when they have just been deleted */
  async bytes({ id }: StoredAttachment, range?: ByteRange): Promise<Readable> {
    const stream = await this.openIfAny(originalKey(id), range);
    if (!stream) throw attachmentNotFound();
    return stream;
  }

  /**
   * The extracted text, in UTF-8.
   * @throws ParleyError `conflict` before it is available, `not-found` if it never will be
   */
  async text({ id, status, error }: StoredAttachment): Promise<Readable> {
    const stream = await this.openIfAny(textKey(id));
    if (stream) return stream;
    if (status === 'pending' || status === 'indexing')
      throw new ParleyError('conflict', 'not-read-yet', 'The text of this attachment has not been read yet');
    throw notFound(error ?? 'This attachment has no text');
  }

  /**
   * Deletes an attachment; its blobs and points are deleted soon after.
   * @throws ParleyError `not-found`, `forbidden`
   */
  async delete(viewer: Viewer, id: string): Promise<void> {
    if (isUuid(id) && (await this.attachments.delete(viewer, id))) return this.queue.requestPurge();
    const { scope } = await this.find(viewer, id);
    if (scope === 'system') throw new ParleyError('forbidden', 'admin-only', 'Admin only');
    throw attachmentNotFound();
  }

  /** Its states from now on, until it is indexed, failed or deleted. Each differs from the previous. */
  async *follow(first: StoredAttachment, signal: AbortSignal): AsyncGenerator<StoredAttachment> {
    const until = AbortSignal.any([signal, AbortSignal.timeout(FOLLOW_MS)]);
    for await (const attachment of this.watch.follow(first, until)) {
      yield attachment;
      if (attachment.status === 'indexed' || attachment.status === 'failed') return;
    }
  }

  private async openIfAny(key: string, range?: ByteRange): Promise<Readable | null> {
    try {
      return await this.blobs.read(key, range);
    } catch (error) {
      if (error instanceof BlobMissingError) return null;
      throw error;
    }
  }
}
