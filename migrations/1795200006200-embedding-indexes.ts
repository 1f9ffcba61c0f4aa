import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * An index for each embedding model, side by side. What is stored stays: the model that most documents have is the
 * active one. In another vector store than this database the configured model is, and the first process that starts
 * enters it.
 */
export class EmbeddingIndexes1795200006200 implements MigrationInterface {
  name = 'EmbeddingIndexes1795200006200';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE embedding_indexes (
        model text NOT NULL,
        is_active boolean NOT NULL DEFAULT false,
        is_configured boolean NOT NULL DEFAULT false,
        requested_at timestamptz,
        skip_check boolean NOT NULL DEFAULT false,
        activated_at timestamptz,
        purge_requested_at timestamptz,
        error text,
        CONSTRAINT embedding_indexes_pkey PRIMARY KEY (model)
      );
      CREATE UNIQUE INDEX embedding_indexes_active ON embedding_indexes (is_active) WHERE is_active;

      CREATE TABLE indexed_documents (
        model text NOT NULL,
        attachment_id uuid NOT NULL,
        revision integer NOT NULL,
        CONSTRAINT indexed_documents_pkey PRIMARY KEY (model, attachment_id),
        CONSTRAINT indexed_documents_model FOREIGN KEY (model) REFERENCES embedding_indexes (model) ON DELETE CASCADE,
        CONSTRAINT indexed_documents_attachment FOREIGN KEY (attachment_id)
          REFERENCES attachments (id) ON DELETE CASCADE
      );
      CREATE INDEX indexed_documents_attachment_id ON indexed_documents (attachment_id);

      ALTER TABLE attachments ADD COLUMN passage_title text;

      INSERT INTO embedding_indexes (model, is_active, activated_at)
      SELECT model, true, now() FROM vector_documents WHERE points > 0
      GROUP BY model ORDER BY count(*) DESC, model LIMIT 1;
      INSERT INTO indexed_documents (model, attachment_id, revision)
      SELECT i.model, a.id, c.revision
      FROM embedding_indexes i JOIN vector_documents d ON d.model = i.model AND d.points > 0
      JOIN attachments a ON a.id = d.attachment_id
      CROSS JOIN LATERAL (SELECT revision FROM chunks WHERE attachment_id = a.id ORDER BY revision LIMIT 1) c
      WHERE a.status NOT IN ('pending', 'indexing') OR c.revision < a.revision;
    `);
    await db.query(`
      ALTER TABLE vector_points ADD COLUMN model text;
      UPDATE vector_points p SET model = d.model FROM vector_documents d
      WHERE d.tenant = p.tenant AND d.attachment_id = p.attachment_id;
      ALTER TABLE vector_points ALTER COLUMN model SET NOT NULL,
        DROP CONSTRAINT vector_points_document, DROP CONSTRAINT vector_points_pkey;
      ALTER TABLE vector_documents DROP CONSTRAINT vector_documents_pkey;
      ALTER TABLE vector_documents
        ADD CONSTRAINT vector_documents_pkey PRIMARY KEY (tenant, attachment_id, model);
      ALTER TABLE vector_points
        ADD CONSTRAINT vector_points_pkey PRIMARY KEY (tenant, attachment_id, model, id),
        ADD CONSTRAINT vector_points_document FOREIGN KEY (tenant, attachment_id, model)
          REFERENCES vector_documents (tenant, attachment_id, model) ON DELETE CASCADE;
      DROP INDEX vector_documents_tenant_version;
      CREATE INDEX vector_documents_tenant_version ON vector_documents (model, tenant, version);
    `);
  }

  /** Without an index: the sweep has everything indexed again. */
  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      TRUNCATE vector_points, vector_documents;
      ALTER TABLE vector_points DROP CONSTRAINT vector_points_document, DROP CONSTRAINT vector_points_pkey, DROP COLUMN model;
      DROP INDEX vector_documents_tenant_version;
      ALTER TABLE vector_documents DROP CONSTRAINT vector_documents_pkey;
      ALTER TABLE vector_documents ADD CONSTRAINT vector_documents_pkey PRIMARY KEY (tenant, attachment_id);
      CREATE INDEX vector_documents_tenant_version ON vector_documents (tenant, version);
      ALTER TABLE vector_points
        ADD CONSTRAINT vector_points_pkey PRIMARY KEY (tenant, attachment_id, id),
        ADD CONSTRAINT vector_points_document FOREIGN KEY (tenant, attachment_id)
          REFERENCES vector_documents (tenant, attachment_id) ON DELETE CASCADE;
      ALTER TABLE attachments DROP COLUMN passage_title;
      DROP TABLE indexed_documents, embedding_indexes;
    `);
  }
}
