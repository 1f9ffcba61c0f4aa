import type { MigrationInterface, QueryRunner } from 'typeorm';

/** How many runs or tokens accounts, keys and groups may use, and what they have used. */
export class Budgets1795200006181 implements MigrationInterface {
  name = 'Budgets1795200006181';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE budgets (
        id uuid NOT NULL,
        subject_type text NOT NULL,
        subject_id text NOT NULL,
        user_id uuid,
        key_id uuid,
        unit text NOT NULL,
        period text NOT NULL,
        amount bigint NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT budgets_pkey PRIMARY KEY (id),
        CONSTRAINT budgets_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
        CONSTRAINT budgets_key FOREIGN KEY (key_id) REFERENCES api_keys (id) ON DELETE CASCADE
      );
      CREATE UNIQUE INDEX budgets_subject ON budgets (subject_type, subject_id, unit, period);
      CREATE INDEX budgets_user_id ON budgets (user_id);
      CREATE INDEX budgets_key_id ON budgets (key_id);

      CREATE TABLE budget_windows (
        budget_id uuid NOT NULL,
        starts_at timestamptz NOT NULL,
        reserved bigint NOT NULL DEFAULT 0,
        settled bigint NOT NULL DEFAULT 0,
        CONSTRAINT budget_windows_pkey PRIMARY KEY (budget_id, starts_at),
        CONSTRAINT budget_windows_budget FOREIGN KEY (budget_id) REFERENCES budgets (id) ON DELETE CASCADE
      );

      -- No foreign key to budgets: its check would lock the row of the budget in the start of each run.
      CREATE TABLE budget_reservations (
        run_id uuid NOT NULL,
        budget_id uuid NOT NULL,
        starts_at timestamptz NOT NULL,
        unit text NOT NULL,
        amount bigint NOT NULL,
        at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT budget_reservations_pkey PRIMARY KEY (run_id, budget_id)
      );
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('DROP TABLE budget_reservations; DROP TABLE budget_windows; DROP TABLE budgets');
  }
}
