import type { BuiltPlan, Parts } from './plan-parts.js';
import type { TablePlan } from '../table-plan.js';
import type { TypedColumn } from '../typed-table.js';

const IN_TOTAL =
  /\b(?:total|altogether|overall|combined|in all|in sum|insgesamt|zusammen|en tout|en total|in totale|no total)\b/;

/** "Which region had more than 10,000 in total?": the groups whose sum passes a limit, not the rows that do. */
export function limitedSums(
  base: TablePlan,
  { question, mentions, filters, columns }: Parts,
  measured: TypedColumn | null,
  measure: TablePlan['measure'] | null,
): BuiltPlan | null {
  if (!IN_TOTAL.test(question.text) || !(measure === 'sum' || measure === 'count')) return null;
  const limits = filters.filter(
    ({ column, test }) =>
      /^[<>]/.test(test) && columns.some(({ name, kind }) => name === column && kind === 'number'),
  );
  const group = mentions.find(
    ({ column: { kind, values } }) =>
      (kind === 'text' || kind === 'id') && new Set(values).size < values.length,
  )?.column;
  const column = measured?.name ?? limits[0]?.column;
  if (!group || limits.length === 0 || limits.some((limit) => limit.column !== column)) return null;
  if (measure === 'count')
    return {
      plan: base,
      lacking: `I do not count sums. Ask which ${group.name} has them, and I list those.`,
    };
  const plan: TablePlan = {
    ...base,
    filters: filters.filter((filter) => !limits.includes(filter)),
    measure: 'sum',
    column: column ?? null,
    groupBy: group.name,
    having: limits,
  };
  return { plan, lacking: null };
}
