import { Injectable } from '@nestjs/common';
import { DataSource, MoreThan, Raw, type EntityManager } from 'typeorm';
import { deleteBatch } from '../../delete-batch.js';
import { VectorDocument, VectorPoint } from '../../entities/vector-point.entity.js';

/** A tenant's document in the vector tables. */
export type VectorDocumentKey = Pick<VectorDocument, 'tenant' | 'attachmentId'>;

export type StoredPoint = Pick<VectorPoint, 'id' | 'dense' | 'sparse'>;

/** A document after a change; without points when it was removed. */
export interface ChangedDocument {
  attachmentId: string;
  version: number;
  points: StoredPoint[];
}

/** One row of the cursor; a removed document has one without a point. */
interface ChangedRow {
  attachmentId: string;
  version: number;
  id: string | null;
  dense: Buffer | null;
  sparse: Buffer;
}

/** Points per read or write: some 2 ms of work between two turns of the event loop. */
const PAGE = 100;
/** Retention of removals; twice the longest polling interval of a process. */
const REMOVAL_TTL = "interval '1 day'";

/**
 * Ordered by document and index, so that the first page is fast whatever the total. `OFFSET 0` keeps the planner
 * from joining and sorting everything first, as it would without statistics.
 * $1 the tenant, $2 the version, $3 the model
 */
const CHANGES = `
  DECLARE changes NO SCROLL CURSOR FOR
  SELECT d.attachment_id AS "attachmentId", d.version, p.id, p.dense, p.sparse
  FROM vector_documents d LEFT JOIN LATERAL (
    SELECT id, dense, sparse FROM vector_points
    WHERE model = d.model AND tenant = d.tenant AND attachment_id = d.attachment_id OFFSET 0
  ) p ON true
  WHERE d.model = $3 AND d.tenant = $1 AND d.version > $2 ORDER BY d.version`;
/** Documents cleared per statement. */
const CLEARED = 200;

/** Stored points, and the documents changed since a version. */
@Injectable()
export class VectorPointsRepository {
  constructor(private readonly source: DataSource) {}

  /**
   * Replaces a document's points in the index of a model, in one transaction. Without points the document is
   * removed from the indexes of all models.
   */
  async replace(
    { tenant, attachmentId }: VectorDocumentKey,
    model: string,
    points: readonly StoredPoint[],
  ): Promise<void> {
    if (points.length === 0) return this.remove({ tenant, attachmentId });
    const key = [model, tenant, attachmentId];
    await this.source.transaction(async (manager) => {
      // Also serializes writers of one document.
      // $1 the model, $2 the tenant, $3 the attachment's id, $4 number of points
      await manager.query(
        `INSERT INTO vector_documents (model, tenant, attachment_id, version, points) VALUES ($1, $2, $3, 0, $4)
         ON CONFLICT (tenant, attachment_id, model) DO UPDATE SET points = excluded.points, changed_at = now()`,
        [...key, points.length],
      );
      await manager.delete(VectorPoint, { model, tenant, attachmentId });
      for (let from = 0; from < points.length; from += PAGE) {
        const page = points.slice(from, from + PAGE);
        // $1 the model, $2 the tenant, $3 the attachment's id, $4 to $6 id, dense and sparse vector of each point
        await manager.query(
          `INSERT INTO vector_points (model, tenant, attachment_id, id, dense, sparse)
           SELECT $1, $2, $3, p.* FROM unnest($4::uuid[], $5::bytea[], $6::bytea[]) AS p`,
          [
            ...key,
            page.map(({ id }) => id),
            page.map(({ dense }) => dense),
            page.map(({ sparse }) => sparse),
          ],
        );
      }
      await this.publish(manager, { tenant, attachmentId }, model);
    });
  }

  /** Deletes everything of a model, some documents at a time. */
  async clear(model: string): Promise<void> {
    const documents = this.source.getRepository(VectorDocument);
    while (await deleteBatch(documents, CLEARED, { where: 'model = :model', parameters: { model } }));
  }

  private async remove({ tenant, attachmentId }: VectorDocumentKey): Promise<void> {
    await this.source.transaction(async (manager) => {
      const changes = { points: 0, changedAt: () => 'now()' };
      const { affected } = await manager.update(VectorDocument, { tenant, attachmentId }, changes);
      if (!affected) return;
      await manager.delete(VectorPoint, { tenant, attachmentId });
      await this.publish(manager, { tenant, attachmentId }, null);
    });
    await this.source.manager.delete(VectorDocument, {
      points: 0,
      changedAt: Raw((column) => `${column} < now() - ${REMOVAL_TTL}`),
    });
  }

  /**
   * Assigns a changed document its version. Writers are serialized from here to the commit: a reader of a version
   * has read all earlier ones.
   * @param model null for all models
   */
  private async publish(
    manager: EntityManager,
    { tenant, attachmentId }: VectorDocumentKey,
    model: string | null,
  ): Promise<void> {
    // $1 the tenant, $2 the attachment's id, $3 the model or null
    await manager.query(
      `WITH next AS (UPDATE vector_state SET version = version + 1 WHERE id = 1 RETURNING version)
       UPDATE vector_documents d SET version = next.version FROM next
       WHERE d.tenant = $1 AND d.attachment_id = $2 AND ($3::text IS NULL OR d.model = $3)`,
      [tenant, attachmentId, model],
    );
  }

  /**
   * A tenant's documents in the index of a model that changed since a version, oldest change first, as one
   * consistent snapshot.
   */
  async *changes(tenant: string, since: number, model: string): AsyncGenerator<ChangedDocument> {
    const isChanged = await this.source.manager.existsBy(VectorDocument, {
      model,
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

  /** Points of a document in the index of a model. */
  async count({ tenant, attachmentId }: VectorDocumentKey, model: string): Promise<number> {
    const where = { tenant, attachmentId, model };
    const document = await this.source.manager.findOne(VectorDocument, { where, select: { points: true } });
    return document?.points ?? 0;
  }

  /** Totals of a model's index. */
  async total(model: string): Promise<{ points: number; documents: number }> {
    const row = await this.source
      .createQueryBuilder(VectorDocument, 'document')
      .select('coalesce(sum(document.points), 0)::int', 'points')
      .addSelect('count(*)::int', 'documents')
      .where({ model, points: MoreThan(0) })
      .getRawOne<{ points: number; documents: number }>();
    return row!;
  }
}
