import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What of a file was not read is kept with it. */
export class AttachmentWarnings1795200000500 implements MigrationInterface {
  name = 'AttachmentWarnings1795200000500';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`ALTER TABLE attachments ADD COLUMN warnings text[] NOT NULL DEFAULT '{}'`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('ALTER TABLE attachments DROP COLUMN warnings');
  }
}
