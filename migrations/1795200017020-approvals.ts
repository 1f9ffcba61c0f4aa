import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Runs that wait for a person, and tools that need no approval in a conversation. */
export class Approvals1795200017020 implements MigrationInterface {
  name = 'Approvals1795200017020';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      ALTER TABLE runs ADD COLUMN pending jsonb;
      ALTER TABLE conversations ADD COLUMN allowed_tools jsonb NOT NULL DEFAULT '[]';
      CREATE UNIQUE INDEX runs_one_active ON runs (conversation_id) WHERE status IN ('streaming', 'waiting');
      DROP INDEX runs_one_streaming;
      DROP INDEX runs_lease;
      CREATE INDEX runs_lease ON runs (lease_until) WHERE status IN ('streaming', 'waiting');
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      UPDATE runs SET status = 'interrupted', finished_at = now() WHERE status = 'waiting';
      DROP INDEX runs_lease;
      CREATE INDEX runs_lease ON runs (lease_until) WHERE status = 'streaming';
      CREATE UNIQUE INDEX runs_one_streaming ON runs (conversation_id) WHERE status = 'streaming';
      DROP INDEX runs_one_active;
      ALTER TABLE conversations DROP COLUMN allowed_tools;
      ALTER TABLE runs DROP COLUMN pending;
    `);
  }
}
