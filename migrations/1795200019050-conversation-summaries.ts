import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Summaries that stand for the earlier messages of a long conversation. */
export class ConversationSummaries1795200019050 implements MigrationInterface {
  name = 'ConversationSummaries1795200019050';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE conversation_summaries (
        id uuid NOT NULL,
        conversation_id uuid NOT NULL,
        first_message_id uuid NOT NULL,
        last_message_id uuid NOT NULL,
        position integer NOT NULL,
        content text NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT conversation_summaries_pkey PRIMARY KEY (id),
        CONSTRAINT conversation_summaries_conversation FOREIGN KEY (conversation_id)
          REFERENCES conversations (id) ON DELETE CASCADE,
        CONSTRAINT conversation_summaries_last_message FOREIGN KEY (last_message_id)
          REFERENCES messages (id) ON DELETE CASCADE
      );
      CREATE UNIQUE INDEX conversation_summaries_last_message_id ON conversation_summaries (last_message_id);
      CREATE INDEX conversation_summaries_position ON conversation_summaries (conversation_id, position);
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('DROP TABLE conversation_summaries');
  }
}
