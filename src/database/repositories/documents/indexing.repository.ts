import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { Tenant } from '../../../common/tenant.js';
import type { AttachmentRevision } from './attachments.repository.js';

/** An attachment that is being indexed. */
export interface AttachmentOwner {
  tenant: Tenant;
  attachmentId: string;
}

export interface ClaimedAttachment extends AttachmentRevision, AttachmentOwner {
  filename: string;
  contentType: string;
}

export interface FailedAttachment extends AttachmentOwner {
  /** Of earlier revisions. */
  chunkCount: number;
}

/** A chunk as it is stored. */
export interface ChunkRow {
  id: string;
  position: number;
  /** Its range in the text of the attachment, in UTF-16 code units. */
  start: number;
  end: number;
  page: number | null;
  heading: string | null;
  text: string;
  /** Of what is embedded for it. */
  hash: string;
}

/** Chunks that are written at once: well within the deadline of a statement, and some 2 ms of work for this process. */
const BATCH = 100;
const TENANT = `CASE scope WHEN 'system' THEN 'system' ELSE 'user:' || owner_id END AS tenant`;
/** What every write of a worker asks first: the row is there, and this is the current revision. */
const CURRENT = `id = $1 AND revision = $2 AND status = 'indexing'`;

/**
 * Attachments as workers see them. Every write is for one revision, and says false when that revision is not the one to
 * be indexed any more: deleted, asked for anew, or done by somebody else.
 */
@Injectable()
export class IndexingRepository {
  constructor(private readonly source: DataSource) {}

  /** Starts, or starts anew after a crash. @returns null when there is nothing to be done */
  async claim({ id, revision }: AttachmentRevision): Promise<ClaimedAttachment | null> {
    const [rows]: [ClaimedAttachment[], number] = await this.source.query(
      `UPDATE attachments SET status = 'indexing', error = NULL, warnings = '{}', chunks_embedded = 0, updated_at = now()
       WHERE id = $1 AND revision = $2 AND status IN ('pending', 'indexing')
       RETURNING id, revision, ${TENANT}, id AS "attachmentId", filename, content_type AS "contentType"`,
      [id, revision],
    );
    return rows[0] ?? null;
  }

  async isCurrent({ id, revision }: AttachmentRevision): Promise<boolean> {
    const rows: unknown[] = await this.source.query(`SELECT FROM attachments WHERE ${CURRENT}`, [
      id,
      revision,
    ]);
    return rows.length > 0;
  }

  /** Makes the chunks of a revision exactly these; those of older revisions stay. */
  async storeChunks({ id, revision }: AttachmentRevision, chunks: readonly ChunkRow[]): Promise<boolean> {
    for (let from = 0; from < chunks.length; from += BATCH) {
      const batch = JSON.stringify(chunks.slice(from, from + BATCH));
      const rows: unknown[] = await this.source.query(STORE_CHUNKS, [id, revision, batch]);
      if (rows.length === 0) return false;
    }
    return this.changed(
      `WITH rest AS (DELETE FROM chunks WHERE attachment_id = $1 AND revision = $2 AND position >= $3)
       UPDATE attachments SET chunk_count = $3, updated_at = now() WHERE ${CURRENT}`,
      [id, revision, chunks.length],
    );
  }

  /** Whether an earlier revision of it answers until this one does. */
  async hasEarlierChunks({ id, revision }: AttachmentRevision): Promise<boolean> {
    const rows: unknown[] = await this.source.query(
      'SELECT FROM chunks WHERE attachment_id = $1 AND revision < $2 LIMIT 1',
      [id, revision],
    );
    return rows.length > 0;
  }

  /** @param embedded how many of its chunks have a vector */
  progress({ id, revision }: AttachmentRevision, embedded: number): Promise<boolean> {
    return this.changed(`UPDATE attachments SET chunks_embedded = $3, updated_at = now() WHERE ${CURRENT}`, [
      id,
      revision,
      embedded,
    ]);
  }

  /**
   * @param caption what an image shows; null for what is no image, or was not looked at
   * @param warnings what of the file was not read, or may be misread
   */
  async finish(
    { id, revision }: AttachmentRevision,
    caption: string | null,
    warnings: readonly string[],
  ): Promise<boolean> {
    const rows: unknown[] = await this.source.query(FINISH, [id, revision, caption, warnings]);
    return rows.length > 0;
  }

  /**
   * Gives a revision up, its chunks with it; those of earlier ones stay.
   * @param error a sentence for the uploader
   * @returns whose it is and how many chunks are left; null when it is not the one to be indexed any more
   */
  async fail({ id, revision }: AttachmentRevision, error: string): Promise<FailedAttachment | null> {
    const rows: FailedAttachment[] = await this.source.query(FAIL, [id, revision, error]);
    return rows[0] ?? null;
  }

  /** What has been accepted and is neither indexed nor failed, longest untouched first. */
  unfinished(limit: number): Promise<AttachmentRevision[]> {
    return this.source.query(
      `SELECT id, revision FROM attachments WHERE status IN ('pending', 'indexing') ORDER BY updated_at LIMIT $1`,
      [limit],
    );
  }

  /** The document that was indexed last and has points. */
  async newestIndexed(): Promise<AttachmentOwner | null> {
    const rows: AttachmentOwner[] = await this.source.query(
      `SELECT id AS "attachmentId", ${TENANT} FROM attachments
       WHERE status = 'indexed' AND chunk_count > 0 ORDER BY updated_at DESC LIMIT 1`,
    );
    return rows[0] ?? null;
  }

  /** Has everything indexed anew that has points, as it is. @returns how many */
  async reopenIndexed(): Promise<number> {
    const [, count]: [unknown, number] = await this.source.query(
      `UPDATE attachments SET status = 'pending', chunks_embedded = 0, updated_at = now()
       WHERE status = 'indexed' AND chunk_count > 0`,
    );
    return count;
  }

  /** Deleted attachments that have left something behind, oldest first. */
  discarded(limit: number): Promise<AttachmentOwner[]> {
    return this.source.query(
      `SELECT attachment_id AS "attachmentId", tenant FROM discarded_attachments ORDER BY discarded_at LIMIT $1`,
      [limit],
    );
  }

  /** Nothing of a deleted attachment is left. */
  async forget(attachmentId: string): Promise<void> {
    await this.source.query('DELETE FROM discarded_attachments WHERE attachment_id = $1', [attachmentId]);
  }

  private async changed(update: string, values: unknown[]): Promise<boolean> {
    const [, count]: [unknown, number] = await this.source.query(update, values);
    return count > 0;
  }
}

const STORE_CHUNKS = `
  WITH current AS (SELECT id FROM attachments WHERE ${CURRENT} FOR KEY SHARE),
  stored AS (
    INSERT INTO chunks (id, attachment_id, revision, position, range_start, range_end, page, heading, text, hash)
    SELECT c.id, $1, $2, c.position, c.start, c."end", c.page, c.heading, c.text, c.hash
    FROM current, jsonb_to_recordset($3::jsonb) AS c
      (id uuid, position integer, start integer, "end" integer, page integer, heading text, text text, hash text)
    ON CONFLICT (id) DO UPDATE SET
      range_start = excluded.range_start, range_end = excluded.range_end, page = excluded.page,
      heading = excluded.heading, text = excluded.text, hash = excluded.hash
  )
  SELECT FROM current`;

const FINISH = `
  WITH done AS (
    UPDATE attachments SET status = 'indexed', chunks_embedded = chunk_count, caption = $3, warnings = $4, updated_at = now()
    WHERE ${CURRENT} RETURNING id
  ), old AS (
    DELETE FROM chunks c USING done WHERE c.attachment_id = done.id AND c.revision < $2
  )
  SELECT FROM done`;

const FAIL = `
  WITH failed AS (
    UPDATE attachments SET status = 'failed', error = $3, chunks_embedded = 0, updated_at = now(),
      chunk_count = (SELECT count(*) FROM chunks WHERE attachment_id = $1 AND revision < $2)
    WHERE id = $1 AND revision = $2 AND status IN ('pending', 'indexing')
    RETURNING id AS "attachmentId", ${TENANT}, chunk_count AS "chunkCount"
  ), own AS (
    DELETE FROM chunks c USING failed WHERE c.attachment_id = failed."attachmentId" AND c.revision = $2
  )
  SELECT * FROM failed`;
