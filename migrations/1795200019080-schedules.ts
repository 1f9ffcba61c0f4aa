import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Messages that are sent at the times of a cron expression. */
export class Schedules1795200019080 implements MigrationInterface {
  name = 'Schedules1795200019080';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE schedules (
        id uuid NOT NULL,
        user_id uuid NOT NULL,
        name text NOT NULL,
        cron text NOT NULL,
        time_zone text NOT NULL,
        agent text NOT NULL,
        message text NOT NULL,
        conversation_id text NOT NULL,
        is_enabled boolean NOT NULL,
        next_at timestamptz(3),
        claimed_until timestamptz,
        last_at timestamptz(3),
        last_run_id uuid,
        last_error text,
        created_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT schedules_pkey PRIMARY KEY (id),
        CONSTRAINT schedules_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
      );
      CREATE INDEX schedules_user_id ON schedules (user_id, id);
      CREATE INDEX schedules_next_at ON schedules (next_at) WHERE next_at IS NOT NULL;
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('DROP TABLE schedules');
  }
}
