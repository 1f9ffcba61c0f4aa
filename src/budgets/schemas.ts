import { z } from 'zod';
import { boundedText } from '../common/text.js';
import {
  BUDGET_PERIODS,
  BUDGET_SUBJECTS,
  BUDGET_UNITS,
} from '../database/entities/operations/budget.entity.js';
import type {
  BudgetKey,
  StoredBudget,
  WindowUse,
} from '../database/repositories/budgets/budgets.repository.js';
import { windowAt } from './period.js';

/** Beyond any use, and exact in JSON. */
const MAX_AMOUNT = 1_000_000_000_000_000;

const USER = '7b3b9eca-9be9-4809-ae21-4ab3ed1ed703';

export const budgetSchema = z
  .object({
    id: z.string(),
    subject_type: z.enum(BUDGET_SUBJECTS),
    subject_id: z.string().nullable(),
    unit: z.enum(BUDGET_UNITS),
    period: z.enum(BUDGET_PERIODS),
    amount: z.int(),
    used: z.int().describe('by runs that have ended in this period'),
    reserved: z.int().describe('by runs that have not ended'),
    remaining: z.int(),
    starts_at: z.string().nullable().describe('of the present period; null for a total'),
    resets_at: z.string().nullable().describe('when the next period begins; null for a total'),
  })
  .meta({
    id: 'Budget',
    example: {
      id: '0b0f6a3e-0b5c-4a3e-9a37-8d1f3f0f7f61',
      subject_type: 'user',
      subject_id: USER,
      unit: 'tokens',
      period: 'day',
      amount: 100_000,
      used: 2_750,
      reserved: 3_100,
      remaining: 94_150,
      starts_at: '2026-01-31T00:00:00.000Z',
      resets_at: '2026-02-01T00:00:00.000Z',
    },
  });

export const setBudgetSchema = z
  .object({
    subject_type: z
      .enum(BUDGET_SUBJECTS)
      .describe('an account, the members of a group together, an API key, or all'),
    subject_id: boundedText(1, 254)
      .nullish()
      .describe("an account's id, a group's name or a key's id; none for `all`"),
    unit: z.enum(BUDGET_UNITS).describe('tokens are those of requests and answers together'),
    period: z.enum(BUDGET_PERIODS).describe('resets in UTC, a week on Monday; `total` never'),
    amount: z.int().min(0).max(MAX_AMOUNT),
  })
  .superRefine(({ subject_type: type, subject_id: id }, ctx) => {
    const refuse = (message: string) =>
      ctx.addIssue({ code: 'custom', path: ['subject_id'], message, params: { type: 'value_error' } });
    if (type === 'all' && id) refuse('A budget for all has no subject');
    if (type !== 'all' && !id) refuse(`Field required for a budget of a ${type}`);
    if ((type === 'user' || type === 'key') && id && !z.guid().safeParse(id).success)
      refuse('Input should be a UUID');
  })
  .meta({
    id: 'SetBudget',
    example: { subject_type: 'group', subject_id: 'interns', unit: 'runs', period: 'day', amount: 50 },
  });

export const toBudgetKey = (body: z.output<typeof setBudgetSchema>): BudgetKey => {
  const { subject_type: subjectType, subject_id: id, unit, period } = body;
  const subjectId = subjectType === 'group' ? (id ?? '') : (id ?? '').toLowerCase();
  return { subjectType, subjectId, unit, period };
};

export function toBudget(budget: StoredBudget, use: WindowUse, now: Date): z.output<typeof budgetSchema> {
  const { startsAt, endsAt } = windowAt(budget.period, now);
  return {
    id: budget.id,
    subject_type: budget.subjectType,
    subject_id: budget.subjectId || null,
    unit: budget.unit,
    period: budget.period,
    amount: budget.amount,
    used: use.settled,
    reserved: use.reserved,
    remaining: Math.max(0, budget.amount - use.settled - use.reserved),
    starts_at: endsAt && startsAt.toISOString(),
    resets_at: endsAt?.toISOString() ?? null,
  };
}
