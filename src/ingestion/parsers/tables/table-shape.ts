import { readNumber } from '../../../common/numbers.js';
import { columnNotations, MAX_COLUMNS, notesOn } from './cells.js';
import type { Cell, ParsedTable } from '../parsed-document.js';

/** The header is searched for among so many first rows. */
const HEAD_ROWS = 20;

/** A table as it was found, and the lines above its header. */
export interface ShapedTable {
  table: ParsedTable;
  above: string[];
}

/**
 * Finds the header of a grid of cells and makes all rows as long as it. Rows may be of any length; those without a
 * filled cell are left out. Null when nothing is filled.
 * @param notations how numbers are written in each column, where the caller has read them from more than the cells show
 */
export function shapeTable(
  name: string,
  grid: readonly Cell[][],
  rowsLeftOut = 0,
  notations = columnNotations(grid),
): ShapedTable | null {
  const rows = grid.map((row) => trimmed(row.slice(0, MAX_COLUMNS))).filter((row) => row.length > 0);
  if (rows.length === 0) return null;
  const width = rows.reduce((most, row) => Math.max(most, row.length), 0);
  const top = headerRow(rows);
  const above = rows.slice(0, top).map((row) => row.filter((cell) => cell !== null).join(' '));
  const body = rows.slice(top);
  const header = isHeader(body) ? body.shift()! : [];
  const lower = lowerHeader(header, body);
  if (lower) body.shift();
  const columns = columnNames(lower ?? header, width);
  const padded = body.map((row) => (row.length === width ? row : [...row, ...nulls(width - row.length)]));
  const decimalMarks = columns.map((_, i) => notations[i]?.mark ?? '.');
  const notes = notesOn(notations, columns);
  return { table: { name, columns, rows: padded, rowsLeftOut, decimalMarks, notes }, above };
}

/** A grid of text with one header: the names of two header rows joined, as in `2024 Wins`. */
export function withOneHeader(grid: readonly string[][]): string[][] {
  const [header = [], ...body] = grid;
  const lower = lowerHeader(header, body);
  return lower ? [lower.map((cell) => String(cell ?? '')), ...body.slice(1)] : [...grid];
}

/** Titles above a table fill a cell or two, the header most of them. */
function headerRow(rows: readonly Cell[][]): number {
  const filled = rows.slice(0, HEAD_ROWS).map((row) => row.filter((cell) => cell !== null).length);
  const most = Math.max(...filled);
  return filled.findIndex((count) => count * 2 > most);
}

/**
 * The first row is a header unless it is like the others: then a number stands above numbers, and nothing else is above
 * them. A year is no number here, since it is a common name of a column, unless years stand below it.
 */
function isHeader([first, ...rest]: readonly Cell[][]): boolean {
  const sample = rest.slice(0, HEAD_ROWS);
  const isNumber = (cell: Cell | undefined) =>
    typeof cell === 'number' || (typeof cell === 'string' && readNumber(cell) !== null);
  const numeric = first!
    .map((_, column) => column)
    .filter((column) => sample.some((row) => isNumber(row[column])));
  if (sample.length === 0) return first!.every((cell) => typeof cell === 'string' || cell === null);
  return (
    numeric.length === 0 ||
    numeric.some(
      (column) =>
        !isNumber(first![column]) ||
        (isYear(first![column]) && !sample.every((row) => isYear(row[column] ?? null))),
    )
  );
}

/**
 * The names of columns whose header has two rows: one name over several columns, and below it one for each of them. Null
 * for a header of one row.
 */
function lowerHeader(header: readonly Cell[], [second = [], ...rest]: readonly Cell[][]): Cell[] | null {
  const isShared = (i: number) =>
    header[i] != null && (header[i] === header[i - 1] || header[i] === header[i + 1]);
  const shared = header.flatMap((_, i) => (isShared(i) ? i : []));
  const isName = (cell: Cell | undefined) =>
    (typeof cell === 'string' && readNumber(cell) === null) || isYear(cell ?? null);
  const isSecond =
    shared.length > 0 &&
    shared.every((i) => isName(second[i]) && second[i] !== header[i]) &&
    shared.every((i) => header[i] !== header[i + 1] || second[i] !== second[i + 1]) &&
    header.every((cell, i) => isShared(i) || second[i] == null || second[i] === cell) &&
    shared.some((i) => rest.slice(0, HEAD_ROWS).some((row) => row[i] != null && !isName(row[i])));
  return isSecond ? header.map((cell, i) => (isShared(i) ? `${cell} ${second[i]}` : cell)) : null;
}

const isYear = (cell: Cell | undefined) =>
  cell !== null && Number.isInteger(Number(cell)) && Number(cell) >= 1900 && Number(cell) <= 2100;

/** Every column has a name, and no two the same. */
function columnNames(header: readonly Cell[], width: number): string[] {
  const taken = new Set<string>();
  return Array.from({ length: width }, (_, column) => {
    const name =
      String(header[column] ?? '')
        .replaceAll(/\s+/g, ' ')
        .trim() || `Column ${column + 1}`;
    let unique = name;
    for (let n = 2; taken.has(unique); n++) unique = `${name} (${n})`;
    taken.add(unique);
    return unique;
  });
}

/** Without the empty cells at its end. */
function trimmed(row: Cell[]): Cell[] {
  return row.slice(0, row.findLastIndex((cell) => cell !== null && cell !== '') + 1);
}

const nulls = (count: number): null[] => Array.from({ length: count }, () => null);
