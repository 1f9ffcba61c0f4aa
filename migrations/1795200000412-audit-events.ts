import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Who did what, when and from where. Rows are added and never changed; they hold ids and no addresses of people, so that
 * they can outlive an account.
 */
export class AuditEvents1795200000412 implements MigrationInterface {
  name = 'AuditEvents1795200000412';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE audit_events (
        id uuid CONSTRAINT audit_events_pkey PRIMARY KEY,
        at timestamptz NOT NULL DEFAULT now(),
        action text NOT NULL,
        outcome text NOT NULL,
        actor_id uuid,
        credential text,
        subject_id uuid,
        address text,
        request_id text
      );
      CREATE INDEX audit_events_actor ON audit_events (actor_id, id);
      CREATE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN RAISE EXCEPTION 'audit_events is append-only'; END $$;
      CREATE TRIGGER audit_events_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_events
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change();
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('DROP TABLE audit_events; DROP FUNCTION refuse_audit_change()');
  }
}
