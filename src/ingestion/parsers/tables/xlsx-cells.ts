import type { CellObject, WorkSheet } from '@e965/xlsx';
import { readNumber } from '../../../common/numbers.js';
import type { Cell } from '../parsed-document.js';

/** Rows of cells as the sheet shows them. */
export type SheetCells = readonly (readonly (CellObject | undefined)[] | undefined)[];

/** A format that shows codes: zeros alone, with signs between them, as in `00000` or `000-00`. */
const CODE_FORMAT = /^(?:"[^"]*"|\\.|[A-Z])*0[0\-/ .()\\]*0$/;
/** Digits in groups with signs between them, as phone numbers are shown: `###-####`, `(000) 000`; or with a plus before. */
const GROUPED_FORMAT = /[#0]+[)\s/-]+[(\s]*[#0]+|^\+\d*[ -]*[#0]/;
/** Words before or behind the number, as in `"Q"0` and `0 "days"`, and the same as they are shown. */
const WORDED_FORMAT = /"[^"]*\p{L}[^"]*"/u;
const WORDED = /\p{L}.*\p{Nd}|\p{Nd}.*\p{L}/u;
const TIME_FORMAT = /h|s|\[m+\]/i;
const DAY_FORMAT = /[dy]/i;

/** What of a formula's cell is shown when the file has no result of it, which only a spreadsheet program computes. */
const NOT_COMPUTED = '(not computed)';

/**
 * A cell as it is shown where that matters: percentages, currencies and codes as text, dates as ISO text, other numbers
 * with all their digits.
 */
export function cellOf(cell: CellObject | undefined): Cell {
  if (!cell) return null;
  if (isUncomputed(cell)) return `=${cell.f} ${NOT_COMPUTED}`;
  if (cell.v === undefined || cell.t === 'e' || cell.t === 'z') return null;
  if (cell.v instanceof Date) return timeOf(cell) ?? isoOf(cell.v);
  if (typeof cell.v === 'string') return cell.v.trim() || null;
  return typeof cell.v === 'number' ? numberOf(cell.v, String(cell.z ?? ''), cell.w?.trim() ?? '') : cell.v;
}

/** Whether the file has a formula without the result of it. */
export const isUncomputed = (cell: CellObject | undefined): boolean =>
  cell?.f !== undefined && (cell.t === 'z' || cell.v === undefined || cell.v === '');

function numberOf(value: number, format: string, shown: string): Cell {
  const [positive = ''] = format.split(';');
  const plain = format.replaceAll(/\[[^\]]*\]|"|\\/g, '').split(';');
  if (plain.some((part) => GROUPED_FORMAT.test(part))) return shown;
  if (CODE_FORMAT.test(positive) && !positive.includes('.')) return shown;
  if (/%/.test(positive.replaceAll(/"[^"]*"|\\./g, ''))) return `${Number((value * 100).toPrecision(15))}%`;
  const read = readNumber(shown);
  if (read?.unit && read.value === value) return shown;
  // The words alone, as in `"Yes";;"No"`.
  if (WORDED_FORMAT.test(format) && /\p{L}/u.test(shown) && !/\p{Nd}/u.test(shown)) return shown;
  return WORDED_FORMAT.test(positive) && WORDED.test(shown) ? shown : value;
}

/** A time of day or a duration as shown: as a date it would be of the year 1900. */
function timeOf({ z, w }: CellObject): string | null {
  const [format = ''] = String(z ?? '')
    .replaceAll(/\[\$[^\]]*\]|"[^"]*"|\\./g, '')
    .split(';');
  return TIME_FORMAT.test(format) && !DAY_FORMAT.test(format) ? w?.trim() || null : null;
}

function isoOf(date: Date): Cell {
  if (Number.isNaN(date.getTime())) return null;
  return date
    .toISOString()
    .replace(/\.\d+Z$/, '')
    .replace('T00:00:00', '');
}

/**
 * Puts the value of merged cells into all that they cover, since it holds for each of them: the rows of a group, the
 * columns below a heading. A title, which spans the whole width or stands alone in its row, stays where it is.
 */
export function fillMerged(rows: Cell[][], merges: WorkSheet['!merges'] = [], firstRow = 0): void {
  const width = rows.reduce((most, row) => Math.max(most, row.length), 0);
  for (const { s, e } of merges) {
    const value = rows[s.r - firstRow]?.[s.c] ?? null;
    const isAlone =
      s.r === e.r && s.c === 0 && rows[s.r - firstRow]!.every((cell, c) => c === 0 || cell === null);
    const isTitle = width > 1 && (e.c - s.c + 1 >= width || (isAlone && e.c > s.c));
    if (value === null || isTitle) continue;
    for (let r = s.r - firstRow; r <= Math.min(e.r - firstRow, rows.length - 1); r++) {
      const row = (rows[r] ??= []);
      while (row.length < s.c) row.push(null);
      for (let c = s.c; c <= Math.min(e.c, width - 1); c++) row[c] = value;
    }
  }
}
