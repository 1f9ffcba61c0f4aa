import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Facts about a user that the user has confirmed. */
export class Memories1795200019070 implements MigrationInterface {
  name = 'Memories1795200019070';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE memories (
        id uuid NOT NULL,
        user_id uuid NOT NULL,
        content text NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        updated_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT memories_pkey PRIMARY KEY (id),
        CONSTRAINT memories_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
      );
      CREATE INDEX memories_user_id ON memories (user_id, id);
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('DROP TABLE memories');
  }
}
