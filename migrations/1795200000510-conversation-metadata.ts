import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Clients may attach data of their own to a conversation. */
export class ConversationMetadata1795200000510 implements MigrationInterface {
  name = 'ConversationMetadata1795200000510';

  async up(db: QueryRunner): Promise<void> {
    await db.query('ALTER TABLE conversations ADD COLUMN metadata jsonb');
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('ALTER TABLE conversations DROP COLUMN metadata');
  }
}
