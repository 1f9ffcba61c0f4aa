import { z } from 'zod';
import { cursor } from '../common/cursor.js';
import { queryInteger } from '../common/schemas.js';
import { usageCursor } from '../database/repositories/page.js';
import type { UsageSum } from '../database/repositories/usage.repository.js';

const DAY_MS = 86_400_000;
const DEFAULT_DAYS = 30;

/** A date includes its whole day in UTC. @param addDays added to the start of the day */
const moment = (addDays: number) =>
  z.iso
    .date()
    .transform((date) => new Date(Date.parse(date) + addDays * DAY_MS))
    .or(z.iso.datetime({ offset: true }).transform((time) => new Date(time)))
    .optional()
    .meta({ type: 'string', example: '2026-01-31' });

/** Query parameters of a page of usage sums. @param groups allowed values of `by` */
export const usageQuery = <const T extends readonly string[]>(groups: T) =>
  z.object({
    by: z.enum(groups).default('day' as T[number]),
    from: moment(0).describe(`a date or a time; ${DEFAULT_DAYS} days ago by default`),
    to: moment(1).describe('a date (inclusive) or a time (exclusive); defaults to now'),
    limit: queryInteger({ min: 1, max: 1_000, fallback: 100 }),
    cursor: cursor(usageCursor).optional(),
  });

/** The requested time range. */
export function usageRange({ from, to = new Date() }: { from?: Date; to?: Date }): { from: Date; to: Date } {
  return { from: from ?? new Date(to.getTime() - DEFAULT_DAYS * DAY_MS), to };
}

/** Usage and cost of one group of runs. */
export const usageSumSchema = z.object({
  group: z
    .string()
    .nullable()
    .describe("a day in UTC, an agent's id, a model or an API key's id; null for none"),
  runs: z.int(),
  input_tokens: z.int(),
  output_tokens: z.int(),
  cached_tokens: z.int(),
  reasoning_tokens: z.int(),
  estimated: z.boolean().describe('whether any count was estimated from the number of characters'),
});

export const USAGE_SUM: z.output<typeof usageSumSchema> = {
  group: '2026-01-31',
  runs: 4,
  input_tokens: 720,
  output_tokens: 48,
  cached_tokens: 0,
  reasoning_tokens: 0,
  estimated: false,
};

/** The schema of a page of sums, without its id and its items. */
export const usagePage = <const T extends readonly string[]>(groups: T) =>
  z.object({
    by: z.enum(groups),
    from: z.string(),
    to: z.string(),
    items: z.array(usageSumSchema),
    next: z.string().nullable().describe('the `cursor` of the next page; null on the last page'),
  });

export const usageExample = (items: readonly object[]) => ({
  by: 'day',
  from: '2026-01-01T00:00:00.000Z',
  to: '2026-02-01T00:00:00.000Z',
  items,
  next: null,
});

export const toUsageSum = (sum: UsageSum): z.output<typeof usageSumSchema> => ({
  group: sum.group || null,
  runs: sum.runs,
  input_tokens: sum.inputTokens,
  output_tokens: sum.outputTokens,
  cached_tokens: sum.cachedTokens,
  reasoning_tokens: sum.reasoningTokens,
  estimated: sum.estimated,
});
