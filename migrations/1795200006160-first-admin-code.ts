import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The code by which an installation gets its first admin: one row, until it was used. */
export class FirstAdminCode1795200006160 implements MigrationInterface {
  name = 'FirstAdminCode1795200006160';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE first_admin_code (
        id integer NOT NULL,
        code text NOT NULL,
        CONSTRAINT first_admin_code_pkey PRIMARY KEY (id)
      );
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('DROP TABLE first_admin_code');
  }
}
