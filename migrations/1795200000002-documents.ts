import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Attachments, what is known of their text, and the running tables of conversations. */
export class Documents1795200000002 implements MigrationInterface {
  name = 'Documents1795200000002';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE attachments (
        id uuid NOT NULL,
        scope text NOT NULL,
        owner_id uuid,
        conversation_id uuid,
        filename text NOT NULL,
        content_type text NOT NULL,
        size_bytes bigint NOT NULL,
        sha256 text NOT NULL,
        status text NOT NULL DEFAULT 'pending',
        error text,
        caption text,
        revision integer NOT NULL DEFAULT 1,
        chunk_count integer NOT NULL DEFAULT 0,
        chunks_embedded integer NOT NULL DEFAULT 0,
        source_path text,
        created_at timestamptz NOT NULL DEFAULT now(),
        updated_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT attachments_pkey PRIMARY KEY (id),
        CONSTRAINT attachments_owner FOREIGN KEY (owner_id) REFERENCES users (id) ON DELETE CASCADE,
        CONSTRAINT attachments_conversation FOREIGN KEY (conversation_id) REFERENCES conversations (id) ON DELETE CASCADE
      );
      CREATE INDEX attachments_owner_created ON attachments (owner_id, created_at);
      CREATE INDEX attachments_conversation_id ON attachments (conversation_id);
      CREATE INDEX attachments_unfinished ON attachments (updated_at) WHERE status IN ('pending', 'indexing');
      CREATE INDEX attachments_system ON attachments (created_at) WHERE scope = 'system';
      CREATE UNIQUE INDEX attachments_source_path ON attachments (source_path);

      CREATE TABLE chunks (
        id uuid NOT NULL,
        attachment_id uuid NOT NULL,
        revision integer NOT NULL,
        position integer NOT NULL,
        range_start integer NOT NULL,
        range_end integer NOT NULL,
        page integer,
        heading text,
        text text NOT NULL,
        hash text NOT NULL,
        CONSTRAINT chunks_pkey PRIMARY KEY (id),
        CONSTRAINT chunks_attachment FOREIGN KEY (attachment_id) REFERENCES attachments (id) ON DELETE CASCADE
      );
      CREATE UNIQUE INDEX chunks_attachment_position ON chunks (attachment_id, revision, position);
      CREATE INDEX chunks_hash ON chunks (hash);

      CREATE TABLE embedding_cache (
        model text NOT NULL,
        hash text NOT NULL,
        vector bytea NOT NULL,
        CONSTRAINT embedding_cache_pkey PRIMARY KEY (model, hash)
      );

      CREATE TABLE discarded_attachments (
        attachment_id uuid NOT NULL,
        tenant text NOT NULL,
        discarded_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT discarded_attachments_pkey PRIMARY KEY (attachment_id)
      );

      CREATE TABLE running_rows (
        id uuid NOT NULL,
        conversation_id uuid NOT NULL,
        rowid integer NOT NULL,
        type text NOT NULL,
        description text NOT NULL,
        attachment_id uuid,
        created_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT running_rows_pkey PRIMARY KEY (id),
        CONSTRAINT running_rows_conversation FOREIGN KEY (conversation_id) REFERENCES conversations (id) ON DELETE CASCADE,
        CONSTRAINT running_rows_attachment FOREIGN KEY (attachment_id) REFERENCES attachments (id) ON DELETE SET NULL
      );
      CREATE UNIQUE INDEX running_rows_conversation_rowid ON running_rows (conversation_id, rowid);
      CREATE INDEX running_rows_attachment_id ON running_rows (attachment_id);
    `);
    // Attachments are deleted in several ways, by cascade too. Whichever it was, their blobs and vectors must go.
    await db.query(`
      CREATE FUNCTION discard_attachment() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        INSERT INTO discarded_attachments (attachment_id, tenant)
        VALUES (OLD.id, CASE OLD.scope WHEN 'system' THEN 'system' ELSE 'user:' || OLD.owner_id END)
        ON CONFLICT DO NOTHING;
        RETURN NULL;
      END $$;
      CREATE TRIGGER attachments_discard AFTER DELETE ON attachments
        FOR EACH ROW EXECUTE FUNCTION discard_attachment();
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('DROP TABLE running_rows, discarded_attachments, embedding_cache, chunks, attachments');
    await db.query('DROP FUNCTION discard_attachment');
  }
}
