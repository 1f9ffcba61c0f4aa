import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The terms of each document; what has none yet is indexed again by the next worker that starts. */
export class DocumentTerms1795200000600 implements MigrationInterface {
  name = 'DocumentTerms1795200000600';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE document_terms (
        attachment_id uuid NOT NULL,
        tenant text NOT NULL,
        terms_version integer NOT NULL,
        terms text[] NOT NULL,
        changed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        CONSTRAINT document_terms_pkey PRIMARY KEY (attachment_id),
        CONSTRAINT document_terms_attachment FOREIGN KEY (attachment_id) REFERENCES attachments (id) ON DELETE CASCADE
      )`);
    await db.query('CREATE INDEX document_terms_tenant_changed ON document_terms (tenant, changed_at)');
    await db.query('ALTER TABLE embedding_cache ADD COLUMN sentences bytea');
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('ALTER TABLE embedding_cache DROP COLUMN sentences');
    await db.query('DROP TABLE document_terms');
  }
}
