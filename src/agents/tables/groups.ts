import type { Cell, ParsedTable } from '../../ingestion/parsers/parsed-document.js';
import { indexOf } from './filters.js';
import type { TablePlan } from './table-plan.js';
import type { TypedColumn } from './typed-table.js';

/** Aggregates that do not depend on the unit. */
const UNITLESS = new Set<TablePlan['measure']>(['rows', 'columns', 'count', 'distinct', 'correlation']);

/** What rows are grouped by. */
export interface Key {
  name: string;
  /** Whether it is the unit of the amounts. */
  isUnit?: boolean;
  /** The value that two rows of a group share, and how it is shown. */
  of: (row: number) => { key: string; cell: Cell };
}

/** The columns that a plan groups by, and the unit where amounts have several. */
export function keysOf(
  { groupBy, thenBy, by, measure, column }: TablePlan,
  table: ParsedTable,
  columns: readonly TypedColumn[],
  units: readonly string[],
): Key[] {
  const keyOf = (name: string): Key => {
    const index = indexOf(table, name);
    const { kind, values } = columns[index]!;
    return {
      name,
      of: (row) => {
        const value = values[row] ?? null;
        const isPeriod = kind === 'date' && value !== null && by !== null && by !== 'value';
        const key = isPeriod ? periodOf(String(value), by) : String(value);
        return { key, cell: value === null ? null : isPeriod ? key : (table.rows[row]![index] ?? null) };
      },
    };
  };
  const keys = [groupBy, thenBy ?? null].flatMap((name) => (name === null ? [] : keyOf(name)));
  if (units.length < 2 || UNITLESS.has(measure) || column === null) return keys;
  // Amounts of different units are not added up.
  const { unitOf, unitColumn } = columns[indexOf(table, column)]!;
  const asWritten = unitColumn === undefined ? -1 : indexOf(table, unitColumn);
  const ofUnit: Key = {
    name: unitColumn ?? 'unit',
    isUnit: true,
    of: (row) => ({ key: unitOf?.[row] ?? '', cell: table.rows[row]?.[asWritten] ?? unitOf?.[row] ?? null }),
  };
  return keys.some(({ name }) => name === unitColumn) ? keys : [...keys, ofUnit];
}

/** The rows of each group, in the order in which the first of each occur. */
export function grouped(rows: readonly number[], keys: readonly Key[]) {
  const groups = new Map<string, { cells: Cell[]; members: number[] }>();
  for (const row of rows) {
    const parts = keys.map(({ of }) => of(row));
    const key = JSON.stringify(parts.map((part) => part.key));
    const group = groups.get(key);
    if (group) group.members.push(row);
    else groups.set(key, { cells: parts.map(({ cell }) => cell), members: [row] });
  }
  return [...groups.values()];
}

function periodOf(date: string, by: 'year' | 'quarter' | 'month' | 'day'): string {
  if (by === 'day') return date;
  if (by === 'year') return date.slice(0, 4);
  if (by === 'month') return date.slice(0, 7);
  return `${date.slice(0, 4)} Q${Math.ceil(Number(date.slice(5, 7)) / 3)}`;
}
