import { BETWEEN, COMPARISONS } from '../comparisons.js';
import type { BuiltPlan, Parts } from './plan-parts.js';
import type { TablePlan } from '../table-plan.js';
import type { TypedColumn } from '../typed-table.js';

/** Behind the number of a limit: "more than 200 units in total". */
const IN_TOTAL =
  /^\S*\s+(?:\p{L}+\s+){0,2}(?:in total|total|altogether|overall|combined|in all|in sum|insgesamt|zusammen|en tout|en total|in totale|no total)\b/u;
/** Before the comparison: "a total over 200", "whose total revenue is over 200". */
const TOTAL_BEFORE =
  /\b(?:totals?|overall|combined|summe|somme|suma)\s+(?:(?:is|are|was|were|of|be)\s+)?$|\b(?:an?|whose|with|have|has|had)\s+(?:total|overall|combined)\s+(?:\p{L}+\s+){1,3}$/u;
/** Characters that are looked at on either side of a limit. */
const NEAR = 60;

/** Whether a limit is one of a sum: the rows "over 100" of "the total of expenses over 100" are meant. */
const isOfSum = (text: string): boolean =>
  [...COMPARISONS.map(([, pattern]) => pattern), BETWEEN].some((pattern) =>
    [...text.matchAll(new RegExp(pattern, 'g'))].some(({ index, 0: limit }) => {
      const end = index + limit.length;
      return (
        TOTAL_BEFORE.test(text.slice(Math.max(0, index - NEAR), index)) ||
        IN_TOTAL.test(text.slice(end, end + NEAR))
      );
    }),
  );

/** "Which region had more than 10,000 in total?": the groups whose sum passes a limit, not the rows that do. */
export function limitedSums(
  base: TablePlan,
  { question, mentions, filters, columns }: Parts,
  measured: TypedColumn | null,
  measure: TablePlan['measure'] | null,
): BuiltPlan | null {
  if (!isOfSum(question.text) || !(measure === 'sum' || measure === 'count')) return null;
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
