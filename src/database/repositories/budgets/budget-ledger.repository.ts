import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { BudgetUnit } from '../../entities/operations/budget.entity.js';
import { prepared } from '../../prepared.js';
import { retryConflicts } from '../../retry-conflicts.js';
import { OPEN_WINDOWS, RESERVE, SETTLE } from './budget-statements.js';

/** A budget and one of its periods. */
export interface BudgetWindowKey {
  budgetId: string;
  startsAt: Date;
  unit: BudgetUnit;
}

/** Estimated cost of a run. */
export interface ExpectedCost {
  /** Tokens of the request without the conversation's history. */
  request: number;
  /** The conversation whose history is part of the input. */
  conversation: { ownerId: string; clientId: string } | null;
  /** Maximum input tokens, including the history. */
  maxInput: number;
  /** Tokens of the answer. */
  answer: number;
}

/** State of a budget at a reservation. */
export interface BudgetState {
  budgetId: string;
  /** The requested amount. */
  need: number;
  amount: number;
  /** Before the run. */
  reserved: number;
  settled: number;
  /** Whether all budgets had enough left, so that the run holds its reservations. */
  fits: boolean;
}

/** A budget that was charged. */
export interface SettledBudget {
  budgetId: string;
  startsAt: Date;
  /** In all. */
  settled: number;
  /** By the runs that have just ended. */
  used: number;
}

/** Reservations and usage of budgets. */
@Injectable()
export class BudgetLedgerRepository {
  constructor(private readonly source: DataSource) {}

  /**
   * Reserves a part of every budget for a run, or of none when one is insufficient.
   * @returns the state of each budget, without deleted ones
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
