import { Injectable } from '@nestjs/common';
import { DataSource, MoreThan, Raw } from 'typeorm';
import { VectorDocument, VectorPoint } from '../../entities/vector-point.entity.js';

/** A tenant's document in the vector tables. */
export type VectorDocumentKey = Pick<VectorDocument, 'tenant' | 'attachmentId'>;

export type StoredPoint = Pick<VectorPoint, 'id' | 'dense' | 'sparse'>;

/** A document as it is after a change: without points when it was removed. */
export interface ChangedDocument {
  attachmentId: string;
  version: number;
  points: StoredPoint[];
}

/** One row of the cursor: a document that was removed has one without a point. */
interface ChangedRow {
  attachmentId: string;
  version: number;
  id: string | null;
  dense: Buffer | null;
  sparse: Buffer;
}

/** Points written by one statement, and read by one: some 2 ms of work between two turns of the event loop. */
const PAGE = 100;
/** How long a removal is kept; twice the longest polling interval of a process. */
const REMOVAL_TTL = "interval '1 day'";

/**
 * Document by document, in the order of an index: the first page comes at once, however many follow. `OFFSET 0` keeps
 * the planner from joining and sorting everything first, as it would without statistics.
 * $1 the tenant, $2 the version, $3 the model
 */
const CHANGES = `
  DECLARE changes NO SCROLL CURSOR FOR
  SELECT d.attachment_id AS "attachmentId", d.version, p.id, CASE WHEN d.model = $3 THEN p.dense END AS dense, p.sparse
  FROM vector_documents d LEFT JOIN LATERAL (
    SELECT id, dense, sparse FROM vector_points
    WHERE tenant = d.tenant AND attachment_id = d.attachment_id OFFSET 0
  ) p ON true
  WHERE d.tenant = $1 AND d.version > $2 ORDER BY d.version`;

/** Points at rest, and which documents have changed since a version. */
@Injectable()
export class VectorPointsRepository {
  constructor(private readonly source: DataSource) {}

  /**
   * Makes a document's points exactly these, in one transaction.
   * @param model that computed the dense vectors
   */
  async replace(
    { tenant, attachmentId }: VectorDocumentKey,
    model: string,
    points: readonly StoredPoint[],
  ): Promise<void> {
    const key = [tenant, attachmentId];
    await this.source.transaction(async (manager) => {
      // Also the lock under which writers of one document take turns.
      // $1 the tenant, $2 the attachment's id, $3 the model, $4 how many points
      await manager.query(
        `INSERT INTO vector_documents (tenant, attachment_id, version, model, points) VALUES ($1, $2, 0, $3, $4)
         ON CONFLICT (tenant, attachment_id)
         DO UPDATE SET model = excluded.model, points = excluded.points, changed_at = now()`,
        [...key, model, points.length],
      );
      await manager.delete(VectorPoint, { tenant, attachmentId });
      for (let from = 0; from < points.length; from += PAGE) {
        const page = points.slice(from, from + PAGE);
        // $1 the tenant, $2 the attachment's id, $3 to $5 id, dense and sparse vector of each point
        await manager.query(
          `INSERT INTO vector_points (tenant, attachment_id, id, dense, sparse)
           SELECT $1, $2, p.* FROM unnest($3::uuid[], $4::bytea[], $5::bytea[]) AS p`,
          [
            ...key,
            page.map(({ id }) => id),
            page.map(({ dense }) => dense),
            page.map(({ sparse }) => sparse),
          ],
        );
      }
      // All writers take turns from here to the commit: a reader of a version has read all before it.
      // $1 the tenant, $2 the attachment's id
      await manager.query(
        `WITH next AS (UPDATE vector_state SET version = version + 1 WHERE id = 1 RETURNING version)
         UPDATE vector_documents d SET version = next.version FROM next
         WHERE d.tenant = $1 AND d.attachment_id = $2`,
        key,
      );
    });
    if (points.length === 0)
      await this.source.manager.delete(VectorDocument, {
        points: 0,
        changedAt: Raw((column) => `${column} < now() - ${REMOVAL_TTL}`),
      });
  }

  /**
   * The documents of a tenant that have changed since, oldest change first, all as of one moment.
   * @param model dense vectors of other models are left out
   */
  async *changes(tenant: string, since: number, model: string): AsyncGenerator<ChangedDocument> {
    const isChanged = await this.source.manager.existsBy(VectorDocument, {
      tenant,
      version: MoreThan(since),
    });
    if (!isChanged) return;
    const session = this.source.createQueryRunner();
    try {
      await session.startTransaction();
      await session.query(CHANGES, [tenant, since, model]);
      let document: ChangedDocument | undefined;
      for (;;) {
        const rows: ChangedRow[] = await session.query(`FETCH ${PAGE} FROM changes`);
        for (const { attachmentId, version, id, dense, sparse } of rows) {
          if (document?.version !== version) {
            if (document) yield document;
            document = { attachmentId, version, points: [] };
          }
          if (id) document.points.push({ id, dense, sparse });
        }
        if (rows.length < PAGE) break;
      }
      if (document) yield document;
    } finally {
      if (session.isTransactionActive) await session.rollbackTransaction();
      await session.release();
    }
  }

  /** Points of a document, if this model made them. */
  async count({ tenant, attachmentId }: VectorDocumentKey, model: string): Promise<number> {
    const where = { tenant, attachmentId, model };
    const document = await this.source.manager.findOne(VectorDocument, { where, select: { points: true } });
    return document?.points ?? 0;
  }

  async total(): Promise<{ points: number; documents: number }> {
    const row = await this.source
      .createQueryBuilder(VectorDocument, 'document')
      .select('coalesce(sum(document.points), 0)::int', 'points')
      .addSelect('count(*)::int', 'documents')
      .where({ points: MoreThan(0) })
      .getRawOne<{ points: number; documents: number }>();
    return row!;
  }
}
