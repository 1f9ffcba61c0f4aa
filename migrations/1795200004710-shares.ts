import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Links by which others read a conversation as it was. */
export class Shares1795200004710 implements MigrationInterface {
  name = 'Shares1795200004710';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE shares (
        id uuid NOT NULL,
        conversation_id uuid NOT NULL,
        head_id uuid NOT NULL,
        token_hash text NOT NULL,
        password_hash text,
        expires_at timestamptz,
        created_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT shares_pkey PRIMARY KEY (id),
        CONSTRAINT shares_conversation FOREIGN KEY (conversation_id) REFERENCES conversations (id) ON DELETE CASCADE
      );
      CREATE UNIQUE INDEX shares_token_hash ON shares (token_hash);
      CREATE INDEX shares_conversation_id ON shares (conversation_id);
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('DROP TABLE shares');
  }
}
