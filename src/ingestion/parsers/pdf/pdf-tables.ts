import { readNumber } from '../../../common/numbers.js';
import type { LineCell } from './pdf-cells.js';
import type { PageLine } from './pdf-lines.js';

/** Lines that follow each other, or the rows of a table. */
export type PagePart = { lines: PageLine[] } | { grid: string[][] };

const MIN_ROWS = 3;
const MIN_COLUMNS = 3;
/** Rows with a number below the names of two columns. */
const MIN_NUMBERED_ROWS = 3;
/** Lines in two columns of text are no rows. */
const MAX_CELL_CHARS = 60;
/** Rows further apart than so many heights of a letter are not of one table. */
const ROW_GAP = 3.2;

/** The lines of a page with the rows of its tables together: at least three, in columns that do not overlap. */
export function partsOf(lines: readonly PageLine[]): PagePart[] {
  const parts: PagePart[] = [];
  for (let at = 0; at < lines.length;) {
    let end = at;
    while (end < lines.length && isRow(lines[end]!) && (end === at || isBelow(lines[end - 1]!, lines[end]!)))
      end++;
    const grid = gridOf(lines.slice(at, end));
    if (grid) parts.push({ grid });
    const next = grid ? end : at + 1;
    if (!grid) {
      const last = parts.at(-1);
      if (last && 'lines' in last) last.lines.push(lines[at]!);
      else parts.push({ lines: [lines[at]!] });
    }
    at = next;
  }
  return parts;
}

const isRow = ({ cells = [] }: PageLine) => cells.length > 1 && cells.every(({ text }) => text.length <= MAX_CELL_CHARS); // prettier-ignore
const isBelow = (above: PageLine, line: PageLine) =>
  above.y > line.y && above.y - line.y <= line.height * ROW_GAP;

/** Null when the rows have no common columns, or the first of them does not name these. */
function gridOf(rows: readonly PageLine[]): string[][] | null {
  if (rows.length < MIN_ROWS) return null;
  const columns = columnsOf(rows.flatMap(({ cells = [] }) => cells));
  const grid = rows.map(({ cells = [] }) =>
    columns.map(({ x, end }) => cells.filter((cell) => cell.x < end && cell.end > x).map(({ text }) => text)),
  );
  const [header = []] = grid;
  const isWhole = grid.every((row) => row.every((cell) => cell.length <= 1));
  const isNamed = header.every(([name]) => name !== undefined && readNumber(name) === null);
  if (!isWhole || !isNamed) return null;
  const cells = grid.map((row) => row.map(([text = '']) => text));
  return columns.length >= MIN_COLUMNS || isNumbered(cells) ? cells : null;
}

/** Labels of forms, beside which their values stand. */
const LABEL =
  /:$|^(?:sub-?total|total|sum|vat|tax|net|gross|amount|balance|price|date|due|quantity|qty|phone|tel|fax|age|id|zip|year|(?:\p{L}+ )?(?:no|nr|number|date|id)\b\.?|betrag|summe|gesamt|datum|menge|anzahl|mwst|netto|brutto|nummer)\b/iu;

/** Two columns are as often labels with their values, one pair a line: below two names each row has a number. */
function isNumbered([header = [], ...rows]: string[][]): boolean {
  const isLabelled = rows.filter(([label = '']) => LABEL.test(label)).length > 1;
  return (
    header.length === 2 &&
    rows.length >= MIN_NUMBERED_ROWS &&
    rows.every(([label, value]) => label && readNumber(value ?? '') !== null && readNumber(label) === null) &&
    !isLabelled &&
    !LABEL.test(header[0] ?? '')
  );
}

/** The spans from left to right that cells stand in. */
function columnsOf(cells: readonly LineCell[]): { x: number; end: number }[] {
  const columns: { x: number; end: number }[] = [];
  for (const { x, end } of cells.toSorted((a, b) => a.x - b.x)) {
    const last = columns.at(-1);
    if (last && x < last.end) last.end = Math.max(last.end, end);
    else columns.push({ x, end });
  }
  return columns;
}
