import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';

/** A chunk with the metadata of its document. */
export interface ChunkPassage {
  id: string;
  attachmentId: string;
  filename: string;
  revision: number;
  page: number | null;
  /** The headings above it, as in `Leave > Parental leave`. */
  heading: string | null;
  /** Its range in the text of the attachment, in UTF-16 code units. */
  start: number;
  end: number;
  text: string;
  /** Upload time of its attachment. */
  uploadedAt: Date;
}

export interface UnreadAttachment {
  filename: string;
  chunkCount: number;
  chunksEmbedded: number;
}

export interface ListedDocument {
  id: string;
  filename: string;
  status: string;
  chunkCount: number;
  isSystem: boolean;
  /** Total number. */
  total: number;
}

/** Attachments of a question, by id. */
export interface QuestionFiles {
  named: readonly string[];
  /** Images that the model is shown; they need not be read. */
  shown: readonly string[];
}

/** An attachment that could not be read, so that nothing of it is searchable. */
export interface FailedAttachment {
  filename: string;
  /** A sentence for people. */
  error: string | null;
}

/**
 * Access rule of retrieval: the user's attachments and the system's. In all statements here $1 is the owner's id.
 */
const VISIBLE = `(a.owner_id = $1 OR a.scope = 'system')`;

const TABLE_TYPES = [
  'text/csv',
  'text/tab-separated-values',
  'application/json',
  'application/x-ndjson',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
];

/** Of files of text that may have tables. */
const TEXT_TYPES = [
  'application/pdf',
  'application/rtf',
  'text/html',
  'text/markdown',
  'application/epub+zip',
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  'application/vnd.openxmlformats-officedocument.presentationml.presentation',
  'application/vnd.oasis.opendocument.text',
  'application/vnd.oasis.opendocument.spreadsheet',
];

/** Chunks for retrieval: only of existing attachments that the owner may see. */
@Injectable()
export class ChunksRepository {
  constructor(private readonly source: DataSource) {}

  /** The chunks among `ids` that the owner may see, unordered. */
  visible(ownerId: string, ids: readonly string[]): Promise<ChunkPassage[]> {
    // $2 the chunks' ids
    return this.source.query(
      `SELECT c.id, c.attachment_id AS "attachmentId", a.filename, c.revision, c.page, c.heading,
         c.range_start AS start, c.range_end AS "end", c.text, a.created_at AS "uploadedAt"
       FROM chunks c JOIN attachments a ON a.id = c.attachment_id
       WHERE ${VISIBLE} AND c.id = ANY($2)`,
      [ownerId, ids],
    );
  }

  /**
   * Attachments not read yet that a question may refer to: those of its conversation, those it names, and the
   * owner's recent uploads for all conversations. Those older than 15 minutes are ignored.
   */
  unread(
    ownerId: string,
    conversationRowId: string,
    { named, shown }: QuestionFiles,
  ): Promise<UnreadAttachment[]> {
    // $1 the owner's id, $2 row id of the conversation, $3 and $4 ids of attachments
    return this.source.query(
      `SELECT a.filename, a.chunk_count AS "chunkCount", a.chunks_embedded AS "chunksEmbedded"
       FROM attachments a
       WHERE ${VISIBLE} AND a.status IN ('pending', 'indexing')
         AND (a.conversation_id = $2 OR a.id = ANY($3) OR (a.owner_id = $1 AND a.conversation_id IS NULL
              AND a.created_at > now() - interval '2 minutes'))
         AND a.updated_at > now() - interval '15 minutes' AND a.id <> ALL($4)
         AND NOT EXISTS (SELECT FROM chunks c WHERE c.attachment_id = a.id)
       ORDER BY a.created_at LIMIT 20`,
      [ownerId, conversationRowId, named, shown],
    );
  }

  /** Documents the owner may see: those of the conversation first, then the owner's, then the newest. */
  documents(
    ownerId: string,
    conversationRowId: string,
    scope: 'all' | 'own' | 'system',
    limit: number,
  ): Promise<ListedDocument[]> {
    // $2 row id of the conversation, $3 how many, $4 the scope
    return this.source.query(
      `SELECT a.id, a.filename, a.status, a.chunk_count AS "chunkCount", a.scope = 'system' AS "isSystem",
         count(*) OVER ()::int AS total
       FROM attachments a WHERE ${VISIBLE} AND ($4 = 'all' OR (a.scope = 'system') = ($4 = 'system'))
       ORDER BY (a.conversation_id = $2) DESC NULLS LAST, a.scope = 'system', a.created_at DESC LIMIT $3`,
      [ownerId, conversationRowId, limit, scope],
    );
  }

  /** The last page with text of a document; null for a format without pages. */
  async lastPage(ownerId: string, attachmentId: string): Promise<number | null> {
    // $2 the attachment's id
    const rows: { page: number | null }[] = await this.source.query(
      `SELECT max(c.page) AS page FROM chunks c JOIN attachments a ON a.id = c.attachment_id WHERE ${VISIBLE} AND a.id = $2`,
      [ownerId, attachmentId],
    );
    return rows[0]?.page ?? null;
  }

  /** The first passage below each heading of a document, or some from its beginning to its end, in order. */
  outline(ownerId: string, attachmentId: string, limit: number): Promise<ChunkPassage[]> {
    // $2 the attachment's id, $3 how many
    return this.source.query(
      `WITH mine AS (
         SELECT c.id, c.attachment_id AS "attachmentId", a.filename, c.revision, c.page, c.heading, c.range_start AS start,
           c.range_end AS "end", c.text, c.position, a.created_at AS "uploadedAt",
           row_number() OVER (PARTITION BY coalesce(c.heading, c.page::text, '') ORDER BY c.position) AS nth
         FROM chunks c JOIN attachments a ON a.id = c.attachment_id WHERE ${VISIBLE} AND a.id = $2),
       heads AS (SELECT *, count(*) FILTER (WHERE nth = 1) OVER () AS sections FROM mine),
       picked AS (
         SELECT *, row_number() OVER (ORDER BY position) - 1 AS rank, count(*) OVER () AS found FROM heads
         WHERE (sections > 2 AND nth = 1) OR sections <= 2)
       SELECT id, "attachmentId", filename, revision, page, heading, start, "end", text, "uploadedAt" FROM picked
       WHERE found <= $3 OR rank = 0 OR (rank * $3) / found <> ((rank - 1) * $3) / found
       ORDER BY position LIMIT $3`,
      [ownerId, attachmentId, limit],
    );
  }

  /** Attachments that failed and that a question may refer to: those of its conversation and those it names. */
  failed(
    ownerId: string,
    conversationRowId: string,
    { named, shown }: QuestionFiles,
  ): Promise<FailedAttachment[]> {
    // $2 row id of the conversation, $3 and $4 ids of attachments
    return this.source.query(
      `SELECT a.filename, a.error FROM attachments a
       WHERE ${VISIBLE} AND (a.conversation_id = $2 OR a.id = ANY($3)) AND a.status = 'failed' AND a.id <> ALL($4)
         AND NOT EXISTS (SELECT FROM chunks c WHERE c.attachment_id = a.id)
       ORDER BY a.created_at LIMIT 20`,
      [ownerId, conversationRowId, named, shown],
    );
  }

  /**
   * Files with tables that a question may refer to, as last read: those it names, otherwise those of its
   * conversation first, newest first.
   * @param attachmentIds filter; all of the owner's and the system's when empty
   * @param isText texts that may have tables instead
   */
  tableFiles(
    ownerId: string,
    conversationRowId: string,
    attachmentIds: readonly string[],
    limit: number,
    isText = false,
  ): Promise<{ id: string; filename: string }[]> {
    // $2 row id of the conversation, $3 the attachments' ids, $4 how many, $5 media types
    return this.source.query(
      `SELECT a.id, a.filename FROM attachments a
       WHERE ${VISIBLE} AND a.content_type = ANY($5)
         AND EXISTS (SELECT FROM chunks c WHERE c.attachment_id = a.id)
         AND (cardinality($3::uuid[]) = 0 OR a.id = ANY($3))
       ORDER BY (a.conversation_id = $2) DESC NULLS LAST, a.created_at DESC LIMIT $4`,
      [ownerId, conversationRowId, attachmentIds, limit, isText ? TEXT_TYPES : TABLE_TYPES],
    );
  }
}
