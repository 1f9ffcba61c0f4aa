import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Why a model stopped before its answer was whole, and what a run cost. */
export class FinishReasons1795200000300 implements MigrationInterface {
  name = 'FinishReasons1795200000300';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      ALTER TABLE runs ADD finish_reason text, ADD usage jsonb;
      ALTER TABLE messages ADD finish_reason text;
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      ALTER TABLE messages DROP finish_reason;
      ALTER TABLE runs DROP finish_reason, DROP usage;
    `);
  }
}
