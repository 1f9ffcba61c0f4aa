import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Admins read what the runs of all accounts have cost, by day. */
export class UsageAt1795200006161 implements MigrationInterface {
  name = 'UsageAt1795200006161';

  async up(db: QueryRunner): Promise<void> {
    await db.query('CREATE INDEX usage_at ON usage (at)');
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('DROP INDEX usage_at');
  }
}
