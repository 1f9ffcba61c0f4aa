import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What the training materials were last synced to. */
export class TrainingMaterials1795200000005 implements MigrationInterface {
  name = 'TrainingMaterials1795200000005';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE training_materials (
        id integer NOT NULL,
        target text NOT NULL,
        commit text NOT NULL,
        synced_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT training_materials_pkey PRIMARY KEY (id)
      );
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('DROP TABLE training_materials');
  }
}
