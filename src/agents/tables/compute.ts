import { escape, op, table as columnTable, type ColumnTable } from 'arquero';
import type { Cell, ParsedTable } from '../../ingestion/parsers/parsed-document.js';
import { compileFilters, indexOf } from './filters.js';
import { grouped, keysOf, type Key } from './groups.js';
import type { TablePlan } from './table-plan.js';
import { textOf, typedColumns, type TypedColumn } from './typed-table.js';

export interface TableResult {
  columns: string[];
  rows: Cell[][];
  /** Rows of the table that passed the filters, counted from 1 below the header. */
  matched: number[];
  /** Matched rows that the aggregate skips, since their cell is no number. */
  skipped: number;
  /** The units of the aggregated numbers; where there are several, each has its own results. */
  units: string[];
  /** The units of the further columns of the plan. */
  otherUnits: string[][];
}

interface Computed {
  keys: Cell[];
  values: (number | null)[];
  skipped: number;
}

const ROWS_SHOWN = 20;
/** Executes a plan over typed columns. @throws UnknownColumnError */
export function compute(table: ParsedTable, plan: TablePlan): TableResult {
  const columns = typedColumns(table);
  const passes = compileFilters(plan.filters, table, columns);
  const all = columnTable({ row: table.rows.map((_, i) => i) });
  const rows = rowsOf(all.filter(escape(({ row }: { row: number }) => passes(row))));
  const unitsOf = (name: string) => unitsIn(columns[indexOf(table, name)]!, rows);
  const units = plan.column === null ? [] : unitsOf(plan.column);
  const otherUnits = (plan.also ?? []).map(unitsOf);
  const result = { matched: rows.map((row) => row + 1), skipped: 0, units, otherUnits };
  if (plan.measure === 'columns')
    return { ...result, columns: ['column'], rows: table.columns.map((name) => [name]) };
  if (plan.measure === 'rows') return { ...result, ...shownRows(table, columns, rows, plan) };
  if (plan.measure === 'share') return { ...result, ...shareOf(table, columns, rows, plan) };
  const keys = keysOf(plan, table, columns, units);
  const measures = [plan.column, ...(plan.also ?? [])].map((column) => ({ ...plan, column }));
  const names = [...measures.map(measureName), ...partNames(plan)];
  const groups = grouped(rows, keys).map(({ cells, members }): Computed => {
    const [first, ...others] = measures.map((each) => measured(members, each, table, columns));
    const values = [first!, ...others].map(({ value }) => value);
    return { keys: cells, values: [...values, ...(first!.parts ?? [])], skipped: first!.skipped };
  });
  if (keys.length === 0) {
    // Without a row there is no group either.
    const [whole = { values: [measured(rows, plan, table, columns).value], skipped: 0 }] = groups;
    return { ...result, columns: names, rows: [whole.values], skipped: whole.skipped };
  }
  const skipped = groups.reduce((sum, group) => sum + group.skipped, 0);
  return {
    ...result,
    skipped,
    columns: [...keys.map(({ name }) => name), ...names],
    rows: ofEachUnit(passing(groups, plan), keys).flatMap((own) => groupRows(own, plan)),
  };
}

/** A heading such as `sum of tonnes`. */
export function measureName({ measure, column, other }: TablePlan): string {
  if (measure === 'correlation') return `correlation of ${column ?? ''} and ${other ?? ''}`;
  if (measure === 'ratio') return `${column ?? ''} per ${other ?? ''}`;
  if (measure === 'count' || column === null) return measure;
  return `${measure === 'change' || measure === 'share' ? 'sum' : measure} of ${column}`;
}

/** The two sums of a ratio. */
const partNames = ({ measure, column, other }: TablePlan) =>
  measure === 'ratio' ? [`sum of ${column ?? ''}`, `sum of ${other ?? ''}`] : [];

/** Of the numbers of some rows. */
function unitsIn({ values, units, unitOf }: TypedColumn, rows: readonly number[]): string[] {
  if (!unitOf) return units;
  return [...new Set(rows.flatMap((row) => (values[row] === null ? [] : (unitOf[row] ?? []))))];
}

const rowsOf = (table: ColumnTable) => [...(table.array('row') as Iterable<number>)];

function measured(
  rows: readonly number[],
  plan: TablePlan,
  table: ParsedTable,
  columns: readonly TypedColumn[],
): { value: number | null; skipped: number; parts?: (number | null)[] } {
  if (plan.measure === 'count' && plan.column === null) return { value: rows.length, skipped: 0 };
  const { values } = columns[indexOf(table, plan.column ?? '')]!;
  const second = plan.other === null ? values : columns[indexOf(table, plan.other)]!.values;
  const filled = rows.filter((row) => values[row] !== null && second[row] !== null);
  const skipped = rows.length - filled.length;
  if (filled.length === 0) return { value: plan.measure === 'distinct' ? 0 : null, skipped };
  const t = columnTable({ v: filled.map((row) => values[row]!), w: filled.map((row) => second[row]!) });
  if (plan.measure === 'ratio') {
    const { v, w } = t.rollup({ v: op.sum('v'), w: op.sum('w') }).object() as { v: number; w: number };
    return { value: w === 0 ? null : rounded(v / w), skipped, parts: [rounded(v), rounded(w)] };
  }
  const { value } = t.rollup({ value: aggregate(plan.measure) }).object() as { value?: unknown };
  return { value: typeof value === 'number' && Number.isFinite(value) ? rounded(value) : null, skipped };
}

function aggregate(measure: TablePlan['measure']) {
  switch (measure) {
    case 'average':
      return op.mean('v');
    case 'median':
      return op.median('v');
    case 'minimum':
      return op.min('v');
    case 'maximum':
      return op.max('v');
    case 'distinct':
      return op.distinct('v');
    case 'correlation':
      return op.corr('v', 'w');
    case 'count':
      return op.count();
    default:
      return op.sum('v');
  }
}

/** Sums of decimal fractions have rounding errors such as 0.30000000000000004. */
const rounded = (value: number) => Number(value.toPrecision(12));

/** Those within the limits of a plan. */
const passing = (groups: readonly Computed[], { having = [] }: TablePlan): Computed[] =>
  groups.filter(({ values: [value] }) =>
    having.every(({ test, values: [limit] }) => {
      const [left, right] = [value ?? Number.NaN, Number(limit)];
      return test === '>'
        ? left > right
        : test === '>='
          ? left >= right
          : test === '<'
            ? left < right
            : left <= right;
    }),
  );

/** Amounts of different units are not ranked among each other. */
function ofEachUnit(groups: readonly Computed[], keys: readonly Key[]): Computed[][] {
  const at = keys.findIndex(({ isUnit }) => isUnit);
  const units = new Set(groups.map(({ keys: cells }) => cells[at]));
  return at < 0 || keys.length === 1
    ? [[...groups]]
    : [...units].map((unit) => groups.filter(({ keys: cells }) => cells[at] === unit));
}

/** Highest first unless asked for otherwise; periods in their order. */
function groupRows(
  groups: readonly Computed[],
  { order, limit, by, measure, place, isBothEnds }: TablePlan,
): Cell[][] {
  const inTime = (by !== null && order === null) || measure === 'change';
  const name = ({ keys }: Computed) => keys.map(textOf).join(' ');
  const sorted = inTime
    ? groups.toSorted((a, b) => name(a).localeCompare(name(b), 'en', { numeric: true }))
    : ordered(groups, ({ values }) => values[0] ?? null, order ?? 'descending');
  const filled = sorted.filter(({ values }) => values[0] !== null);
  const ends = filled.length > 1 ? [filled[0]!, filled.at(-1)!] : filled;
  const shown = isBothEnds
    ? ends
    : place
      ? sorted.slice(place - 1, place)
      : sorted.slice(0, limit ?? ROWS_SHOWN * 2);
  return shown.map(({ keys, values }) => [...keys, ...values]);
}

function shareOf(
  table: ParsedTable,
  columns: readonly TypedColumn[],
  rows: readonly number[],
  plan: TablePlan,
) {
  const rest = compileFilters(plan.filters.slice(0, -1), table, columns);
  const whole = table.rows.map((_, i) => i).filter(rest);
  const as: TablePlan = { ...plan, measure: plan.column === null ? 'count' : 'sum' };
  const [part, all] = [measured(rows, as, table, columns), measured(whole, as, table, columns)];
  const share = part.value !== null && all.value ? rounded((part.value / all.value) * 100) : null;
  return {
    columns: ['share in %', 'part', 'whole'],
    rows: [[share, part.value, all.value]],
    skipped: all.skipped,
  };
}

function shownRows(
  table: ParsedTable,
  columns: readonly TypedColumn[],
  rows: readonly number[],
  plan: TablePlan,
): Pick<TableResult, 'columns' | 'rows'> {
  const column = plan.column === null ? null : columns[indexOf(table, plan.column)]!;
  if (!column || plan.order === null)
    return {
      columns: table.columns,
      rows: rows.slice(0, plan.limit ?? ROWS_SHOWN).map((row) => table.rows[row]!),
    };
  const units = unitsIn(column, rows);
  // Amounts of different units are not compared.
  if (units.length > 1) {
    const ofUnit = (unit: string) => rows.filter((row) => column.unitOf?.[row] === unit);
    const each = units.map((unit) => shownRows(table, columns, ofUnit(unit), plan));
    return { columns: table.columns, rows: each.flatMap((shown) => shown.rows) };
  }
  const { values } = column;
  const sorted = ordered(rows, (row) => values[row] ?? null, plan.order);
  if (plan.isBothEnds) {
    const filled = sorted.filter((row) => values[row] !== null);
    const ends = new Set([filled[0], filled.at(-1)].map((row) => values[row ?? -1]));
    const there = filled.filter((row) => ends.has(values[row]!)).slice(0, ROWS_SHOWN);
    return { columns: table.columns, rows: there.map((row) => table.rows[row]!) };
  }
  if (plan.place) {
    const value = [...new Set(sorted.map((row) => values[row] ?? null))][plan.place - 1] ?? null;
    const there = value === null ? [] : sorted.filter((row) => values[row] === value);
    return { columns: table.columns, rows: there.slice(0, ROWS_SHOWN).map((row) => table.rows[row]!) };
  }
  const limit = plan.limit ?? ROWS_SHOWN;
  const last = values[sorted[limit - 1] ?? -1];
  // Ties with the last one shown are shown as well.
  const shown = sorted.filter((row, i) => i < limit || (values[row] === last && i < limit + ROWS_SHOWN));
  return { columns: table.columns, rows: shown.map((row) => table.rows[row]!) };
}

function ordered<T>(
  items: readonly T[],
  of: (item: T) => number | string | null,
  order: 'ascending' | 'descending',
): T[] {
  const sign = order === 'ascending' ? 1 : -1;
  return items.toSorted((a, b) => {
    const [x, y] = [of(a), of(b)];
    // Missing numbers sort last in either direction.
    if (x === null || y === null) return Number(x === null) - Number(y === null);
    return sign * (x < y ? -1 : Number(x > y));
  });
}
