import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What each run cost, which outlives its conversation, and what users think of replies. */
export class UsageAndFeedback1795200003710 implements MigrationInterface {
  name = 'UsageAndFeedback1795200003710';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE usage (
        run_id uuid NOT NULL,
        user_id uuid,
        key_id uuid,
        agent text NOT NULL,
        model text,
        status text NOT NULL,
        input_tokens integer NOT NULL,
        output_tokens integer NOT NULL,
        cached_tokens integer NOT NULL,
        reasoning_tokens integer NOT NULL,
        estimated boolean NOT NULL,
        at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT usage_pkey PRIMARY KEY (run_id)
      );
      CREATE INDEX usage_user_at ON usage (user_id, at);
      ALTER TABLE runs ADD key_id uuid;
      -- In place of a foreign key, whose check would lock the account in the statement that ends each run.
      CREATE FUNCTION anonymise_usage() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          UPDATE usage SET user_id = NULL, key_id = NULL WHERE user_id = OLD.id;
          RETURN NULL;
        END
      $$;
      CREATE TRIGGER users_anonymise_usage AFTER DELETE ON users FOR EACH ROW EXECUTE FUNCTION anonymise_usage();

      CREATE TABLE message_feedback (
        message_id uuid NOT NULL,
        rating smallint NOT NULL,
        comment text,
        updated_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT message_feedback_pkey PRIMARY KEY (message_id),
        CONSTRAINT message_feedback_message FOREIGN KEY (message_id) REFERENCES messages (id) ON DELETE CASCADE
      );
      CREATE INDEX message_feedback_updated_at ON message_feedback (updated_at);
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      DROP TABLE message_feedback;
      DROP TRIGGER users_anonymise_usage ON users;
      DROP FUNCTION anonymise_usage;
      ALTER TABLE runs DROP key_id;
      DROP TABLE usage;
    `);
  }
}
