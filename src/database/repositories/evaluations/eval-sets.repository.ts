import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import type { EvalCase, EvalSet } from '../../entities/operations/evaluation.entity.js';
import { toSlice, type EvaluationPlace, type Slice } from '../page.js';

export interface StoredSet extends Omit<EvalSet, 'owner'> {
  /** Number of cases. */
  cases: number;
}
export type StoredCase = Pick<EvalCase, 'id' | 'question' | 'expected' | 'tags'>;
export type NewCase = Omit<StoredCase, 'id'>;
export interface EvaluationPage {
  limit: number;
  cursor?: EvaluationPlace;
}

const SET = `s.id, s.name, s.owner_id AS "ownerId", s.created_at AS "createdAt",
  (SELECT count(*)::int FROM eval_cases c WHERE c.set_id = s.id) AS cases`;

/** Evaluation sets and their cases. */
@Injectable()
export class EvalSetsRepository {
  constructor(private readonly source: DataSource) {}

  /** @returns null when there is no such account */
  async add(name: string, ownerId: string | null): Promise<StoredSet | null> {
    const id = uuidv7();
    // $1 the id, $2 the name, $3 the owner or null
    await this.source.query(
      `INSERT INTO eval_sets (id, name, owner_id) SELECT $1, $2, $3::uuid
       WHERE $3::uuid IS NULL OR EXISTS (SELECT FROM users WHERE id = $3::uuid)`,
      [id, name, ownerId],
    );
    return this.find(id);
  }

  /** Newest first. */
  async list({ limit, cursor }: EvaluationPage): Promise<Slice<StoredSet>> {
    // $1 how many, $2 the last id of the page before or null
    const rows: StoredSet[] = await this.source.query(
      `SELECT ${SET} FROM eval_sets s WHERE $2::uuid IS NULL OR s.id < $2 ORDER BY s.id DESC LIMIT $1`,
      [limit + 1, cursor?.[0] ?? null],
    );
    return toSlice(rows, limit, ({ id }) => [id]);
  }

  async find(id: string): Promise<StoredSet | null> {
    const rows: StoredSet[] = await this.source.query(`SELECT ${SET} FROM eval_sets s WHERE s.id = $1`, [id]);
    return rows[0] ?? null;
  }

  /** @returns false when it does not exist */
  async delete(id: string): Promise<boolean> {
    const [, count]: [unknown, number] = await this.source.query('DELETE FROM eval_sets WHERE id = $1', [id]);
    return count > 0;
  }

  /**
   * Adds cases, or none of them.
   * @returns the number of cases then; `full` when there would be more than `max`, `busy` while a run is unfinished
   */
  addCases(setId: string, cases: readonly NewCase[], max: number): Promise<number | 'full' | 'busy'> {
    return this.source.transaction(async (db) => {
      await db.query('SELECT FROM eval_sets WHERE id = $1 FOR UPDATE', [setId]);
      const [found]: { count: number; isBusy: boolean }[] = await db.query(
        `SELECT (SELECT count(*)::int FROM eval_cases WHERE set_id = $1) AS count,
           EXISTS (SELECT FROM eval_runs WHERE set_id = $1 AND status IN ('queued', 'running')) AS "isBusy"`,
        [setId],
      );
      if (found!.isBusy) return 'busy';
      const count = found!.count + cases.length;
      if (count > max) return 'full';
      const rows = cases.map((one) => ({ id: uuidv7(), ...one }));
      // $1 the set, $2 the cases
      await db.query(
        `INSERT INTO eval_cases (id, set_id, question, expected, tags)
         SELECT c.id, $1, c.question, c.expected, ARRAY(SELECT jsonb_array_elements_text(c.tags))
         FROM jsonb_to_recordset($2::jsonb) AS c (id uuid, question text, expected jsonb, tags jsonb)`,
        [setId, JSON.stringify(rows)],
      );
      return count;
    });
  }

  /** In the order in which they were added. */
  async listCases(setId: string, { limit, cursor }: EvaluationPage): Promise<Slice<StoredCase>> {
    // $1 the set, $2 how many, $3 the last id of the page before or null
    const rows: StoredCase[] = await this.source.query(
      `SELECT id, question, expected, tags FROM eval_cases
       WHERE set_id = $1 AND ($3::uuid IS NULL OR id > $3) ORDER BY id LIMIT $2`,
      [setId, limit + 1, cursor?.[0] ?? null],
    );
    return toSlice(rows, limit, ({ id }) => [id]);
  }
}
