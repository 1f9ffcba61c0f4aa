import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Questions with the documents that answer them, and how well retrieval finds those. */
export class Evaluations1795200019010 implements MigrationInterface {
  name = 'Evaluations1795200019010';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE eval_sets (
        id uuid NOT NULL,
        name text NOT NULL,
        owner_id uuid,
        created_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT eval_sets_pkey PRIMARY KEY (id),
        CONSTRAINT eval_sets_owner FOREIGN KEY (owner_id) REFERENCES users (id) ON DELETE CASCADE
      );
      CREATE INDEX eval_sets_owner_id ON eval_sets (owner_id);

      CREATE TABLE eval_cases (
        id uuid NOT NULL,
        set_id uuid NOT NULL,
        question text NOT NULL,
        expected jsonb NOT NULL,
        tags text[] NOT NULL DEFAULT '{}',
        CONSTRAINT eval_cases_pkey PRIMARY KEY (id),
        CONSTRAINT eval_cases_set FOREIGN KEY (set_id) REFERENCES eval_sets (id) ON DELETE CASCADE
      );
      CREATE INDEX eval_cases_set_id ON eval_cases (set_id, id);

      CREATE TABLE eval_runs (
        id uuid NOT NULL,
        set_id uuid NOT NULL,
        config jsonb NOT NULL,
        status text NOT NULL DEFAULT 'queued',
        done integer NOT NULL DEFAULT 0,
        total integer NOT NULL,
        metrics jsonb,
        baseline_id uuid,
        tolerance real NOT NULL,
        passed boolean,
        error text,
        created_at timestamptz NOT NULL DEFAULT now(),
        ended_at timestamptz,
        CONSTRAINT eval_runs_pkey PRIMARY KEY (id),
        CONSTRAINT eval_runs_set FOREIGN KEY (set_id) REFERENCES eval_sets (id) ON DELETE CASCADE,
        CONSTRAINT eval_runs_baseline FOREIGN KEY (baseline_id) REFERENCES eval_runs (id) ON DELETE SET NULL
      );
      CREATE INDEX eval_runs_baseline_id ON eval_runs (baseline_id);
      CREATE INDEX eval_runs_set_id ON eval_runs (set_id, id);
      CREATE UNIQUE INDEX eval_runs_unfinished ON eval_runs (set_id) WHERE status IN ('queued', 'running');

      CREATE TABLE eval_results (
        run_id uuid NOT NULL,
        case_id uuid NOT NULL,
        hits jsonb NOT NULL,
        rank integer,
        is_shown boolean NOT NULL,
        cited_ok boolean,
        ms real NOT NULL,
        CONSTRAINT eval_results_pkey PRIMARY KEY (run_id, case_id),
        CONSTRAINT eval_results_run FOREIGN KEY (run_id) REFERENCES eval_runs (id) ON DELETE CASCADE,
        CONSTRAINT eval_results_case FOREIGN KEY (case_id) REFERENCES eval_cases (id) ON DELETE CASCADE
      );
      CREATE INDEX eval_results_case_id ON eval_results (case_id);
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('DROP TABLE eval_results, eval_runs, eval_cases, eval_sets');
  }
}
