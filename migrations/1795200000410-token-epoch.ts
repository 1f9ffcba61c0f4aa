import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Access tokens name the epoch of their account; a new epoch revokes those that were signed before. */
export class TokenEpoch1795200000410 implements MigrationInterface {
  name = 'TokenEpoch1795200000410';

  async up(db: QueryRunner): Promise<void> {
    await db.query('ALTER TABLE users ADD token_epoch integer NOT NULL DEFAULT 0');
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('ALTER TABLE users DROP token_epoch');
  }
}
