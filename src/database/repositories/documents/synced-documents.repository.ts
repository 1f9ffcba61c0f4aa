import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { AttachmentRevision } from './attachments.repository.js';
import type { NewAttachment } from './uploads.repository.js';

/** A system attachment that was synced from the training materials. */
export interface SyncedDocument {
  id: string;
  sourcePath: string;
  contentType: string;
  /** Of the bytes, in hex. */
  sha256: string;
}

/** System attachments by their path in the training materials; nobody owns them. */
@Injectable()
export class SyncedDocumentsRepository {
  constructor(private readonly source: DataSource) {}

  /** All of them: the training materials are bounded by their sync. */
  async listSynced(): Promise<SyncedDocument[]> {
    return this.source.query(
      `SELECT id, source_path AS "sourcePath", content_type AS "contentType", sha256 FROM attachments
       WHERE source_path IS NOT NULL ORDER BY source_path`,
    );
  }

  /**
   * Stores what is at a path now; it is to be indexed, and what was indexed of an earlier version answers until then.
   * @param file whose id is that of the document at the path, if there is one
   * @returns the document's id and its new revision
   */
  async replaceSynced(sourcePath: string, file: NewAttachment): Promise<AttachmentRevision> {
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

  /** Gives a document another path and name; what was indexed of it stays. @returns false when it has been deleted */
  async moveSynced({ id }: SyncedDocument, sourcePath: string, filename: string): Promise<boolean> {
    const [, count]: [unknown, number] = await this.source.query(
      `UPDATE attachments SET source_path = $2, filename = $3, updated_at = now()
       WHERE id = $1 AND source_path IS NOT NULL`,
      [id, sourcePath, filename],
    );
    return count > 0;
  }

  /** How many of them are not indexed yet. */
  async countPending(): Promise<number> {
    const [row]: { count: number }[] = await this.source.query(
      `SELECT count(*)::int AS count FROM attachments
       WHERE source_path IS NOT NULL AND status IN ('pending', 'indexing')`,
    );
    return row?.count ?? 0;
  }

  /** @returns how many there were */
  async deleteSynced(sourcePaths: readonly string[]): Promise<number> {
    const [, count]: [unknown, number] = await this.source.query(
      'DELETE FROM attachments WHERE source_path = ANY($1)',
      [sourcePaths],
    );
    return count;
  }
}
