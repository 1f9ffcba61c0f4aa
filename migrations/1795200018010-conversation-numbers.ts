import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Numbers of conversations come from a sequence: counted in the account's row, conversations that one account opened at
 * once waited for each other's commits.
 */
export class ConversationNumbers1795200018010 implements MigrationInterface {
  name = 'ConversationNumbers1795200018010';

  async up(db: QueryRunner): Promise<void> {
    await db.query('CREATE SEQUENCE conversations_number_seq AS integer OWNED BY conversations.number');
    await db.query(`
      SELECT setval('conversations_number_seq', max(number)) FROM conversations HAVING max(number) IS NOT NULL`);
    await db.query(`
      ALTER TABLE conversations ALTER number SET DEFAULT nextval('conversations_number_seq')`);
    await db.query('ALTER TABLE users DROP COLUMN conversations_opened');
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('ALTER TABLE users ADD COLUMN conversations_opened integer NOT NULL DEFAULT 0');
    await db.query(`
      UPDATE users SET conversations_opened = c.most
      FROM (SELECT owner_id, max(number) AS most FROM conversations GROUP BY owner_id) AS c WHERE c.owner_id = users.id`);
    await db.query('ALTER TABLE conversations ALTER number DROP DEFAULT');
    await db.query('DROP SEQUENCE conversations_number_seq');
  }
}
