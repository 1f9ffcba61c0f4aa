import { ParleyError } from '../common/errors.js';
import type { StoredBudget } from '../database/repositories/budgets/budgets.repository.js';
import type { BudgetState } from '../database/repositories/budgets/budget-ledger.repository.js';
import { windowAt } from './period.js';

/** Seconds after which another try makes sense while other answers hold the rest: most have ended by then. */
const RETRY_AFTER = 5;
/** A budget that never begins anew waits for an admin. */
const NEVER_SECONDS = 86_400;

const PERIODS = { day: ' a day', week: ' a week', month: ' a month', total: ' in all' } as const;

/** The cost that exceeds a budget, with that budget. */
export type Shortage = BudgetState & { budget: StoredBudget };

/** The refusal of a run: names the budget that is renewed last. */
export function budgetExceeded(shortages: readonly Shortage[], now: Date): ParleyError {
  const waits = shortages.map((shortage) => ({ ...shortage, seconds: secondsUntil(shortage, now) }));
  const { budget, amount, reserved, settled, seconds } = waits.toSorted((a, b) => b.seconds - a.seconds)[0]!;
  const { startsAt, endsAt } = windowAt(budget.period, now);
  const name = `budget of ${amount} ${budget.unit}${PERIODS[budget.period]}`;
  const whose = {
    user: 'Your',
    key: "The API key's",
    group: `The group ${budget.subjectId}'s`,
    all: 'The shared',
  };
  const isHeld = seconds === RETRY_AFTER;
  const until = endsAt ? ` until ${endsAt.toISOString()}` : '';
  const detail = isHeld
    ? `${whose[budget.subjectType]} ${name} is reserved by answers being written. Please try again shortly.`
    : `${whose[budget.subjectType]} ${name} is used up${until}.`;
  return new ParleyError('rate-limited', 'budget-exceeded', detail, {
    retryAfter: seconds,
    rateLimit: {
      policy: 'budget',
      quota: amount,
      unit: budget.unit === 'runs' ? 'requests' : 'tokens',
      remaining: Math.max(0, amount - reserved - settled),
      window: endsAt ? (endsAt.getTime() - startsAt.getTime()) / 1_000 : undefined,
    },
  });
}

function secondsUntil({ budget, amount, settled, need }: Shortage, now: Date): number {
  if (settled + need <= amount) return RETRY_AFTER;
  const { endsAt } = windowAt(budget.period, now);
  // Never equal to the short wait, which means something else.
  return endsAt
    ? Math.max(RETRY_AFTER + 1, Math.ceil((endsAt.getTime() - now.getTime()) / 1_000))
    : NEVER_SECONDS;
}
