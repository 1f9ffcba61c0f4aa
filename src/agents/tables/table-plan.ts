import { z } from 'zod';

const PERIODS = ['value', 'year', 'quarter', 'month', 'day'] as const;
const MEASURES = [
  'rows',
  'columns',
  'count',
  'sum',
  'average',
  'median',
  'minimum',
  'maximum',
  'distinct',
  'share',
  'change',
  'correlation',
  'ratio',
] as const;

/** What is computed over one table: of a fixed shape, never code. Columns by their names. */
export const tablePlanSchema = z.object({
  table: z.string().describe('name of the table that answers, or empty when none does'),
  filters: z
    .array(
      z.object({
        column: z.string(),
        test: z.enum([
          'is',
          'is not',
          'contains',
          'in period',
          'not in period',
          'has unit',
          '>',
          '>=',
          '<',
          '<=',
          'is empty',
          'is not empty',
        ]),
        values: z
          .array(z.union([z.string(), z.number()]))
          .min(1)
          .max(20)
          .describe(
            'one of them must pass; periods as 2024, 2024-03 or --03 for any March; one empty text for cells that are empty or not',
          ),
      }),
    )
    .max(10)
    .describe('rows must pass all of them'),
  groupBy: z.string().nullable().describe('one result for each value of this column'),
  by: z.enum(PERIODS).nullable().describe('of a column of dates, the periods that are grouped by'),
  measure: z
    .enum(MEASURES)
    .describe(
      '`share` is what the last filter keeps of the rest; `change` is from the first group to the last; `ratio` is the sum of `column` divided by that of `other`',
    ),
  column: z.string().nullable().describe('column that is measured, or that rows are ordered by'),
  other: z.string().nullable().describe('second column of a correlation or a ratio'),
  order: z.enum(['descending', 'ascending']).nullable(),
  limit: z.int().min(1).max(50).nullable(),
});

export type TablePlan = z.output<typeof tablePlanSchema> & {
  /** The place in the order that is asked for, where it is not the first: 2 of `second highest`. */
  place?: number;
  /** Further columns that are measured in the same way: `units and revenue`. */
  also?: readonly string[];
  /** A second column that is grouped by: `by region and product`. */
  thenBy?: string;
  /** The column whose value is asked for, where it may have no numbers: the phone of one person. */
  asked?: string;
  /** Limits that the results of groups must pass. */
  having?: readonly TablePlan['filters'][number][];
  /** Whether the other end of the order is asked for as well: `highest and lowest`. */
  isBothEnds?: boolean;
};
export type Filter = TablePlan['filters'][number];
