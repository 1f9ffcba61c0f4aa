import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What exports know of a film besides: its original title and language, how long it runs and from which age on. */
export class FilmDetails1795200000800 implements MigrationInterface {
  name = 'FilmDetails1795200000800';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      ALTER TABLE films
        ADD COLUMN original_title text,
        ADD COLUMN runtime integer,
        ADD COLUMN age_rating text,
        ADD COLUMN language text
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      ALTER TABLE films DROP COLUMN original_title, DROP COLUMN runtime, DROP COLUMN age_rating, DROP COLUMN language
    `);
  }
}
