import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A key is stored with what its request made, in one statement: there is none without. */
export class IdempotencyResults1795200000006 implements MigrationInterface {
  name = 'IdempotencyResults1795200000006';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      DELETE FROM idempotency_keys WHERE result IS NULL;
      ALTER TABLE idempotency_keys ALTER COLUMN result SET NOT NULL;
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('ALTER TABLE idempotency_keys ALTER COLUMN result DROP NOT NULL');
  }
}
