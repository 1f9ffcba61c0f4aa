import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import {
  Budget,
  type BudgetPeriod,
  type BudgetSubject,
  type BudgetUnit,
} from '../../entities/operations/budget.entity.js';
import { toSlice, type BudgetPlace, type Slice } from '../page.js';

/** Unique key of a budget: its subject, unit and period. */
export interface BudgetKey {
  subjectType: BudgetSubject;
  /** An account's id, a group's name or a key's id; empty for `all`. */
  subjectId: string;
  unit: BudgetUnit;
  period: BudgetPeriod;
}

export interface StoredBudget extends BudgetKey {
  id: string;
  /** Runs or tokens in a period. */
  amount: number;
}

/** Usage of a budget in one period. */
export interface WindowUse {
  /** By runs that have not ended. */
  reserved: number;
  /** By runs that have ended. */
  settled: number;
}

const COLUMNS = `id, subject_type AS "subjectType", subject_id AS "subjectId", unit, period, amount::float8 AS amount`;
const FOREIGN_KEY_VIOLATION = '23503';

/** Budgets as admins set them. */
@Injectable()
export class BudgetsRepository {
  constructor(private readonly source: DataSource) {}

  /** All budgets; each process caches them in memory. */
  all(): Promise<StoredBudget[]> {
    return this.source.query(`SELECT ${COLUMNS} FROM budgets`);
  }

  /** In the order of their ids, which is that of their creation. */
  async list(page: { limit: number; cursor?: BudgetPlace }): Promise<Slice<StoredBudget>> {
    // $1 how many, $2 id of the budget before the page or null
    const rows: StoredBudget[] = await this.source.query(
      `SELECT ${COLUMNS} FROM budgets WHERE ($2::uuid IS NULL OR id > $2) ORDER BY id LIMIT $1`,
      [page.limit + 1, page.cursor?.[0] ?? null],
    );
    return toSlice(rows, page.limit, ({ id }) => [id]);
  }

  /** Sets a limit; the usage of the current period is kept. @returns null when the account or key does not exist */
  async put(
    { subjectType, subjectId, unit, period }: BudgetKey,
    amount: number,
  ): Promise<StoredBudget | null> {
    try {
      const [row]: StoredBudget[] = await this.source.query(
        `INSERT INTO budgets (id, subject_type, subject_id, user_id, key_id, unit, period, amount)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
         ON CONFLICT (subject_type, subject_id, unit, period) DO UPDATE SET amount = excluded.amount
         RETURNING ${COLUMNS}`,
        [
          uuidv7(),
          subjectType,
          subjectId,
          subjectType === 'user' ? subjectId : null,
          subjectType === 'key' ? subjectId : null,
          unit,
          period,
          amount,
        ],
      );
      return row!;
    } catch (error) {
      if ((error as { code?: string }).code === FOREIGN_KEY_VIOLATION) return null;
      throw error;
    }
  }

  /** @returns false when it does not exist */
  async delete(id: string): Promise<boolean> {
    const { affected } = await this.source.getRepository(Budget).delete({ id });
    return Boolean(affected);
  }

  /**
   * Usage of budgets.
   * @param windows each budget with the beginning of its period
   * @returns in the same order; zero without usage
   */
  async used(windows: readonly { budgetId: string; startsAt: Date }[]): Promise<WindowUse[]> {
    // $1 the budgets' ids, $2 the beginnings of their periods
    return this.source.query(
      `SELECT coalesce(w.reserved, 0)::float8 AS reserved, coalesce(w.settled, 0)::float8 AS settled
       FROM unnest($1::uuid[], $2::timestamptz[]) WITH ORDINALITY AS x (budget_id, starts_at, place)
       LEFT JOIN budget_windows w USING (budget_id, starts_at)
       ORDER BY place`,
      [windows.map(({ budgetId }) => budgetId), windows.map(({ startsAt }) => startsAt)],
    );
  }
}
