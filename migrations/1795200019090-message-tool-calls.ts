import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The calls of tools that an answer rests on, kept with it. */
export class MessageToolCalls1795200019090 implements MigrationInterface {
  name = 'MessageToolCalls1795200019090';

  async up(db: QueryRunner): Promise<void> {
    await db.query('ALTER TABLE messages ADD COLUMN tool_calls jsonb');
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('ALTER TABLE messages DROP COLUMN tool_calls');
  }
}
