import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Messages become a tree: each refers to its parent, and a conversation refers to the leaf that is shown. */
export class MessageTree1795200001710 implements MigrationInterface {
  name = 'MessageTree1795200001710';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      ALTER TABLE messages ADD parent_id uuid;
      ALTER TABLE conversations ADD head_id uuid, ADD is_branched boolean NOT NULL DEFAULT false;

      UPDATE messages m SET parent_id = p.id
      FROM messages p WHERE p.conversation_id = m.conversation_id AND p.position = m.position - 1;
      UPDATE conversations c SET head_id = m.id
      FROM messages m WHERE m.conversation_id = c.id AND m.position = c.message_count;
      UPDATE runs r SET state = c.state
      FROM conversations c JOIN messages m ON m.id = c.head_id AND m.role = 'assistant'
      WHERE r.id = m.run_id AND r.state IS NULL;

      DROP INDEX messages_conversation_position;
      CREATE INDEX messages_conversation_position ON messages (conversation_id, position);
    `);
  }

  /** Keeps what is shown; other branches are lost, since positions were unique before. */
  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      WITH RECURSIVE path AS (
        SELECT m.id, m.parent_id FROM conversations c JOIN messages m ON m.id = c.head_id
        UNION ALL
        SELECT m.id, m.parent_id FROM path JOIN messages m ON m.id = path.parent_id
      )
      DELETE FROM messages USING conversations c
      WHERE c.id = messages.conversation_id AND c.is_branched AND messages.id NOT IN (SELECT id FROM path);
      DROP INDEX messages_conversation_position;
      CREATE UNIQUE INDEX messages_conversation_position ON messages (conversation_id, position);
      ALTER TABLE conversations DROP head_id, DROP is_branched;
      ALTER TABLE messages DROP parent_id;
    `);
  }
}
