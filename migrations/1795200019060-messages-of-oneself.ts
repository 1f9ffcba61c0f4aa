import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Statements of users about themselves are found in a long conversation without reading it. */
export class MessagesOfOneself1795200019060 implements MigrationInterface {
  name = 'MessagesOfOneself1795200019060';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE INDEX messages_of_oneself ON messages (conversation_id, position) WHERE role = 'user'
        AND content ~* '\\m(i|my|mine|me|we|our|ich|mein\\w*|wir|je|mon|ma|mes|nous|yo|mi|mis|eu|meu|io|mio)\\M'`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('DROP INDEX messages_of_oneself');
  }
}
