import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Who is notified of what happens, and how that went. */
export class Webhooks1795200006182 implements MigrationInterface {
  name = 'Webhooks1795200006182';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE webhook_endpoints (
        id uuid NOT NULL,
        url text NOT NULL,
        description text,
        types text[] NOT NULL,
        include_content boolean NOT NULL DEFAULT false,
        secret text NOT NULL,
        old_secret text,
        old_secret_until timestamptz,
        disabled_at timestamptz,
        disabled_reason text,
        created_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT webhook_endpoints_pkey PRIMARY KEY (id)
      );

      CREATE TABLE outbox (
        id uuid NOT NULL,
        type text NOT NULL,
        user_id uuid,
        payload jsonb NOT NULL,
        at timestamptz NOT NULL DEFAULT now(),
        dispatched_at timestamptz,
        CONSTRAINT outbox_pkey PRIMARY KEY (id)
      );
      CREATE INDEX outbox_undispatched ON outbox (at) WHERE dispatched_at IS NULL;
      CREATE INDEX outbox_user_id ON outbox (user_id);
      -- In place of a foreign key, whose check would lock the account in the statement that ends each run.
      CREATE FUNCTION forget_events() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          DELETE FROM outbox WHERE user_id = OLD.id;
          RETURN NULL;
        END
      $$;
      CREATE TRIGGER users_forget_events AFTER DELETE ON users FOR EACH ROW EXECUTE FUNCTION forget_events();

      CREATE TABLE webhook_deliveries (
        id uuid NOT NULL,
        endpoint_id uuid NOT NULL,
        event_id uuid NOT NULL,
        status text NOT NULL DEFAULT 'pending',
        attempts integer NOT NULL DEFAULT 0,
        next_at timestamptz NOT NULL DEFAULT now(),
        http_status integer,
        ms integer,
        response_head text,
        error text,
        created_at timestamptz NOT NULL DEFAULT now(),
        ended_at timestamptz,
        CONSTRAINT webhook_deliveries_pkey PRIMARY KEY (id),
        CONSTRAINT webhook_deliveries_endpoint FOREIGN KEY (endpoint_id) REFERENCES webhook_endpoints (id) ON DELETE CASCADE,
        CONSTRAINT webhook_deliveries_event FOREIGN KEY (event_id) REFERENCES outbox (id) ON DELETE CASCADE
      );
      CREATE UNIQUE INDEX webhook_deliveries_once ON webhook_deliveries (event_id, endpoint_id);
      CREATE INDEX webhook_deliveries_due ON webhook_deliveries (next_at) WHERE status = 'pending';
      CREATE INDEX webhook_deliveries_latest ON webhook_deliveries (endpoint_id, created_at);

      ALTER TABLE budget_windows ADD reached_at timestamptz;
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      ALTER TABLE budget_windows DROP reached_at;
      DROP TABLE webhook_deliveries;
      DROP TRIGGER users_forget_events ON users;
      DROP FUNCTION forget_events;
      DROP TABLE outbox;
      DROP TABLE webhook_endpoints;
    `);
  }
}
