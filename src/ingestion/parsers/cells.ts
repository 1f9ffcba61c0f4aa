import type { Cell } from './parsed-document.js';

/** Of all tables of a file; further rows are counted, not kept. */
export const MAX_CELLS = 500_000;
/** Of a table; further ones are dropped. */
export const MAX_COLUMNS = 256;

const POINT = /^[+-]?(?:\d{1,15}|\d{1,3}(?:,\d{3})+)?(?:\.\d{1,15})?$/;
const COMMA = /^[+-]?(?:\d{1,15}|\d{1,3}(?:\.\d{3})+)?(?:,\d{1,15})?$/;
/** A number that nobody writes without a decimal comma. */
const SURE_COMMA = /^[+-]?(?:\d+|\d{1,3}(?:\.\d{3})+),\d+$/;
/** A code, not an amount: 007, 01234. */
const LEADING_ZERO = /^[+-]?0\d/;
const DATE = /^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?$/;

export type CellKind = 'number' | 'date' | 'yes or no' | 'text';

export function kindOf(cell: Exclude<Cell, null>): CellKind {
  if (typeof cell === 'number') return 'number';
  if (typeof cell === 'boolean') return 'yes or no';
  return DATE.test(cell) ? 'date' : 'text';
}

/**
 * Cells of text as what they say, column by column: numbers, true and false, null for nothing. A column with codes such
 * as 007 stays text. Decimal commas are understood where commas do not part the cells.
 */
export function typedCells(rows: readonly (readonly string[])[], delimiter: string): Cell[][] {
  const codes = new Set<number>();
  let hasCommas = false;
  for (const row of rows) {
    row.forEach((cell, column) => {
      if (LEADING_ZERO.test(cell)) codes.add(column);
      hasCommas ||= delimiter !== ',' && SURE_COMMA.test(cell);
    });
  }
  const toNumber = hasCommas ? fromComma : fromPoint;
  return rows.map((row) =>
    row.map((raw, column) => {
      const cell = raw.trim();
      if (cell === '') return null;
      if (/^(?:true|false)$/i.test(cell)) return cell.toLowerCase() === 'true';
      return codes.has(column) ? cell : (toNumber(cell) ?? cell);
    }),
  );
}

const fromPoint = (cell: string) =>
  POINT.test(cell) && /\d/.test(cell) ? Number(cell.replaceAll(',', '')) : undefined;

const fromComma = (cell: string) =>
  COMMA.test(cell) && /\d/.test(cell) ? Number(cell.replaceAll('.', '').replace(',', '.')) : undefined;
