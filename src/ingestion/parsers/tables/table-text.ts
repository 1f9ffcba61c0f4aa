import { readNumber, type DecimalMark, type Notation } from '../../../common/numbers.js';
import { kindOf } from './cells.js';
import type { DocumentBuilder } from '../document-builder.js';
import type { Cell, ParsedTable } from '../parsed-document.js';
import { tableParts } from './table-parts.js';
import { shapeTable } from './table-shape.js';

/** Rows are grouped into blocks of about this size. */
const BLOCK_ROWS = 20;
const BLOCK_CHARS = 900;
/** Rows of all tables of a document that are shown as text; the data has more. */
const MAX_TABLES_CHARS = 2_000_000;
const DESCRIBED_COLUMNS = 40;
const SAMPLES = 3;
const SAMPLE_CHARS = 40;

/** Adds the tables of a sheet: one, or some that stand below each other. */
export function addTables(
  builder: DocumentBuilder,
  name: string,
  rows: readonly Cell[][],
  rowsLeftOut: number,
  notations: Notation[],
): void {
  const parts = tableParts(rows);
  for (const [i, { title, rows: own }] of parts.entries()) {
    const isLast = i === parts.length - 1;
    const called = i === 0 ? name : title ? `${name}: ${title}` : `${name} (${i + 1})`;
    const shaped = shapeTable(called, own, isLast ? rowsLeftOut : 0, notations);
    if (shaped) addTable(builder, shaped.table, shaped.above);
  }
}

/** Shows a table as text: its name, a summary of its columns, and its rows, one a line, each cell with its column. */
export function addTable(builder: DocumentBuilder, table: ParsedTable, above: readonly string[] = []): void {
  const lines = shownRows(table, MAX_TABLES_CHARS - builder.tableChars);
  builder.add('heading', table.name, { level: 2 });
  builder.add('paragraph', above.join('\n'));
  builder.add('summary', summaryOf(table, lines.length));
  for (const group of grouped(lines)) builder.add('table', group);
  builder.tableChars += lines.reduce((sum, line) => sum + line.length, 0);
  builder.tables.push(table);
  builder.warnings.push(...(table.notes ?? []));
}

function shownRows({ columns, rows }: ParsedTable, budget: number): string[] {
  const lines: string[] = [];
  let left = budget;
  for (const row of rows) {
    const line = row
      .flatMap((cell, i) => (cell === null || cell === '' ? [] : `${columns[i]}: ${inOneLine(cell)}`))
      .join('; ');
    left -= line.length;
    if (left < 0) break;
    lines.push(line);
  }
  return lines;
}

function* grouped(lines: readonly string[]): Generator<string> {
  let group: string[] = [];
  let chars = 0;
  for (const line of lines) {
    if (group.length === BLOCK_ROWS || (group.length > 0 && chars + line.length > BLOCK_CHARS)) {
      yield group.join('\n');
      group = [];
      chars = 0;
    }
    group.push(line);
    chars += line.length + 1;
  }
  yield group.join('\n');
}

function summaryOf(
  { name, columns, rows, rowsLeftOut, decimalMarks, notes }: ParsedTable,
  shown: number,
): string {
  const all = rows.length + rowsLeftOut;
  const described = columns.slice(0, DESCRIBED_COLUMNS);
  const more = columns.slice(DESCRIBED_COLUMNS).join(', ').slice(0, 1_000);
  return [
    `${name}: ${counted(all, 'row')}, ${counted(columns.length, 'column')}.`,
    ...(shown < all ? [`The first ${counted(shown, 'row')} are shown here.`] : []),
    ...described.map((column, i) => `${column}: ${rangeOf(rows, i, decimalMarks?.[i])}`),
    ...(more ? [`Further columns: ${more}`] : []),
    ...(notes ?? []),
  ].join('\n');
}

/** What a column holds: its kind, with the smallest and largest value or with a few values. */
function rangeOf(rows: readonly Cell[][], column: number, mark: DecimalMark | undefined): string {
  const kinds = new Set<string>();
  const samples = new Set<string>();
  let least: Filled | undefined;
  let most: Filled | undefined;
  const sizeOf = (cell: Filled) =>
    typeof cell === 'string' ? (readNumber(cell, mark)?.value ?? cell) : cell;
  for (const row of rows) {
    const cell = row[column] ?? null;
    if (cell === null || cell === '') continue;
    kinds.add(kindOf(cell));
    if (samples.size < SAMPLES) samples.add(inOneLine(cell).slice(0, SAMPLE_CHARS).toWellFormed());
    if (least === undefined || sizeOf(cell) < sizeOf(least)) least = cell;
    if (most === undefined || sizeOf(cell) > sizeOf(most)) most = cell;
  }
  if (kinds.size === 0) return 'empty';
  const kind = kinds.size === 1 ? [...kinds][0]! : 'text';
  if (kind === 'yes or no') return kind;
  if (kind === 'text') return `text, for example ${[...samples].join(', ')}`;
  return least === most ? `${kind}, always ${least}` : `${kind}, ${least} to ${most}`;
}

type Filled = Exclude<Cell, null>;

const inOneLine = (cell: Filled) => String(cell).replaceAll(/\s+/g, ' ').trim();
const counted = (count: number, noun: string) => `${count} ${noun}${count === 1 ? '' : 's'}`;
