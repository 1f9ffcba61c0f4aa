import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Agents that admins create, with all of their versions, and which agent and version answered a run. */
export class Agents1795200019020 implements MigrationInterface {
  name = 'Agents1795200019020';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE agents (
        id text NOT NULL,
        label text NOT NULL,
        version integer NOT NULL,
        is_enabled boolean NOT NULL DEFAULT true,
        created_at timestamptz NOT NULL DEFAULT now(),
        changed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        deleted_at timestamptz,
        CONSTRAINT agents_pkey PRIMARY KEY (id)
      );

      CREATE TABLE agent_versions (
        agent_id text NOT NULL,
        version integer NOT NULL,
        definition jsonb NOT NULL,
        restored_from integer,
        author_id uuid,
        created_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT agent_versions_pkey PRIMARY KEY (agent_id, version),
        CONSTRAINT agent_versions_agent FOREIGN KEY (agent_id) REFERENCES agents (id) ON DELETE CASCADE,
        CONSTRAINT agent_versions_author FOREIGN KEY (author_id) REFERENCES users (id) ON DELETE SET NULL
      );
      CREATE INDEX agent_versions_author_id ON agent_versions (author_id);

      ALTER TABLE runs ADD agent text, ADD agent_version integer;
      ALTER TABLE audit_events ADD subject_name text;
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      ALTER TABLE audit_events DROP subject_name;
      ALTER TABLE runs DROP agent_version, DROP agent;
      DROP TABLE agent_versions;
      DROP TABLE agents;
    `);
  }
}
