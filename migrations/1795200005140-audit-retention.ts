import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The record of who did what may lose what is older than a month, and the accounts that are being erased. All else stays
 * as it was written.
 */
export class AuditRetention1795200005140 implements MigrationInterface {
  name = 'AuditRetention1795200005140';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE INDEX audit_events_subject ON audit_events (subject_id);
      CREATE FUNCTION guard_audit_event() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF TG_OP = 'DELETE' AND OLD.at < now() - interval '30 days' THEN RETURN OLD; END IF;
        IF TG_OP = 'UPDATE'
          AND (NEW.id, NEW.at, NEW.action, NEW.outcome, NEW.credential, NEW.request_id)
            IS NOT DISTINCT FROM (OLD.id, OLD.at, OLD.action, OLD.outcome, OLD.credential, OLD.request_id)
          AND (NEW.actor_id IS NOT DISTINCT FROM OLD.actor_id
            OR EXISTS (SELECT FROM erasures WHERE account_id = OLD.actor_id))
          AND (NEW.subject_id IS NOT DISTINCT FROM OLD.subject_id
            OR EXISTS (SELECT FROM erasures WHERE account_id = OLD.subject_id))
          AND (NEW.address IS NOT DISTINCT FROM OLD.address OR NEW.address IS NULL
            AND EXISTS (SELECT FROM erasures WHERE account_id = coalesce(OLD.actor_id, OLD.subject_id)))
          THEN RETURN NEW; END IF;
        RAISE EXCEPTION 'audit_events is append-only';
      END $$;
      DROP TRIGGER audit_events_append_only ON audit_events;
      CREATE TRIGGER audit_events_append_only BEFORE TRUNCATE ON audit_events
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change();
      CREATE TRIGGER audit_events_guard BEFORE UPDATE OR DELETE ON audit_events
        FOR EACH ROW EXECUTE FUNCTION guard_audit_event();
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      DROP TRIGGER audit_events_guard ON audit_events;
      DROP TRIGGER audit_events_append_only ON audit_events;
      CREATE TRIGGER audit_events_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_events
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change();
      DROP FUNCTION guard_audit_event();
      DROP INDEX audit_events_subject;
    `);
  }
}
