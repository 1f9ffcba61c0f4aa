import type { Cell } from '../../ingestion/parsers/parsed-document.js';
import { measureName, type TableResult } from './compute.js';
import type { Filter, TablePlan } from './table-plan.js';
import { textOf, typedColumns, type FileTable } from './typed-table.js';

const MAX_CELL = 120;
const PLACES = ['', '', 'second ', 'third ', 'fourth ', 'fifth '];
const ROWS_NAMED = 6;
const WORDING: Partial<Record<Filter['test'], string>> = {
  '>': 'is above',
  '>=': 'is at least',
  '<': 'is below',
  '<=': 'is at most',
  'in period': 'is in',
  'not in period': 'is not in',
  'has unit': 'is in',
};
/** Of dates, which are text. */
const DATED: Partial<Record<Filter['test'], string>> = {
  '>': 'is after',
  '>=': 'is not before',
  '<': 'is before',
  '<=': 'is not after',
};
const MEASURED: Partial<Record<TablePlan['measure'], string>> = {
  minimum: 'lowest',
  maximum: 'highest',
  distinct: 'number of different',
};

/** Describes the computation, as in `the sum of tonnes by Site where Year is 2024`. */
export function headline(plan: TablePlan): string {
  const by =
    plan.groupBy === null
      ? ''
      : ` by ${plan.by && plan.by !== 'value' ? `${plan.by} of ` : ''}${plan.groupBy}${plan.thenBy ? ` and ${plan.thenBy}` : ''}`;
  const where = plan.filters.length ? ` where ${plan.filters.map(tellFilter).join(' and ')}` : '';
  const limits = (plan.having ?? []).map((limit) =>
    tellFilter({ ...limit, column: `the ${measureName(plan)}` }),
  );
  const having = limits.length ? `, as far as ${limits.join(' and ')}` : '';
  return `${subject(plan)}${by}${where}${having}`;
}

function subject(plan: TablePlan): string {
  const { measure, column, order, limit, place = 0 } = plan;
  if (measure === 'columns') return 'the columns';
  if (measure === 'count') return 'the number of rows';
  if (measure === 'correlation') return `the ${measureName(plan)}`;
  if (measure === 'ratio' && order === null) return measureName(plan);
  if (measure === 'rows') {
    if (column === null || order === null) return 'the rows';
    if (plan.isBothEnds) return `the rows with the highest and the lowest ${column}`;
    const side = `${PLACES[place] ?? ''}${order === 'descending' ? 'highest' : 'lowest'}`;
    return limit === 1 ? `the row with the ${side} ${column}` : `the rows with the ${side} ${column}`;
  }
  if (plan.isBothEnds) return `the highest and the lowest ${measureName(plan)}`;
  if (place)
    return `the ${PLACES[place] ?? ''}${order === 'descending' ? 'highest' : 'lowest'} ${measureName(plan)}`;
  const also = (plan.also ?? []).map((each) => ` and the ${measureName({ ...plan, column: each })}`).join('');
  if (also) return `the ${measureName(plan)}${also}`;
  const name = MEASURED[measure];
  return name ? `the ${name} ${column ?? ''}` : `the ${measureName(plan)}`;
}

/**
 * Formats a result: one number in a sentence, more in a table, with the source of the computation.
 * @param notes warnings, in sentences
 */
export function describeResult(
  table: FileTable,
  plan: TablePlan,
  result: TableResult,
  notes: readonly string[],
): string {
  const basis = `Computed from ${basisOf(table, plan, result)}. [1]`;
  if (plan.measure === 'columns') {
    const { columns } = table;
    return `${table.file} has ${table.rows.length + table.rowsLeftOut} rows and ${columns.length} columns: ${columns.map(show).join(', ')}. [1]`;
  }
  if (result.matched.length === 0)
    return [`No row of ${table.file} fits${whereOf(plan)}.`, ...notes].join(' ');
  return [...body(table, plan, result), [basis, ...notes].join(' ')].join('\n\n');
}

function body(table: FileTable, plan: TablePlan, result: TableResult): string[] {
  const { rows, units } = result;
  const what = capital(headline(plan));
  if (plan.measure === 'share') {
    const [share, part, whole] = rows[0] ?? [];
    const last = plan.filters.at(-1);
    const of = plan.column ?? 'the rows';
    return [
      `The share of ${of}${last ? ` where ${tellFilter(last)}` : ''} is ${amount(share, ['%'])} (${amount(part, units)} of ${amount(whole, units)}).`,
    ];
  }
  if (plan.having && rows.length === 0) return [`${what}: there is none.`];
  const isSingle = plan.groupBy === null && plan.measure !== 'rows' && rows.length === 1;
  if (isSingle && plan.measure === 'ratio') return [ratioOf(plan, result)];
  if (isSingle && plan.also) return [severalOf(plan, result)];
  if (isSingle)
    return [
      `${what} is ${rows[0]?.[0] === null ? 'unknown: no row holds a number' : amount(rows[0]?.[0], plan.measure === 'correlation' || plan.measure === 'distinct' || plan.measure === 'count' ? [] : units)}.`,
    ];
  const one = oneValue(table, plan, result);
  const shown = [...(one ? [one] : []), `${what}:`, markdown(table, result)];
  const changed = plan.measure === 'change' && units.length < 2 ? changeOf(rows, units) : null;
  return changed ? [changed, ...shown] : shown;
}

function ratioOf(plan: TablePlan, { rows, units }: TableResult): string {
  const [ratio, part, whole] = rows[0] ?? [];
  const percent =
    typeof ratio === 'number' && ratio <= 1 ? ` (${show(Number((ratio * 100).toFixed(2)))} %)` : '';
  const value =
    ratio === null ? 'unknown: there is nothing to divide by' : `${amount(ratio, units)}${percent}`;
  return `${capital(headline(plan))} is ${value}: the sum of ${plan.column ?? ''}, ${amount(part, units)}, divided by that of ${plan.other ?? ''}, ${show(whole)}.`;
}

/** One number for each of several columns, and their sum where they have one unit. */
function severalOf(plan: TablePlan, { rows, units, otherUnits }: TableResult): string {
  const values = rows[0] ?? [];
  const columns = [plan.column, ...(plan.also ?? [])];
  const allUnits = [units, ...otherUnits];
  const sentences = columns.map(
    (column, i) => `the ${measureName({ ...plan, column })} is ${amount(values[i], allUnits[i] ?? [])}`,
  );
  const isOneUnit = new Set(allUnits.map((each) => each.join())).size === 1;
  const numbers = values.filter((value) => typeof value === 'number');
  const total = Number(numbers.reduce((sum, value) => sum + value, 0).toPrecision(12));
  const together = plan.measure === 'sum' && isOneUnit ? `; together ${amount(total, units)}` : '';
  const where = plan.filters.length ? `Where ${plan.filters.map(tellFilter).join(' and ')}, ` : '';
  return `${capital(`${where}${sentences.join(', ')}`)}${together}.`;
}

/** The value that is asked for, of the only row that fits: "What is Ada's salary?" */
function oneValue(table: FileTable, plan: TablePlan, { rows, columns, matched }: TableResult): string | null {
  const { measure, order } = plan;
  const column = plan.column ?? plan.asked ?? null;
  if (measure !== 'rows' || column === null || order !== null || matched.length !== 1) return null;
  const value = rows[0]?.[columns.indexOf(column)];
  return value === null || value === undefined
    ? null
    : `${column}${whereOf(plan).replace(/^: /, ' where ')} is ${show(isPlain(table, column) ? String(value) : value)}.`;
}

/** From the first group to the last. */
function changeOf(rows: readonly Cell[][], units: readonly string[]): string | null {
  const [first, last] = [rows[0], rows.at(-1)];
  const [from, to] = [first?.[1], last?.[1]];
  if (rows.length < 2 || typeof from !== 'number' || typeof to !== 'number') return null;
  const change = Number((to - from).toPrecision(12));
  const percent =
    from === 0
      ? ''
      : `, ${change >= 0 ? '+' : ''}${show(Number(((change / Math.abs(from)) * 100).toFixed(2)))} %`;
  // Years and numbers of groups are names here.
  const name = (cell: Cell | undefined) => show(typeof cell === 'number' ? String(cell) : cell);
  return `From ${name(first![0])} to ${name(last![0])} it goes from ${amount(from, units)} to ${amount(to, units)}: a change of ${change > 0 ? '+' : ''}${amount(change, units)}${percent}.`;
}

function basisOf(table: FileTable, { measure }: TablePlan, { matched, skipped }: TableResult): string {
  const rows =
    matched.length <= ROWS_NAMED && matched.length < table.rows.length ? ` (row ${matched.join(', ')})` : '';
  return [
    `${matched.length} of ${table.rows.length} rows of ${table.file}${rows}`,
    ...(skipped ? [`${skipped} of them without a ${measure === 'distinct' ? 'value' : 'number'}`] : []),
    ...(table.rowsLeftOut ? [`${table.rowsLeftOut} rows of the file are too many to be read`] : []),
  ].join(', ');
}

const whereOf = ({ filters }: TablePlan) =>
  filters.length ? `: ${filters.map(tellFilter).join(' and ')}` : '';

const tellFilter = (filter: Filter): string =>
  filter.test === 'is empty' || filter.test === 'is not empty'
    ? `${filter.column} ${filter.test}`
    : tellComparison(filter);

const tellComparison = ({ column, test, values }: Filter) =>
  `${column} ${(typeof values[0] === 'string' ? DATED : WORDING)[test] ?? WORDING[test] ?? test} ${values.map((value) => tellPeriod(String(value))).join(test === 'is not' || test === 'not in period' ? ' and not ' : ' or ')}`;

const tellPeriod = (value: string) =>
  value.replace(/^--(\d\d)$/, 'month $1').replace(/^--(\d\d-\d\d)$/, '$1 of any year');

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

function markdown(table: FileTable, { columns, rows }: TableResult): string {
  const plain = columns.map((name) => isPlain(table, name));
  const line = (cells: readonly (Cell | undefined)[]) =>
    `| ${cells.map((cell, i) => show(typeof cell === 'number' && plain[i] ? String(cell) : cell)).join(' | ')} |`;
  return [line(columns), `|${' --- |'.repeat(columns.length)}`, ...rows.map((cells) => line(cells))].join(
    '\n',
  );
}

/** Ids and years are written as they are: `1004`, not `1,004`, and so are numbers among text. */
const isPlain = (table: FileTable, column: string): boolean =>
  typedColumns(table).some(
    ({ name, kind }) => name === column && (kind === 'id' || kind === 'year' || kind === 'text'),
  );

/** A number with the unit of its column, where all its numbers have the same. */
function amount(value: Cell | undefined, units: readonly string[]): string {
  const [unit] = units;
  if (units.length !== 1 || unit === undefined) return show(value);
  return /^(?:[A-Z]{1,2})?\p{Sc}$/u.test(unit)
    ? `${unit}${show(value)}`.replace(/^(\D+)-/, '-$1')
    : `${show(value)} ${unit}`;
}

/** Escapes a cell of a Markdown table. */
function show(cell: Cell | undefined): string {
  if (cell === null || cell === undefined) return '–';
  if (typeof cell === 'number') return cell.toLocaleString('en-US', { maximumFractionDigits: 6 });
  return textOf(cell).slice(0, MAX_CELL).toWellFormed().replace(/\s+/g, ' ').replaceAll('|', '\\|');
}
