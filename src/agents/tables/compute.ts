import type { Cell, ParsedTable } from '../../ingestion/parsers/parsed-document.js';
import { folded, numberOf, textOf } from './cells.js';
import type { Filter, TableQuery } from './table-query.js';

export interface TableResult {
  columns: string[];
  rows: Cell[][];
  /** Rows of the table that passed the filters. */
  matched: number;
  /** Matched rows whose cell is no number and that were left out of the measure. */
  skipped: number;
}

/** The table has no such column. */
export class UnknownColumnError extends Error {}

const ROWS_SHOWN = 20;

/** Answers a query by computing: filters, groups, measures, orders and cuts. Nothing is ever evaluated as code. */
export function compute(table: ParsedTable, query: TableQuery): TableResult {
  const rows = table.rows.filter((row) => query.filters.every((filter) => passes(row, filter, table)));
  if (query.measure === 'rows') return showRows(table, rows, query);
  const by = query.groupBy === null ? null : indexOf(table, query.groupBy);
  const groups = new Map<string, { key: Cell; rows: Cell[][] }>();
  if (by === null) groups.set('', { key: null, rows });
  else
    for (const row of rows) {
      const key = folded(textOf(row[by]));
      const group = groups.get(key);
      if (group) group.rows.push(row);
      else groups.set(key, { key: row[by] ?? null, rows: [row] });
    }
  const name = measureName(query);
  const column = query.measure === 'count' ? null : indexOf(table, query.column ?? '');
  const results = [...groups.values()].map(({ key, rows: members }) => ({
    key,
    ...valueOf(members, column, query),
  }));
  const skipped = results.reduce((sum, result) => sum + result.skipped, 0);
  if (by === null) return { columns: [name], rows: [[results[0]!.value]], matched: rows.length, skipped };
  const ordered = order(results, ({ value }) => value, query.order ?? 'descending');
  return {
    columns: [table.columns[by]!, name],
    rows: ordered.slice(0, query.limit ?? ROWS_SHOWN).map(({ key, value }) => [key, value]),
    matched: rows.length,
    skipped,
  };
}

/** A heading such as `sum of tonnes`. */
export const measureName = ({ measure, column }: TableQuery) =>
  measure === 'count' || measure === 'rows' ? measure : `${measure} of ${column ?? ''}`;

function showRows(table: ParsedTable, rows: Cell[][], query: TableQuery): TableResult {
  const column = query.column === null ? null : indexOf(table, query.column);
  const ordered =
    column === null || query.order === null ? rows : order(rows, (row) => numberOf(row[column]), query.order);
  return {
    columns: table.columns,
    rows: ordered.slice(0, query.limit ?? ROWS_SHOWN),
    matched: rows.length,
    skipped: 0,
  };
}

function valueOf(rows: readonly Cell[][], column: number | null, { measure: how }: TableQuery) {
  if (column === null) return { value: rows.length as number | null, skipped: 0 };
  const numbers = rows.map((row) => numberOf(row[column])).filter((value) => value !== null);
  return {
    value: numbers.length ? rounded(aggregate(numbers, how)) : null,
    skipped: rows.length - numbers.length,
  };
}

function aggregate(numbers: readonly number[], how: TableQuery['measure']): number {
  const sum = numbers.reduce((total, value) => total + value, 0);
  switch (how) {
    case 'sum':
      return sum;
    case 'average':
      return sum / numbers.length;
    case 'median': {
      const sorted = numbers.toSorted((a, b) => a - b);
      const middle = sorted.length >> 1;
      return sorted.length % 2 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
    }
    case 'minimum':
      return numbers.reduce((least, value) => Math.min(least, value));
    case 'maximum':
      return numbers.reduce((most, value) => Math.max(most, value));
    case 'count':
    case 'rows':
      return numbers.length;
  }
}

/** Sums of decimal fractions end in dust such as 0.30000000000000004. */
const rounded = (value: number) => Number(value.toPrecision(12));

function order<T>(
  items: readonly T[],
  of: (item: T) => number | null,
  direction: 'ascending' | 'descending',
): T[] {
  const sign = direction === 'ascending' ? 1 : -1;
  return items.toSorted((a, b) => {
    const [x, y] = [of(a), of(b)];
    // What has no number comes last either way.
    if (x === null || y === null) return Number(x === null) - Number(y === null);
    return sign * (x - y);
  });
}

function passes(row: readonly Cell[], { column, test, values }: Filter, table: ParsedTable): boolean {
  const cell = row[indexOf(table, column)];
  if (test === 'is not') return values.every((value) => !equals(cell, value));
  return values.some((value) => {
    if (test === 'is') return equals(cell, value);
    if (test === 'contains') return folded(textOf(cell)).includes(folded(String(value)));
    const [left, right] = [numberOf(cell), numberOf(value)];
    if (left === null || right === null) return false;
    if (test === '>') return left > right;
    if (test === '>=') return left >= right;
    return test === '<' ? left < right : left <= right;
  });
}

function equals(cell: Cell | undefined, value: string | number): boolean {
  const [left, right] = [numberOf(cell), numberOf(value)];
  if (left !== null && right !== null) return left === right;
  return folded(textOf(cell)) === folded(String(value));
}

function indexOf(table: ParsedTable, column: string): number {
  const index = table.columns.findIndex((name) => folded(name) === folded(column));
  if (index < 0) throw new UnknownColumnError(`The table ${table.name} has no column "${column}".`);
  return index;
}
