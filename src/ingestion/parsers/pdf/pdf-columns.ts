import type { PageLine } from './pdf-lines.js';

const MIN_ROWS = 3;
/** Lines further apart than so many heights of a letter are not of one paragraph. */
const LINE_GAP = 1.9;
/** Lines of a paragraph are so long, and so many of them begin within a sentence; cells of a table rarely do. */
const MIN_CHARS = 12;
const MIN_CONTINUED = 0.4;

/**
 * The lines of a page with the text of two columns one after the other, where the file draws them side by side. Tables
 * stay as they are.
 */
export function inReadingOrder(lines: readonly PageLine[]): PageLine[] {
  const ordered: PageLine[] = [];
  for (let at = 0; at < lines.length;) {
    let end = at;
    while (end < lines.length && isPair(lines[end]!) && (end === at || isBelow(lines[end - 1]!, lines[end]!)))
      end++;
    const pairs = lines.slice(at, end);
    const columns = [0, 1].map((side) => columnOf(pairs, side));
    if (pairs.length >= MIN_ROWS && isParted(pairs) && columns.every(isText)) ordered.push(...columns.flat());
    else ordered.push(...lines.slice(at, Math.max(end, at + 1)));
    at = Math.max(end, at + 1);
  }
  return ordered;
}

const isPair = ({ cells = [] }: PageLine) => cells.length === 2;
const isBelow = (above: PageLine, line: PageLine) =>
  above.y > line.y && above.y - line.y <= line.height * LINE_GAP;

const columnOf = (pairs: readonly PageLine[], side: number): PageLine[] =>
  pairs.map(({ cells = [], height, y }) => ({ text: cells[side]?.text ?? '', height, y }));

/** Whether there is a gap from the first line to the last, and the lines of each side begin at one place. */
function isParted(pairs: readonly PageLine[]): boolean {
  const places = (side: number) => pairs.map(({ cells = [] }) => cells[side]!.x);
  const isAligned = (side: number) =>
    Math.max(...places(side)) - Math.min(...places(side)) <= pairs[0]!.height;
  const end = Math.max(...pairs.map(({ cells = [] }) => cells[0]!.end));
  return end < Math.min(...places(1)) && isAligned(0) && isAligned(1);
}

function isText(column: readonly PageLine[]): boolean {
  const chars = column.reduce((sum, { text }) => sum + text.length, 0);
  const continued = column.slice(1).filter(({ text }) => /^\p{Ll}/u.test(text)).length;
  return chars >= column.length * MIN_CHARS && continued >= (column.length - 1) * MIN_CONTINUED;
}
