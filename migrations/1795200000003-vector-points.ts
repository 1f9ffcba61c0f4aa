import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Vectors of chunks, for the vector store in PostgreSQL. */
export class VectorPoints1795200000003 implements MigrationInterface {
  name = 'VectorPoints1795200000003';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE vector_state (
        id integer NOT NULL,
        version integer NOT NULL DEFAULT 0,
        CONSTRAINT vector_state_pkey PRIMARY KEY (id)
      );
      INSERT INTO vector_state (id) VALUES (1);

      CREATE TABLE vector_documents (
        tenant text NOT NULL,
        attachment_id uuid NOT NULL,
        version integer NOT NULL,
        model text NOT NULL,
        points integer NOT NULL,
        changed_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT vector_documents_pkey PRIMARY KEY (tenant, attachment_id)
      );
      CREATE INDEX vector_documents_tenant_version ON vector_documents (tenant, version);
      CREATE INDEX vector_documents_removed ON vector_documents (changed_at) WHERE points = 0;

      CREATE TABLE vector_points (
        tenant text NOT NULL,
        attachment_id uuid NOT NULL,
        id uuid NOT NULL,
        dense bytea,
        sparse bytea NOT NULL,
        CONSTRAINT vector_points_pkey PRIMARY KEY (tenant, attachment_id, id),
        CONSTRAINT vector_points_document FOREIGN KEY (tenant, attachment_id)
          REFERENCES vector_documents (tenant, attachment_id) ON DELETE CASCADE
      );
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('DROP TABLE vector_points, vector_documents, vector_state');
  }
}
