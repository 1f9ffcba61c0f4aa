import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { Tenant } from '../../../common/tenant.js';
import type { AttachmentStatus } from '../../entities/attachment.entity.js';
import { Chunk } from '../../entities/chunk.entity.js';
import { IndexedDocument } from '../../entities/embedding-index.entity.js';

/** A document missing in an index, or present in another revision than the searchable one. */
export interface MissingDocument {
  attachmentId: string;
  tenant: Tenant;
  /** The searchable revision. */
  revision: number;
  status: AttachmentStatus;
  filename: string;
  /** Title used as context in embedding its chunks; null when it was not stored. */
  passageTitle: string | null;
}

export interface StoredChunk {
  id: string;
  heading: string | null;
  text: string;
  hash: string;
}

/** Progress of building an index. */
export interface IndexProgress {
  documents: number;
  documentsTotal: number;
  /** Chunks with computed vectors, including those of incomplete documents. */
  chunks: number;
  chunksTotal: number;
}

/**
 * Attachments `a` with their searchable revision in `c`: the earliest with chunks, unless it is being indexed for
 * the first time.
 */
export const ANSWERING = `
  FROM attachments a
  CROSS JOIN LATERAL (SELECT revision FROM chunks WHERE attachment_id = a.id ORDER BY revision LIMIT 1) c
  WHERE (a.status NOT IN ('pending', 'indexing') OR c.revision < a.revision)`;
/** As `ANSWERING`, limited to documents missing in the index of model $1. */
export const MISSING = `${ANSWERING} AND NOT EXISTS (
  SELECT FROM indexed_documents i WHERE i.model = $1 AND i.attachment_id = a.id AND i.revision = c.revision)`;

const TENANT = `CASE a.scope WHEN 'system' THEN 'system' ELSE 'user:' || a.owner_id END`;

/** Tracks which documents are in the index of each embedding model. */
@Injectable()
export class IndexedDocumentsRepository {
  constructor(private readonly source: DataSource) {}

  /** The next of them in the order of their ids. @param after an id; the nil UUID for the first */
  missing(model: string, after: string, limit: number): Promise<MissingDocument[]> {
    // $1 the model, $2 the id, $3 how many
    return this.source.query(
      `SELECT a.id AS "attachmentId", ${TENANT} AS tenant, c.revision, a.status, a.filename,
         a.passage_title AS "passageTitle" ${MISSING} AND a.id > $2 ORDER BY a.id LIMIT $3`,
      [model, after, limit],
    );
  }

  /** In order. */
  chunksOf({ attachmentId, revision }: MissingDocument): Promise<StoredChunk[]> {
    return this.source.getRepository(Chunk).find({
      where: { attachmentId, revision },
      select: { id: true, heading: true, text: true, hash: true },
      order: { position: 'ASC' },
    });
  }

  /**
   * Records that a document is completely in an index.
   * @returns false when the attachment or the index no longer exists
   */
  async store(
    model: string,
    { attachmentId, revision }: Pick<MissingDocument, 'attachmentId' | 'revision'>,
  ): Promise<boolean> {
    // $1 the model, $2 and $3 the attachment's id and revision
    const rows: unknown[] = await this.source.query(
      `INSERT INTO indexed_documents (model, attachment_id, revision)
       SELECT i.model, a.id, $3 FROM embedding_indexes i, attachments a
       WHERE i.model = $1 AND i.purge_requested_at IS NULL AND a.id = $2
       ON CONFLICT (model, attachment_id) DO UPDATE SET revision = excluded.revision
       RETURNING attachment_id`,
      [model, attachmentId, revision],
    );
    return rows.length > 0;
  }

  /** Records that an index is empty, after a loss. */
  async forgetAll(model: string): Promise<void> {
    await this.source.getRepository(IndexedDocument).delete({ model });
  }

  /**
   * The most recently indexed document that should be in the index of a model; null without any. A lost or restored
   * store lacks it.
   */
  async newest(model: string): Promise<{ attachmentId: string; tenant: Tenant } | null> {
    // $1 the model
    const rows: { attachmentId: string; tenant: Tenant }[] = await this.source.query(
      `SELECT a.id AS "attachmentId", ${TENANT} AS tenant ${ANSWERING} AND EXISTS (
         SELECT FROM indexed_documents i WHERE i.model = $1 AND i.attachment_id = a.id AND i.revision = c.revision)
       ORDER BY (a.status = 'indexed') DESC, a.updated_at DESC LIMIT 1`,
      [model],
    );
    return rows[0] ?? null;
  }

  /** A sample of indexed chunks, with their embedded text. */
  sample(
    cacheKey: string,
    model: string,
    limit: number,
  ): Promise<{ id: string; attachmentId: string; tenant: Tenant; vector: Buffer }[]> {
    // $1 the model, $2 the name of its vectors in the cache, $3 how many
    return this.source.query(
      `SELECT k.id, a.id AS "attachmentId", ${TENANT} AS tenant, e.vector
       FROM indexed_documents i JOIN attachments a ON a.id = i.attachment_id
       JOIN chunks k ON k.attachment_id = a.id AND k.revision = i.revision
       JOIN embedding_cache e ON e.model = $2 AND e.hash = k.hash
       WHERE i.model = $1 ORDER BY md5(k.id::text) LIMIT $3`,
      [model, cacheKey, limit],
    );
  }

  /** @param cacheKey the name of the model's vectors in the cache */
  async progress(model: string, cacheKey: string): Promise<IndexProgress> {
    // $1 the model, $2 the name of its vectors
    const rows: IndexProgress[] = await this.source.query(
      `WITH there AS (
         SELECT a.id, c.revision, EXISTS (
           SELECT FROM indexed_documents i WHERE i.model = $1 AND i.attachment_id = a.id AND i.revision = c.revision
         ) AS whole ${ANSWERING}),
       parts AS (
         SELECT count(*)::int AS total, count(*) FILTER (WHERE t.whole OR EXISTS (
           SELECT FROM embedding_cache e WHERE e.model = $2 AND e.hash = k.hash))::int AS done
         FROM there t JOIN chunks k ON k.attachment_id = t.id AND k.revision = t.revision)
       SELECT (SELECT count(*)::int FROM there WHERE whole) AS documents,
         (SELECT count(*)::int FROM there) AS "documentsTotal", done AS chunks, total AS "chunksTotal" FROM parts`,
      [model, cacheKey],
    );
    return rows[0]!;
  }
}
