import { Injectable } from '@nestjs/common';
import { Any, DataSource, In, IsNull, Not, type Repository } from 'typeorm';
import { Attachment } from '../../entities/attachment.entity.js';
import type { AttachmentRevision } from './attachments.repository.js';
import type { NewAttachment } from './uploads.repository.js';

/** A system attachment that was synced from the training materials. */
export type SyncedDocument = Pick<Attachment, 'id' | 'contentType' | 'sha256'> & { sourcePath: string };

const IS_SYNCED = { sourcePath: Not(IsNull()) };

/** System attachments by their path in the training materials; they have no owner. */
@Injectable()
export class SyncedDocumentsRepository {
  private readonly attachments: Repository<Attachment>;

  constructor(private readonly source: DataSource) {
    this.attachments = source.getRepository(Attachment);
  }

  /** All of them: the training materials are bounded by their sync. */
  async listSynced(): Promise<SyncedDocument[]> {
    const rows = await this.attachments.find({
      where: IS_SYNCED,
      select: { id: true, sourcePath: true, contentType: true, sha256: true },
      order: { sourcePath: 'ASC' },
    });
    return rows as (Attachment & SyncedDocument)[];
  }

  /**
   * Replaces the file at a path and requests its indexing; until then the earlier version stays searchable.
   * @param file its id is that of the existing document at the path, if any
   * @returns the document's id and new revision
   */
  async replaceSynced(sourcePath: string, file: NewAttachment): Promise<AttachmentRevision> {
    // TypeORM's upsert cannot count. $1 the document's id, $2 its path, $3 to $6 name, type, bytes and hash of the file
    const [row]: [AttachmentRevision] = await this.source.query(
      `INSERT INTO attachments AS a (id, scope, source_path, filename, content_type, size_bytes, sha256)
       VALUES ($1, 'system', $2, $3, $4, $5, $6)
       ON CONFLICT (source_path) DO UPDATE SET filename = $3, content_type = $4, size_bytes = $5, sha256 = $6,
         status = 'pending', error = NULL, revision = a.revision + 1, chunks_embedded = 0, updated_at = now()
       RETURNING a.id, a.revision`,
      [file.id, sourcePath, file.filename, file.contentType, file.sizeBytes, file.sha256],
    );
    return row;
  }

  /** Changes a document's path and name; its index entries are kept. @returns false when it was deleted */
  async moveSynced({ id }: SyncedDocument, sourcePath: string, filename: string): Promise<boolean> {
    const changes = { sourcePath, filename, updatedAt: () => 'now()' };
    const { affected } = await this.attachments.update({ id, ...IS_SYNCED }, changes);
    return Boolean(affected);
  }

  /** Number of documents that are not indexed yet. */
  countPending(): Promise<number> {
    return this.attachments.countBy({ ...IS_SYNCED, status: In(['pending', 'indexing']) });
  }

  /** @returns how many there were */
  async deleteSynced(sourcePaths: readonly string[]): Promise<number> {
    const { affected } = await this.attachments.delete({ sourcePath: Any(sourcePaths) });
    return affected ?? 0;
  }
}
