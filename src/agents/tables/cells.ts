import type { Cell, ParsedTable } from '../../ingestion/parsers/parsed-document.js';

/** A table with the file it comes from. */
export interface FileTable extends ParsedTable {
  file: string;
}

/** A cell as a number, where it is one: `1,204.5`, `12 %` and `€ 30` are. */
export function numberOf(cell: Cell | undefined): number | null {
  if (typeof cell === 'number') return Number.isFinite(cell) ? cell : null;
  if (typeof cell !== 'string') return null;
  const bare = cell.replace(/[\s%€$£]|,(?=\d{3}\b)/g, '');
  return /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(bare) ? Number(bare) : null;
}

export const textOf = (cell: Cell | undefined): string =>
  cell === null || cell === undefined ? '' : String(cell).trim();

/** Text as it is compared: upper and lower case, accents and runs of blanks do not matter. */
export const folded = (text: string): string =>
  text.normalize('NFKD').replace(/\p{M}/gu, '').replace(/\s+/g, ' ').trim().toLowerCase();

/** True when nearly all filled cells of a column are numbers. */
export function isNumeric({ rows }: ParsedTable, column: number): boolean {
  let filled = 0;
  let numbers = 0;
  for (const row of rows) {
    if (textOf(row[column]) === '') continue;
    filled++;
    if (numberOf(row[column]) !== null) numbers++;
  }
  return filled > 0 && numbers / filled >= 0.9;
}
