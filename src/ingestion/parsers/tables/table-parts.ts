import { readNumber } from '../../../common/numbers.js';
import type { Cell } from '../parsed-document.js';

/** One of several tables that stand below each other. */
export interface TablePart {
  /** What stands above it alone in a row; null of the first one. */
  title: string | null;
  /** Empty rows among them count for nothing. */
  rows: Cell[][];
}

const MAX_TITLES = 2;
/** What stands in a row where a value is missing; no column has such a name. */
const MISSING = /^\s*(?:n\/?a|nil|null|none|absent|missing|unknown|tbd|tba|[-–—?./]+)\s*$/i;

/**
 * The tables of a sheet that stand below each other, empty rows between them: each has names above a column of numbers.
 * Rows behind an empty one that have none belong to the table above, and so do those below the same names once more.
 */
export function tableParts(grid: readonly Cell[][]): TablePart[] {
  const parts: (TablePart & { header: string | null })[] = [];
  for (const rows of blocksOf(grid)) {
    const titles = rows.slice(0, MAX_TITLES + 1).findIndex((row) => filled(row).length > 1);
    const header = titles < 0 || !isTable(rows.slice(titles)) ? null : filled(rows[titles]!).join('\n');
    const last = parts.at(-1);
    if (!last || !header || !last.rows.some((row) => filled(row).length > 1)) {
      if (last) for (const row of rows) last.rows.push(row);
      else parts.push({ title: null, rows, header });
      if (parts.at(-1)!.header === null) parts.at(-1)!.header = header;
    } else if (header === last.header && titles === 0) for (const row of rows.slice(1)) last.rows.push(row);
    else parts.push({ title: titles > 0 ? String(filled(rows[titles - 1]!)[0]) : null, rows, header });
  }
  return parts;
}

function blocksOf(grid: readonly Cell[][]): Cell[][][] {
  const blocks: Cell[][][] = [];
  let isOpen = false;
  for (const row of grid) {
    const isEmpty = filled(row).length === 0;
    if (!isEmpty && isOpen) blocks.at(-1)!.push(row);
    else if (!isEmpty) blocks.push([row]);
    isOpen = !isEmpty;
  }
  return blocks;
}

function isTable([header = [], ...rows]: readonly Cell[][]): boolean {
  const isNamed = filled(header).every(
    (cell) => typeof cell === 'string' && readNumber(cell) === null && !MISSING.test(cell),
  );
  return (
    isNamed &&
    header.some((name, i) => {
      const column = rows.flatMap((row) => filled([row[i] ?? null]));
      return filled([name]).length > 0 && column.length > 0 && column.every(isNumber);
    })
  );
}

const filled = (row: readonly Cell[]) => row.filter((cell) => cell !== null && cell !== '');
const isNumber = (cell: Cell) =>
  typeof cell === 'number' || (typeof cell === 'string' && readNumber(cell) !== null);
