import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Which account a subject of an OpenID issuer is. */
export class ExternalIdentities1795200000413 implements MigrationInterface {
  name = 'ExternalIdentities1795200000413';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE external_identities (
        issuer text,
        subject text,
        user_id uuid NOT NULL CONSTRAINT external_identities_user REFERENCES users ON DELETE CASCADE,
        created_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT external_identities_pkey PRIMARY KEY (issuer, subject)
      );
      CREATE INDEX external_identities_user_id ON external_identities (user_id);
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('DROP TABLE external_identities');
  }
}
