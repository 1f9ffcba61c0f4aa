import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Keys of programs that act for an account. Only a hash of the secret is kept. */
export class ApiKeys1795200000411 implements MigrationInterface {
  name = 'ApiKeys1795200000411';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE api_keys (
        id uuid CONSTRAINT api_keys_pkey PRIMARY KEY,
        user_id uuid NOT NULL CONSTRAINT api_keys_user REFERENCES users ON DELETE CASCADE,
        name text NOT NULL,
        hash bytea NOT NULL,
        prefix text NOT NULL,
        scopes text[] NOT NULL,
        expires_at timestamptz,
        last_used_at timestamptz,
        revoked_at timestamptz,
        created_at timestamptz NOT NULL DEFAULT now()
      );
      CREATE UNIQUE INDEX api_keys_hash ON api_keys (hash);
      CREATE INDEX api_keys_user_id ON api_keys (user_id);
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('DROP TABLE api_keys');
  }
}
