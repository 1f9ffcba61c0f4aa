import { z } from 'zod';

/** What is asked of one table; columns by their names. */
export const tableQuerySchema = z.object({
  table: z.string().describe('name of the table that answers, or empty when none does'),
  filters: z
    .array(
      z.object({
        column: z.string(),
        test: z.enum(['is', 'is not', 'contains', '>', '>=', '<', '<=']),
        values: z
          .array(z.union([z.string(), z.number()]))
          .min(1)
          .max(20)
          .describe('one of them must pass'),
      }),
    )
    .max(10)
    .describe('rows must pass all of them'),
  groupBy: z.string().nullable().describe('one result for each value of this column'),
  measure: z.enum(['rows', 'count', 'sum', 'average', 'median', 'minimum', 'maximum']),
  column: z.string().nullable().describe('numeric column that is measured, or that rows are ordered by'),
  order: z.enum(['descending', 'ascending']).nullable(),
  limit: z.int().min(1).max(50).nullable(),
});

export type TableQuery = z.output<typeof tableQuerySchema>;
export type Filter = TableQuery['filters'][number];
