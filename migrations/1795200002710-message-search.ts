import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The words of messages, filled while the server runs; what is pinned. */
export class MessageSearch1795200002710 implements MigrationInterface {
  name = 'MessageSearch1795200002710';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE message_search (
        message_id uuid NOT NULL,
        conversation_id uuid NOT NULL,
        created_at timestamptz NOT NULL,
        terms tsvector NOT NULL,
        CONSTRAINT message_search_pkey PRIMARY KEY (message_id),
        CONSTRAINT message_search_message FOREIGN KEY (message_id) REFERENCES messages (id) ON DELETE CASCADE
      );
      CREATE INDEX message_search_terms ON message_search USING gin (terms);

      CREATE TABLE conversation_search (
        conversation_id uuid NOT NULL,
        indexed_at timestamptz NOT NULL,
        CONSTRAINT conversation_search_pkey PRIMARY KEY (conversation_id),
        CONSTRAINT conversation_search_conversation FOREIGN KEY (conversation_id)
          REFERENCES conversations (id) ON DELETE CASCADE
      );

      ALTER TABLE conversations ADD pinned_at timestamptz;
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      ALTER TABLE conversations DROP pinned_at;
      DROP TABLE conversation_search, message_search;
    `);
  }
}
