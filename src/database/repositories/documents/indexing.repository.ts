import { Injectable } from '@nestjs/common';
import { Any, DataSource, In, LessThan, type Repository } from 'typeorm';
import { tenantOf, type Tenant } from '../../../common/tenant.js';
import { Attachment } from '../../entities/attachment.entity.js';
import { Chunk, DiscardedAttachment } from '../../entities/chunk.entity.js';
import { attachmentEvent } from '../webhooks/attachment-event.js';
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
  /** Chunks of earlier revisions. */
  chunkCount: number;
}

/** The results of indexing an attachment. */
export interface FinishedAttachment {
  /** The embedding model of the index that has its points. */
  model: string;
  /** Description of an image; null for other files, or without a vision model. */
  caption: string | null;
  /** Warnings: parts that were not read or may be misread. */
  warnings: readonly string[];
  /** Title used as context in embedding its chunks. */
  passageTitle: string;
}

/** A stored chunk. */
export type ChunkRow = Omit<Chunk, 'attachmentId' | 'attachment' | 'revision'>;

/** Chunks per write: well within the deadline of a statement, and some 2 ms of work for this process. */
const BATCH = 100;
/** A column of attachments that is computed. */
const TENANT = `CASE scope WHEN 'system' THEN 'system' ELSE 'user:' || owner_id END`;
const UNFINISHED = In(['pending', 'indexing'] as const);
/** The condition of every write of a worker: the row exists, and this is the current revision. */
const current = ({ id, revision }: AttachmentRevision) => ({ id, revision, status: 'indexing' as const });
/** The same condition in SQL, for attachment $1 and revision $2. */
const CURRENT = `id = $1 AND revision = $2 AND status = 'indexing'`;

/**
 * Attachments for ingestion workers. Every write is conditional on a revision, and returns false when it is stale:
 * the attachment was deleted, requested again, or indexed by another process.
 */
@Injectable()
export class IndexingRepository {
  private readonly attachments: Repository<Attachment>;

  constructor(private readonly source: DataSource) {
    this.attachments = source.getRepository(Attachment);
  }

  /** Number of rows pending for workers, by kind. */
  async backlog(): Promise<{ pending: number; indexing: number; discarded: number }> {
    const [row] = await this.source.query<{ pending: number; indexing: number; discarded: number }[]>(
      `SELECT count(*) FILTER (WHERE status = 'pending')::int AS pending,
         count(*) FILTER (WHERE status = 'indexing')::int AS indexing,
         (SELECT count(*)::int FROM discarded_attachments) AS discarded
       FROM attachments WHERE status IN ('pending', 'indexing')`,
    );
    return row!;
  }

  /** Starts indexing, or restarts it after a crash. @returns null when it is not due */
  async claim({ id, revision }: AttachmentRevision): Promise<ClaimedAttachment | null> {
    const { raw } = await this.attachments
      .createQueryBuilder()
      .update({
        status: 'indexing',
        error: null,
        warnings: [],
        chunksEmbedded: 0,
        updatedAt: () => 'now()',
      })
      .where({ id, revision, status: UNFINISHED })
      .returning(
        `id, revision, ${TENANT} AS tenant, id AS "attachmentId", filename, content_type AS "contentType"`,
      )
      .execute();
    return (raw as ClaimedAttachment[])[0] ?? null;
  }

  isCurrent(attachment: AttachmentRevision): Promise<boolean> {
    return this.attachments.existsBy(current(attachment));
  }

  /** Replaces the chunks of a revision; those of older revisions are kept. */
  async storeChunks({ id, revision }: AttachmentRevision, chunks: readonly ChunkRow[]): Promise<boolean> {
    for (let from = 0; from < chunks.length; from += BATCH) {
      const batch = JSON.stringify(chunks.slice(from, from + BATCH));
      const rows: unknown[] = await this.source.query(STORE_CHUNKS, [id, revision, batch]);
      if (rows.length === 0) return false;
    }
    // $1 and $2 the attachment's id and revision, $3 number of chunks
    const [, count]: [unknown, number] = await this.source.query(
      `WITH rest AS (DELETE FROM chunks WHERE attachment_id = $1 AND revision = $2 AND position >= $3)
       UPDATE attachments SET chunk_count = $3, updated_at = now() WHERE ${CURRENT}`,
      [id, revision, chunks.length],
    );
    return count > 0;
  }

  /** Whether an earlier revision is searchable until this one is. */
  hasEarlierChunks({ id, revision }: AttachmentRevision): Promise<boolean> {
    return this.source.manager.existsBy(Chunk, { attachmentId: id, revision: LessThan(revision) });
  }

  /** @param embedded how many of its chunks have a vector */
  async progress(attachment: AttachmentRevision, embedded: number): Promise<boolean> {
    const changes = { chunksEmbedded: embedded, updatedAt: () => 'now()' };
    const { affected } = await this.attachments.update(current(attachment), changes);
    return Boolean(affected);
  }

  /** @returns false also when the index with its points is neither active nor requested any more */
  async finish(
    { id, revision }: AttachmentRevision,
    { model, caption, warnings, passageTitle }: FinishedAttachment,
  ): Promise<boolean> {
    const rows: unknown[] = await this.source.query(FINISH, [
      id,
      revision,
      caption,
      warnings,
      passageTitle,
      model,
    ]);
    return rows.length > 0;
  }

  /**
   * Marks a revision as failed and deletes its chunks; those of earlier ones are kept.
   * @param error a sentence for the uploader
   * @returns the owner and the number of remaining chunks; null for a stale revision
   */
  async fail({ id, revision }: AttachmentRevision, error: string): Promise<FailedAttachment | null> {
    const rows: FailedAttachment[] = await this.source.query(FAIL, [id, revision, error]);
    return rows[0] ?? null;
  }

  /** The tenants of attachments, by id; without nonexistent ones. @param ids UUIDs */
  async tenantsOf(ids: readonly string[]): Promise<Map<string, string>> {
    const rows = await this.attachments.find({
      where: { id: Any(ids) },
      select: { id: true, scope: true, ownerId: true },
    });
    return new Map(
      rows.map(({ id, scope, ownerId }) => [id, scope === 'system' ? scope : tenantOf(ownerId!)]),
    );
  }

  /** Last change of the pending or indexing attachment that is unchanged for longest; null without any. */
  async oldestUnfinished(): Promise<Date | null> {
    const row = await this.attachments.findOne({
      where: { status: UNFINISHED },
      select: { id: true, updatedAt: true },
      order: { updatedAt: 'ASC' },
    });
    return row?.updatedAt ?? null;
  }

  /** Attachments that are neither indexed nor failed, longest unchanged first. */
  unfinished(limit: number): Promise<AttachmentRevision[]> {
    return this.attachments.find({
      where: { status: UNFINISHED },
      select: { id: true, revision: true },
      order: { updatedAt: 'ASC' },
      take: limit,
    });
  }

  /** Deleted attachments with remaining data in other stores, oldest first. */
  discarded(limit: number): Promise<AttachmentOwner[]> {
    return this.source.getRepository(DiscardedAttachment).find({
      select: { attachmentId: true, tenant: true },
      order: { discardedAt: 'ASC' },
      take: limit,
    });
  }

  /** Records that no data of a deleted attachment remains. */
  async forget(attachmentId: string): Promise<void> {
    await this.source.manager.delete(DiscardedAttachment, { attachmentId });
  }
}

/** $1 and $2 the attachment's id and revision, $3 chunks as a JSON array of `ChunkRow`. */
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

/**
 * Locks the index's row until the commit, so that no other index is activated meanwhile.
 * $1 and $2 the attachment's id and revision, $3 the caption or null, $4 the warnings, $5 the passages' title, $6
 * the model
 */
const FINISH = `
  WITH used AS (
    SELECT model FROM embedding_indexes WHERE model = $6 AND (is_active OR requested_at IS NOT NULL) FOR SHARE
  ), done AS (
    UPDATE attachments SET status = 'indexed', chunks_embedded = chunk_count, caption = $3, warnings = $4,
      passage_title = $5, updated_at = now()
    WHERE ${CURRENT} AND EXISTS (SELECT FROM used) RETURNING id, owner_id, scope
  ), old AS (
    DELETE FROM chunks c USING done WHERE c.attachment_id = done.id AND c.revision < $2
  ), noted AS (
    INSERT INTO indexed_documents (model, attachment_id, revision) SELECT $6, id, $2 FROM done
    ON CONFLICT (model, attachment_id) DO UPDATE SET revision = excluded.revision
  ), ${attachmentEvent('attachment.indexed', 'done.id', 'done')}
  SELECT FROM done`;

/** $1 and $2 the attachment's id and revision, $3 why it failed. */
const FAIL = `
  WITH failed AS (
    UPDATE attachments SET status = 'failed', error = $3, chunks_embedded = 0, updated_at = now(),
      chunk_count = (SELECT count(*) FROM chunks WHERE attachment_id = $1 AND revision < $2)
    WHERE id = $1 AND revision = $2 AND status IN ('pending', 'indexing')
    RETURNING id AS "attachmentId", ${TENANT} AS tenant, chunk_count AS "chunkCount", owner_id, scope
  ), own AS (
    DELETE FROM chunks c USING failed WHERE c.attachment_id = failed."attachmentId" AND c.revision = $2
  ), ${attachmentEvent('attachment.failed', 'failed."attachmentId"', 'failed')}
  SELECT "attachmentId", tenant, "chunkCount" FROM failed`;
