import { Injectable } from '@nestjs/common';
import { DataSource, MoreThan, type Repository } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import {
  Budget,
  type BudgetPeriod,
  type BudgetSubject,
  type BudgetUnit,
} from '../../entities/operations/budget.entity.js';
import { orMissingReference } from '../../foreign-keys.js';
import { toSlice, type BudgetCursor, type Slice } from '../page.js';

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

const COLUMNS = {
  id: true,
  subjectType: true,
  subjectId: true,
  unit: true,
  period: true,
  amount: true,
} as const;

/** Budgets as admins set them. */
@Injectable()
export class BudgetsRepository {
  private readonly budgets: Repository<Budget>;

  constructor(private readonly source: DataSource) {
    this.budgets = source.getRepository(Budget);
  }

  /** All budgets; each process caches them in memory. */
  all(): Promise<StoredBudget[]> {
    return this.budgets.find({ select: COLUMNS });
  }

  /** In the order of their ids, which is that of their creation. */
  async list(page: { limit: number; cursor?: BudgetCursor }): Promise<Slice<StoredBudget>> {
    const rows = await this.budgets.find({
      select: COLUMNS,
      where: page.cursor && { id: MoreThan(page.cursor[0]) },
      order: { id: 'ASC' },
      take: page.limit + 1,
    });
    return toSlice(rows, page.limit, ({ id }) => [id]);
  }

  /** Sets a limit; the usage of the current period is kept. @returns null when the account or key does not exist */
  async put(key: BudgetKey, amount: number): Promise<StoredBudget | null> {
    const { subjectType, subjectId } = key;
    const userId = subjectType === 'user' ? subjectId : null;
    const keyId = subjectType === 'key' ? subjectId : null;
    const stored = await orMissingReference(
      this.budgets
        .createQueryBuilder()
        .insert()
        .values({ ...key, id: uuidv7(), userId, keyId, amount })
        .orUpdate(['amount'], ['subject_type', 'subject_id', 'unit', 'period'])
        .execute(),
    );
    return stored && this.budgets.findOne({ select: COLUMNS, where: { ...key } });
  }

  /** @returns false when it does not exist */
  async delete(id: string): Promise<boolean> {
    const { affected } = await this.budgets.delete({ id });
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
