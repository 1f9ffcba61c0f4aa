import type { BudgetPeriod } from '../database/entities/operations/budget.entity.js';

const DAY_MS = 86_400_000;

/** One period of a budget. */
export interface Window {
  startsAt: Date;
  /** Exclusive; null when it never ends. */
  endsAt: Date | null;
}

/** The period at a moment, in UTC; a week begins on Monday, and `total` has one period for ever. */
export function windowAt(period: BudgetPeriod, now: Date): Window {
  const [year, month, day] = [now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate()];
  const between = (start: number, end: number) => ({ startsAt: new Date(start), endsAt: new Date(end) });
  switch (period) {
    case 'day':
      return between(Date.UTC(year, month, day), Date.UTC(year, month, day + 1));
    case 'week': {
      const monday = Date.UTC(year, month, day) - ((now.getUTCDay() + 6) % 7) * DAY_MS;
      return between(monday, monday + 7 * DAY_MS);
    }
    case 'month':
      return between(Date.UTC(year, month), Date.UTC(year, month + 1));
    case 'total':
      return { startsAt: new Date(0), endsAt: null };
  }
}
