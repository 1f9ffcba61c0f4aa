import { readNumber } from '../../common/numbers.js';
import type { ParsedTable } from '../../ingestion/parsers/parsed-document.js';
import type { Filter } from './table-plan.js';
import { folded, textOf, type TypedColumn } from './typed-table.js';

/** The table has no such column. */
export class UnknownColumnError extends Error {}

/** @returns whether a row, counted from 0, passes all filters @throws UnknownColumnError */
export function compileFilters(
  filters: readonly Filter[],
  table: ParsedTable,
  columns: readonly TypedColumn[],
): (row: number) => boolean {
  const tests = filters.map((filter) => {
    const index = indexOf(table, filter.column);
    const { test } = filter;
    if (test === 'is empty' || test === 'is not empty')
      return (row: number) => (textOf(table.rows[row]?.[index]) === '') === (test === 'is empty');
    const column = columns[index]!;
    const passes = compile(test, filter, column);
    if (test !== 'is' || column.kind !== 'number') return passes;
    // A word among numbers, such as "absent".
    const words = filter.values.map((value) => folded(String(value)));
    return (row: number) =>
      passes(row) ||
      (column.values[row] === null && words.includes(folded(textOf(table.rows[row]?.[index]))));
  });
  return (row) => tests.every((test) => test(row));
}

/** @throws UnknownColumnError */
export function indexOf(table: ParsedTable, column: string): number {
  const index = table.columns.findIndex((name) => folded(name) === folded(column));
  if (index < 0) throw new UnknownColumnError(`The table ${table.name} has no column "${column}".`);
  return index;
}

type ValueTest = Exclude<Filter['test'], 'is empty' | 'is not empty'>;

function compile(test: ValueTest, { values }: Filter, column: TypedColumn): (row: number) => boolean {
  const texts = values.map((value) => folded(String(value)));
  const numbers = values.map((value) =>
    typeof value === 'number' ? value : (readNumber(value)?.value ?? null),
  );
  const equals = (cell: number | string | null) =>
    typeof cell === 'number' ? numbers.includes(cell) : cell !== null && texts.includes(cell);
  const wanted = texts[0] ?? '';
  const compares = (matches: (left: number, right: number) => boolean) => (row: number) => {
    // Dates as text, as far as the other goes: 2024-03-11 is in 2024-03.
    const date = column.kind === 'date' ? String(column.values[row] ?? '').slice(0, wanted.length) : '';
    if (date) return matches(date < wanted ? -1 : Number(date > wanted), 0);
    const left = column.values[row];
    const [right] = numbers;
    return typeof left === 'number' && right !== null && right !== undefined && matches(left, right);
  };
  switch (test) {
    case 'is':
      return (row) => equals(column.values[row] ?? null);
    case 'is not':
      return (row) => !equals(column.values[row] ?? null);
    case 'contains':
      return (row) => texts.some((text) => String(column.values[row] ?? '').includes(text));
    case 'has unit':
      return (row) => texts.includes(folded(column.unitOf?.[row] ?? ''));
    case 'in period':
      return (row) => texts.some((text) => inPeriod(String(column.values[row] ?? ''), text));
    case 'not in period':
      return (row) => !texts.some((text) => inPeriod(String(column.values[row] ?? ''), text));
    case '>':
      return compares((left, right) => left > right);
    case '>=':
      return compares((left, right) => left >= right);
    case '<':
      return compares((left, right) => left < right);
    case '<=':
      return compares((left, right) => left <= right);
  }
}

/** @param period `2024`, `2024-03`, or `--03` and `--03-01` for a month and a day of any year */
const inPeriod = (date: string, period: string) =>
  period.startsWith('--') ? date.slice(5).startsWith(period.slice(2)) : date.startsWith(period);
