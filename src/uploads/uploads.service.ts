import { rm } from 'node:fs/promises';
import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { validate as isUuid } from 'uuid';
import { blobPrefix, BlobStore, originalKey } from '../adapters/blob-store/blob-store.js';
import { notAuthenticated } from '../auth/access.js';
import { Logger } from '../common/logger.js';
import { Config } from '../config/config.js';
import type { IdempotencyClaim } from '../database/repositories/idempotency.repository.js';
import type { ConversationKey } from '../database/repositories/open-conversation.js';
import {
  QuotaExceededError,
  UploadsRepository,
  type AcceptedUpload,
  type NewUpload,
} from '../database/repositories/documents/uploads.repository.js';
import { Idempotency } from '../idempotency/idempotency.js';
import { IngestionQueue } from '../ingestion/ingestion-queue.js';
import { IncomingFolder, type UnfinishedUpload } from './incoming-folder.js';
import { quotaExceeded } from './refusals.js';
import type { Allowance, IncomingFile } from './upload-reader.js';

const MB = 1024 * 1024;

/** Accepts files: the blob first, then a committed row, then a job. An accepted file is never lost. */
@Injectable()
export class UploadsService implements OnApplicationBootstrap {
  constructor(
    private readonly config: Config,
    private readonly incoming: IncomingFolder,
    private readonly uploads: UploadsRepository,
    private readonly blobs: BlobStore,
    private readonly queue: IngestionQueue,
    private readonly idempotency: Idempotency,
    private readonly logger: Logger,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    for (const leftover of await this.incoming.open()) await this.clear(leftover);
  }

  /**
   * The account's remaining quota.
   * @param isKeyed a retry of an accepted upload takes no space, which is known only after reading it
   */
  async allowance(ownerId: string, isKeyed = false): Promise<Allowance> {
    if (isKeyed) return { ownerId, room: Infinity };
    return { ownerId, room: Math.max(0, this.quota - (await this.uploads.usedBytes(ownerId))) };
  }

  /**
   * Accepts a file for all conversations of its owner.
   * @throws ParleyError `too-large` when the quota is exhausted; `idempotency-key-reused`
   */
  async accept(
    ownerId: string,
    file: IncomingFile,
    claim?: IdempotencyClaim,
  ): Promise<AcceptedUpload['attachment']> {
    const upload = { ownerId, scope: 'user', quota: this.quota, claim } as const;
    return (await this.store(file, upload)).attachment;
  }

  /**
   * Accepts a file for one conversation, which is created if it does not exist, with a row in its running table.
   * @returns the file's id and the row's number
   * @throws ParleyError as `accept`
   */
  async acceptInConversation(
    { ownerId, ...conversation }: ConversationKey,
    file: IncomingFile,
    claim?: IdempotencyClaim,
  ): Promise<{ attachmentId: string; rowid: number }> {
    const row = {
      type: 'userinput',
      description: `User uploads file '${file.filename}', saving location is in this row.`,
    };
    const into = { ...conversation, row };
    const upload = { ownerId, scope: 'user', quota: this.quota, into, claim } as const;
    const { attachment, rowid } = await this.store(file, upload);
    return { attachmentId: attachment.id, rowid: rowid! };
  }

  /** Accepts a file that every user's retrieval sees. @param ownerId the admin who uploads it */
  async acceptSystem(
    ownerId: string,
    file: IncomingFile,
    claim?: IdempotencyClaim,
  ): Promise<AcceptedUpload['attachment']> {
    return (await this.store(file, { ownerId, scope: 'system', claim })).attachment;
  }

  private get quota(): number {
    return this.config.env.USER_QUOTA_MB * MB;
  }

  private store(incoming: IncomingFile, upload: Omit<NewUpload, 'file'>): Promise<AcceptedUpload> {
    return this.idempotency.once(upload.claim, async () => {
      const accepted = await this.write(incoming, upload).catch(async (error: unknown) => {
        await this.withdraw(incoming.id, upload.claim);
        throw error instanceof QuotaExceededError ? quotaExceeded(this.config.env.USER_QUOTA_MB) : error;
      });
      await this.queue.enqueue(accepted.attachment.id, 1);
      return accepted;
    });
  }

  private async write(
    { id, path, filename, mediaType, sizeBytes, sha256 }: IncomingFile,
    upload: Omit<NewUpload, 'file'>,
  ): Promise<AcceptedUpload> {
    await this.blobs.put(originalKey(id), path);
    const file = { id, filename, contentType: mediaType, sizeBytes, sha256 };
    const accepted = await this.uploads.accept({ ...upload, file });
    if (!accepted) throw notAuthenticated('Could not validate credentials');
    return accepted;
  }

  /**
   * Either write may have succeeded despite an error: the row is deleted first, since it must not exist without its
   * blob.
   */
  private async withdraw(id: string, claim: IdempotencyClaim | undefined): Promise<void> {
    try {
      await this.uploads.withdraw(id, claim);
      await this.blobs.deleteAll(blobPrefix(id));
    } catch (error) {
      this.logger.error({ err: error, attachment: id }, 'a failed upload could not be deleted');
    }
  }

  /** Cleans up after a process that was killed between writing the blob and the row. */
  private async clear({ id, path }: UnfinishedUpload): Promise<void> {
    try {
      if (isUuid(id) && !(await this.uploads.isAccepted(id))) await this.blobs.deleteAll(blobPrefix(id));
      await rm(path, { recursive: true, force: true });
    } catch (error) {
      this.logger.warn(
        { err: error, path },
        'a partial upload could not be deleted; the next start deletes it',
      );
    }
  }
}
