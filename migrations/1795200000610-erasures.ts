import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Accounts that were deleted and of which something outside these tables may be left, with what was deleted. */
export class Erasures1795200000610 implements MigrationInterface {
  name = 'Erasures1795200000610';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE erasures (
        account_id uuid NOT NULL,
        email_key text NOT NULL,
        run_ids uuid[] NOT NULL,
        attachment_ids uuid[] NOT NULL,
        counts jsonb NOT NULL,
        requested_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT erasures_pkey PRIMARY KEY (account_id)
      );
      CREATE FUNCTION record_erasure() RETURNS trigger LANGUAGE plpgsql AS $$
      DECLARE
        own uuid[] := ARRAY(SELECT id FROM conversations WHERE owner_id = OLD.id);
        runs uuid[] := ARRAY(SELECT id FROM runs WHERE conversation_id = ANY(own));
        files uuid[] := ARRAY(SELECT id FROM attachments WHERE owner_id = OLD.id OR conversation_id = ANY(own));
      BEGIN
        INSERT INTO erasures (account_id, email_key, run_ids, attachment_ids, counts)
        VALUES (OLD.id, OLD.email_key, runs, files, jsonb_build_object(
          'conversations', cardinality(own),
          'messages', (SELECT count(*) FROM messages WHERE conversation_id = ANY(own)),
          'runs', cardinality(runs),
          'running_rows', (SELECT count(*) FROM running_rows WHERE conversation_id = ANY(own)),
          'attachments', cardinality(files),
          'chunks', (SELECT count(*) FROM chunks WHERE attachment_id = ANY(files))))
        ON CONFLICT DO NOTHING;
        RETURN OLD;
      END $$;
      CREATE TRIGGER users_record_erasure BEFORE DELETE ON users FOR EACH ROW EXECUTE FUNCTION record_erasure();
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(
      'DROP TRIGGER users_record_erasure ON users; DROP FUNCTION record_erasure; DROP TABLE erasures',
    );
  }
}
