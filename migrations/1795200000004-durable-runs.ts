import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What a run needs to outlive its process, its connection and its Redis; keys that make a repeated request one. */
export class DurableRuns1795200000004 implements MigrationInterface {
  name = 'DurableRuns1795200000004';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      ALTER TABLE runs
        ADD producer uuid,
        ADD position integer,
        ADD request jsonb,
        ADD queued_message jsonb,
        ADD wire jsonb,
        ADD partial text NOT NULL DEFAULT '',
        ADD last_offset integer NOT NULL DEFAULT 0,
        ADD sources jsonb,
        ADD state jsonb,
        ADD state_before jsonb,
        ADD error_message text,
        ADD stop_requested boolean NOT NULL DEFAULT false;
      UPDATE runs r SET position = m.position FROM messages m WHERE m.run_id = r.id AND m.role = 'user';
      CREATE INDEX runs_queued ON runs (conversation_id, created_at) WHERE status = 'queued';

      CREATE TABLE idempotency_keys (
        user_id uuid NOT NULL,
        route text NOT NULL,
        key text NOT NULL,
        body_hash text NOT NULL,
        result jsonb,
        created_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT idempotency_keys_pkey PRIMARY KEY (user_id, route, key),
        CONSTRAINT idempotency_keys_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
      );
      CREATE INDEX idempotency_keys_created_at ON idempotency_keys (created_at);
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      DROP TABLE idempotency_keys;
      DROP INDEX runs_queued;
      ALTER TABLE runs
        DROP producer, DROP position, DROP request, DROP queued_message, DROP wire, DROP partial, DROP last_offset, DROP sources,
        DROP state, DROP state_before, DROP error_message, DROP stop_requested;
    `);
  }
}
