import { notationOf, readNumber, type DecimalMark, type Notation } from '../../../common/numbers.js';
import type { Cell } from '../parsed-document.js';

/** Of all tables of a file; further rows are counted, not kept. */
export const MAX_CELLS = 500_000;
/** Of a table; further ones are dropped. */
export const MAX_COLUMNS = 256;

/** A code, not an amount: 007, 01234. */
const LEADING_ZERO = /^[+-]?0\d/;
const DATE = /^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?$/;

export type CellKind = 'number' | 'date' | 'yes or no' | 'text';

export function kindOf(cell: Exclude<Cell, null>): CellKind {
  if (typeof cell === 'number') return 'number';
  if (typeof cell === 'boolean') return 'yes or no';
  if (DATE.test(cell)) return 'date';
  return readNumber(cell) ? 'number' : 'text';
}

/** Cells of text, and how numbers are written in each column. */
export interface TypedCells {
  cells: Cell[][];
  notations: Notation[];
}

/**
 * Cells of text as the file shows them: numbers where JavaScript writes the same digits, true and false, null for nothing,
 * and otherwise text. A column with codes such as 007 is text, and so is what has a decimal comma.
 */
export function typedCells(rows: readonly (readonly string[])[]): TypedCells {
  const notations = columnNotations(rows);
  const codes = new Set<number>();
  for (const row of rows) row.forEach((cell, column) => LEADING_ZERO.test(cell) && codes.add(column));
  const cells = rows.map((row) =>
    row.map((raw, column) => {
      const cell = raw.trim();
      if (cell === '') return null;
      if (/^(?:true|false)$/i.test(cell)) return cell.toLowerCase() === 'true';
      return codes.has(column) ? cell : numberAsShown(cell, notations[column]?.mark);
    }),
  );
  return { cells, notations };
}

/** A number where it has the digits that the file shows, else the text: `1.10` would be 1.1. */
export function numberAsShown(text: string, mark: DecimalMark = '.'): number | string {
  if (!/^-?\d+(?:\.\d+)?$/.test(text) || (mark === ',' && text.includes('.'))) return text;
  const value = Number(text);
  return Number.isFinite(value) && String(value) === text ? value : text;
}

/** How numbers are written in each column. A column that proves nothing follows the others, where those agree. */
export function columnNotations(rows: readonly (readonly Cell[])[]): Notation[] {
  const width = rows.reduce((most, row) => Math.max(most, row.length), 0);
  const alone = Array.from({ length: width }, (_, i) => notationOf(textsOf(rows, i)));
  const proven = new Set(alone.flatMap(({ proves }) => proves ?? []));
  const shared = proven.size === 1 ? [...proven][0] : undefined;
  return alone.map((notation) =>
    shared && notation.unclear ? { mark: shared, proves: null, unclear: null } : notation,
  );
}

/** Says of each column that may be misread how it was read. @param columns their names */
export function notesOn(notations: readonly Notation[], columns: readonly string[]): string[] {
  return notations.flatMap(({ unclear }, i) => {
    if (!unclear || columns[i] === undefined) return [];
    const [read, other] = ([undefined, ','] as const).map((mark) => readNumber(unclear, mark)?.value);
    return `In the column "${columns[i]}", "${unclear}" was read as ${read}; it may also mean ${other}.`;
  });
}

function* textsOf(rows: readonly (readonly Cell[])[], column: number): Generator<string> {
  for (const row of rows) {
    const cell = row[column];
    if (typeof cell === 'string') yield cell;
  }
}
