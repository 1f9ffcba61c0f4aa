import { PER } from '../lexicon.js';
import type { Parts } from './plan-parts.js';
import type { Filter, TablePlan } from '../table-plan.js';

/** The previous plan with the changes of the question: other values of a column, another grouping, or another measure. */
export function carriedOn(
  plan: TablePlan,
  before: TablePlan | null,
  parts: Parts,
  hasMeasure: boolean,
  isHinted = false,
): TablePlan {
  if (!before) return plan;
  const { question } = parts;
  const filters = parts.filters.map((filter) => inTheSameYear(filter, before.filters));
  const replaced = new Set(filters.map(({ column }) => column));
  // "Per branch" after a question about one of them is about all.
  const isSpread = ({ column, test }: Filter) => column === plan.groupBy && test === 'is';
  const kept = before.filters.filter((filter) => !replaced.has(filter.column) && !isSpread(filter));
  const both = [...(parts.asksOthers ? turned(kept) : kept), ...filters];
  const numeric = parts.mentions.find(
    ({ at, column }) => column.kind === 'number' && !PER.test(question.text.slice(0, at)),
  )?.column.name;
  // "And the least?"
  if (plan.measure === 'rows' && plan.order !== null && plan.column === null && before.order !== null)
    return { ...before, filters: both, order: plan.order, limit: plan.limit };
  // "How many bins are there?" and "What is in bin C?"
  if (!hasMeasure && before.measure === 'distinct' && before.column !== null && replaced.has(before.column))
    return { ...plan, filters: both };
  if (hasMeasure)
    return {
      ...plan,
      filters: both,
      column:
        plan.column !== null && numeric === undefined && !isHinted
          ? (before.column ?? plan.column)
          : plan.column,
    };
  const groupBy = plan.groupBy ?? (before.groupBy && !replaced.has(before.groupBy) ? before.groupBy : null);
  const isGrouped = groupBy !== null && before.measure === 'rows' && plan.groupBy !== null;
  const { also: _also, ...rest } = before;
  return {
    ...(numeric === undefined ? before : rest),
    ...(isGrouped && { measure: plan.measure }),
    ...(plan.asked !== undefined && { asked: plan.asked }),
    filters: both,
    column: numeric ?? before.column ?? (isGrouped ? plan.column : null),
    groupBy,
    by: plan.by ?? before.by,
  };
}

/** "And the others?" after a question about one value is about all but that. */
const turned = (filters: readonly Filter[]): Filter[] =>
  filters.map((filter) => (filter.test === 'is' ? { ...filter, test: 'is not' } : filter));

/** "And in March?" after a question about January 2031 is about 2031. */
function inTheSameYear(filter: Filter, before: readonly Filter[]): Filter {
  if (filter.test !== 'in period') return filter;
  const same = before.filter(({ column }) => column === filter.column);
  const years = new Set(
    same.flatMap(({ values }) => values.map((value) => /^\d{4}/.exec(String(value))?.[0] ?? '')),
  );
  const [year = ''] = years;
  if (years.size !== 1 || year === '') return filter;
  return { ...filter, values: filter.values.map((value) => String(value).replace(/^-(?=-)/, year)) };
}
