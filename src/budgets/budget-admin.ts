import { Injectable } from '@nestjs/common';
import type { z } from 'zod';
import { notFound } from '../common/errors.js';
import {
  BudgetsRepository,
  type BudgetKey,
  type StoredBudget,
} from '../database/repositories/budgets/budgets.repository.js';
import type { BudgetCursor, Slice } from '../database/repositories/page.js';
import { BudgetList, type Payer } from './budget-list.js';
import { windowAt } from './period.js';
import { toBudget, type budgetSchema } from './schemas.js';

type BudgetBody = z.output<typeof budgetSchema>;

/** Budgets with their usage in the present period. */
@Injectable()
export class BudgetAdmin {
  constructor(
    private readonly budgets: BudgetsRepository,
    private readonly budgetList: BudgetList,
  ) {}

  async list(page: { limit: number; cursor?: BudgetCursor }): Promise<Slice<BudgetBody>> {
    const { items, next } = await this.budgets.list(page);
    return { items: await this.withUse(items), next };
  }

  /** Those that runs of a caller count against. */
  ofCaller(payer: Payer): Promise<BudgetBody[]> {
    return this.withUse(this.budgetList.of(payer));
  }

  /** @throws ParleyError `not-found` when there is no such account or key */
  async put(key: BudgetKey, amount: number): Promise<BudgetBody> {
    const budget = await this.budgets.put(key, amount);
    if (!budget) throw notFound(key.subjectType === 'user' ? 'User not found' : 'API key not found');
    await this.budgetList.announce();
    return (await this.withUse([budget]))[0]!;
  }

  /** @throws ParleyError `not-found` */
  async delete(id: string): Promise<void> {
    if (!(await this.budgets.delete(id))) throw notFound('Budget not found');
    await this.budgetList.announce();
  }

  private async withUse(budgets: readonly StoredBudget[]): Promise<BudgetBody[]> {
    if (budgets.length === 0) return [];
    const now = new Date();
    const windows = budgets.map(({ id, period }) => {
      return { budgetId: id, startsAt: windowAt(period, now).startsAt };
    });
    const uses = await this.budgets.used(windows);
    return budgets.map((budget, index) => toBudget(budget, uses[index]!, now));
  }
}
