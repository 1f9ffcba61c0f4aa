import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { BudgetUnit } from '../../entities/operations/budget.entity.js';
import { prepared } from '../../prepared.js';
import { retryConflicts } from '../../retry-conflicts.js';
import { OPEN_WINDOWS, RESERVE, SETTLE } from './budget-statements.js';

/** A budget in one of its periods. */
export interface BudgetWindowKey {
  budgetId: string;
  startsAt: Date;
  unit: BudgetUnit;
}

/** What a run is likely to cost. */
export interface ExpectedCost {
  /** Tokens of the request beside the history of the conversation. */
  request: number;
  /** Whose history is read too. */
  conversation: { ownerId: string; clientId: string } | null;
  /** Most tokens that are read, the history included. */
  maxInput: number;
  /** Tokens of the answer. */
  answer: number;
}

/** How a budget stood when a run asked for a part of it. */
export interface BudgetState {
  budgetId: string;
  /** What the run asked for. */
  need: number;
  amount: number;
  /** Before the run. */
  reserved: number;
  settled: number;
  /** Whether the run has got its part of all budgets. */
  fits: boolean;
}

/** A budget that has been used. */
export interface SettledBudget {
  budgetId: string;
  startsAt: Date;
  /** In all. */
  settled: number;
  /** By the runs that have just ended. */
  used: number;
}

/** What runs reserve of budgets, and what they use. */
@Injectable()
export class BudgetLedgerRepository {
  constructor(private readonly source: DataSource) {}

  /**
   * Reserves a part of each budget for a run, or of none when one of them has too little left.
   * @returns how each budget stood; none for one that was deleted
   */
  async reserve(
    runId: string,
    windows: readonly BudgetWindowKey[],
    cost: ExpectedCost,
  ): Promise<BudgetState[]> {
    const states = await this.tryReserve(runId, windows, cost);
    if (states.length === windows.length) return states;
    // The first run of a period.
    await this.source.query(OPEN_WINDOWS, [
      windows.map(({ budgetId }) => budgetId),
      windows.map(({ startsAt }) => startsAt),
    ]);
    const again = await this.tryReserve(runId, windows, cost);
    if (again.length === windows.length || again.length === 0) return again;
    const present = new Set(again.map(({ budgetId }) => budgetId));
    return this.tryReserve(
      runId,
      windows.filter(({ budgetId }) => present.has(budgetId)),
      cost,
    );
  }

  /** @param runIds of runs that are over; all when omitted @param graceSeconds see `SETTLE` */
  async settle(graceSeconds: number, runIds?: readonly string[]): Promise<SettledBudget[]> {
    return this.run<SettledBudget>('settle-budgets', SETTLE, [runIds ?? null, graceSeconds]);
  }

  private tryReserve(
    runId: string,
    windows: readonly BudgetWindowKey[],
    { request, conversation, maxInput, answer }: ExpectedCost,
  ): Promise<BudgetState[]> {
    return this.run<BudgetState>('reserve-budgets', RESERVE, [
      runId,
      windows.map(({ budgetId }) => budgetId),
      windows.map(({ startsAt }) => startsAt),
      windows.map(({ unit }) => unit),
      request,
      conversation?.ownerId ?? null,
      conversation?.clientId ?? null,
      maxInput,
      answer,
    ]);
  }

  private run<T extends object>(name: string, text: string, values: unknown[]): Promise<T[]> {
    return retryConflicts(() => prepared<T>(this.source, name, text, values));
  }
}
