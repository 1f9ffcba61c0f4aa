import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { AttachmentScope, AttachmentStatus } from '../../entities/attachment.entity.js';
import { toCursor, toInstant } from '../../../common/cursor.js';
import type { AttachmentPlace, Page, Slice } from '../page.js';

/** An attachment as it is stored, without its text. */
export interface StoredAttachment {
  id: string;
  scope: AttachmentScope;
  /** Null for documents of the system. */
  ownerId: string | null;
  filename: string;
  contentType: string;
  sizeBytes: number;
  /** Of the bytes, in hex. */
  sha256: string;
  status: AttachmentStatus;
  error: string | null;
  /** What of it was not read, or may be misread. */
  warnings: string[];
  caption: string | null;
  revision: number;
  chunkCount: number;
  chunksEmbedded: number;
  sourcePath: string | null;
  createdAt: Date;
}

/** Who looks. Admins see everybody's. */
export interface Viewer {
  id: string;
  isAdmin: boolean;
}

export interface AttachmentFilters extends Page<AttachmentPlace> {
  ownerId?: string;
  status?: AttachmentStatus;
  scope?: AttachmentScope;
}

/** What is to be indexed, and which time it is. */
export interface AttachmentRevision {
  id: string;
  revision: number;
}

/** Of a `StoredAttachment`, from the table under the name `a`. */
export const ATTACHMENT_COLUMNS = `a.id, a.scope, a.owner_id AS "ownerId", a.filename, a.content_type AS "contentType",
  a.size_bytes::float8 AS "sizeBytes", a.sha256, a.status, a.error, a.warnings, a.caption, a.revision,
  a.chunk_count AS "chunkCount", a.chunks_embedded AS "chunksEmbedded", a.source_path AS "sourcePath",
  a.created_at AS "createdAt"`;
const LISTED_COLUMNS = `${ATTACHMENT_COLUMNS}, ${toInstant('a.created_at')} AS at`;
const AGAIN = `status = 'pending', error = NULL, revision = a.revision + 1, chunks_embedded = 0, updated_at = now()`;
/** Rows that are changed at once, so that a statement stays well within its deadline. */
const BATCH = 1_000;

/** Attachments as the API sees them. The owner is in every where clause but those for admins. */
@Injectable()
export class AttachmentsRepository {
  constructor(private readonly source: DataSource) {}

  /** A user's own and those of the system, newest first. */
  async listVisible(
    ownerId: string,
    { limit, offset, cursor }: Page<AttachmentPlace>,
  ): Promise<Slice<StoredAttachment>> {
    const rows: ListedAttachment[] = await this.source.query(
      `SELECT ${LISTED_COLUMNS} FROM attachments a
       WHERE (a.owner_id = $1 OR a.scope = 'system')
         AND ($4::timestamptz IS NULL OR (a.created_at, a.id) < ($4::timestamptz, $5::uuid))
       ORDER BY a.created_at DESC, a.id DESC LIMIT $2 OFFSET $3`,
      [ownerId, limit + 1, cursor ? 0 : offset, ...(cursor ?? [null, null])],
    );
    return toSlice(rows, limit);
  }

  /** @param id a UUID */
  async findVisible(viewer: Viewer, id: string): Promise<StoredAttachment | null> {
    const rows: StoredAttachment[] = await this.source.query(
      `SELECT ${ATTACHMENT_COLUMNS} FROM attachments a WHERE a.id = $1 AND (a.owner_id = $2 OR a.scope = 'system' OR $3)`,
      [id, viewer.id, viewer.isAdmin],
    );
    return rows[0] ?? null;
  }

  /** Which of these ids a user may see. @param ids UUIDs */
  async visibleIds(ownerId: string, ids: readonly string[]): Promise<string[]> {
    const rows: { id: string }[] = await this.source.query(
      `SELECT a.id FROM attachments a WHERE a.id = ANY($2) AND (a.owner_id = $1 OR a.scope = 'system')`,
      [ownerId, ids],
    );
    return rows.map(({ id }) => id);
  }

  /** Deletes a user's own attachment, for admins one of the system too. @returns false when it is neither */
  async delete(viewer: Viewer, id: string): Promise<boolean> {
    const [, count]: [unknown, number] = await this.source.query(
      `DELETE FROM attachments WHERE id = $1 AND (scope = 'user' AND owner_id = $2 OR scope = 'system' AND $3)`,
      [id, viewer.id, viewer.isAdmin],
    );
    return count > 0;
  }

  /** For admins: everybody's that pass the filters, newest first. @returns a page of them, and how many there are */
  async adminList(filters: AttachmentFilters): Promise<Slice<StoredAttachment> & { total: number }> {
    const where = `($1::uuid IS NULL OR a.owner_id = $1) AND ($2::text IS NULL OR a.status = $2)
      AND ($3::text IS NULL OR a.scope = $3)`;
    const wanted = [filters.ownerId ?? null, filters.status ?? null, filters.scope ?? null];
    const { limit, offset, cursor } = filters;
    const rows: ListedAttachment[] = await this.source.query(
      `SELECT ${LISTED_COLUMNS} FROM attachments a
       WHERE ${where} AND ($6::timestamptz IS NULL OR (a.created_at, a.id) < ($6::timestamptz, $7::uuid))
       ORDER BY a.created_at DESC, a.id DESC LIMIT $4 OFFSET $5`,
      [...wanted, limit + 1, cursor ? 0 : offset, ...(cursor ?? [null, null])],
    );
    const [counted]: { total: number }[] = await this.source.query(
      `SELECT count(*)::int AS total FROM attachments a WHERE ${where}`,
      wanted,
    );
    return { ...toSlice(rows, limit), total: counted?.total ?? 0 };
  }

  /** Asks for an attachment to be indexed anew. @param id a UUID @returns null when there is none */
  async bumpRevision(id: string): Promise<AttachmentRevision | null> {
    const [rows]: [AttachmentRevision[], number] = await this.source.query(
      `UPDATE attachments a SET ${AGAIN} WHERE a.id = $1 RETURNING a.id, a.revision`,
      [id],
    );
    return rows[0] ?? null;
  }

  /** Asks for every attachment to be indexed anew, a batch at a time. */
  async *bumpAllRevisions(): AsyncGenerator<AttachmentRevision[]> {
    for (let last: string | null = null; ;) {
      const [rows]: [AttachmentRevision[], number] = await this.source.query(
        `UPDATE attachments a SET ${AGAIN}
         FROM (SELECT id FROM attachments WHERE $1::uuid IS NULL OR id > $1 ORDER BY id LIMIT ${BATCH}) AS batch
         WHERE a.id = batch.id RETURNING a.id, a.revision`,
        [last],
      );
      if (rows.length === 0) return;
      last = rows.reduce((highest, { id }) => (id > highest ? id : highest), '');
      yield rows;
    }
  }
}

/** With its place in the list. */
type ListedAttachment = StoredAttachment & { at: string };

/** @param rows one more than `limit` when there is a next page */
function toSlice(rows: readonly ListedAttachment[], limit: number): Slice<StoredAttachment> {
  const last = rows.length > limit ? rows[limit - 1] : undefined;
  return {
    items: rows.slice(0, limit).map(({ at: _at, ...row }) => row),
    next: last ? toCursor([last.at, last.id]) : null,
  };
}
