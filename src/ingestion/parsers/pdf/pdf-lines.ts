import { lineText, type PlacedRun } from './pdf-order.js';
import { cellsOf, type LineCell } from './pdf-cells.js';
import { raised } from '../raised.js';

/** A run of letters as pdf.js gives it. */
export interface TextRun {
  str: string;
  /** Of the letters. */
  height: number;
  width?: number;
  /** The last two are its position on the page: from the left, from the bottom. */
  transform: number[];
  /** Whether a line ends here. */
  hasEOL: boolean;
  fontName?: string;
}

export interface PageLine {
  text: string;
  /** Of its letters. */
  height: number;
  /** From the bottom of the page. */
  y: number;
  /** Where its words stand apart, as in a row of a table. */
  cells?: LineCell[];
}

/** Headings are short. */
const HEADING_CHARS = 150;
/** Lines further apart than so many heights of a letter do not belong together. */
const LINE_GAP = 1.9;

const MARKS = /^\s*\p{M}[\s\p{M}]*$/u;
const MIN_BLANK = 0.01;
/** In heights of a letter. */
const SAME_PLACE = 0.15;
/** Of powers, beside the letters that they follow. */
const SMALL = 0.8;
const ABOVE = 0.15;
/** The gap before a power at most, as a share of the height of its line. */
const ADJACENT = 0.3;

/** Marks behind the letters that they stand above or below. */
function withMarks(runs: readonly PlacedRun[], marks: readonly PlacedRun[]): PlacedRun[] {
  const letters = runs.filter(({ str }) => str.trim());
  const apart = (run: PlacedRun, mark: PlacedRun) =>
    Math.max(run.x - mark.x, mark.x - run.x - (run.width ?? 0), 0);
  const found = marks.map((mark) => ({
    mark,
    run: letters.reduce<PlacedRun | undefined>(
      (best, run) => (best && apart(best, mark) <= apart(run, mark) ? best : run),
      undefined,
    ),
  }));
  return runs.map((run) => ({
    ...run,
    str: run.str + found.flatMap(({ mark, run: own }) => (own === run ? mark.str : [])).join(''),
  }));
}

/** Joins the runs of a page to lines, in the order of the file. */
export function linesOfPage(runs: readonly TextRun[]): PageLine[] {
  const lines: (Omit<PageLine, 'text'> & { runs: PlacedRun[] })[] = [];
  let line: (typeof lines)[number] | undefined;
  let marks: PlacedRun[] = [];
  const close = () => {
    if (line) lines.push({ ...line, runs: withMarks(line.runs, marks) });
    line = undefined;
    marks = [];
  };
  for (const { str, height, transform, hasEOL, width = height } of runs) {
    const [x = 0, y = 0] = transform.slice(4);
    // A mark that the font does not name: the letter below it is whole without it.
    if (str === '\0' && width === 0) continue;
    // Marks above and below letters are drawn apart, a little higher or lower.
    if (MARKS.test(str)) {
      if (line && Math.abs(line.y - y) > height) close();
      marks.push({ str: str.trim(), x, width });
      continue;
    }
    if (marks.length > 0 && line && Math.abs(line.y - y) > height) close();
    line ??= { runs: [], height: 0, y };
    // A blank without a width is the gap before a mark; words drawn twice at one place are bold, or have a shadow.
    const run = { str, x, y, width };
    if (str.trim() ? !isDrawn(line.runs, run, height) : width > MIN_BLANK)
      line.runs.push(isPower(line, run, height) ? { ...run, str: raised(str) } : run);
    if (str.trim()) line.height = Math.max(line.height, height);
    if (hasEOL) close();
  }
  close();
  return lines
    .map(({ runs: own, ...one }) => {
      const cells = cellsOf(own, one.height);
      const text = lineText(own).replaceAll(/\s+/g, ' ').trim();
      return { ...one, text, ...(cells.length > 0 && { cells }) };
    })
    .filter(({ text }) => text);
}

/** Whether letters of this size and place stand above the end of others, as powers and marks of notes do. */
function isPower(
  line: Pick<PageLine, 'height' | 'y'> & { runs: readonly PlacedRun[] },
  { x, y }: Required<PlacedRun>,
  height: number,
): boolean {
  const before = line.runs.at(-1);
  // A small year beside a large heading is no power of it.
  const isBehind = before !== undefined && x - (before.x + (before.width ?? 0)) < line.height * ADJACENT;
  return (
    isBehind && height < line.height * SMALL && y - line.y > line.height * ABOVE && y - line.y < line.height
  );
}

/** Whether a line has these words already, at this place. In a rotated row all cells have one `x`. */
const isDrawn = (runs: readonly PlacedRun[], { str, x, y }: Required<PlacedRun>, height: number): boolean =>
  runs.some(
    (run) =>
      run.str === str &&
      Math.abs(run.x - x) < height * SAME_PLACE &&
      Math.abs((run.y ?? y) - y) < height * SAME_PLACE,
  );

/**
 * Joins lines to paragraphs: those of the same size that follow closely. Words parted at the end of a line are mended.
 */
export function paragraphsOf(lines: readonly PageLine[]): { text: string; height: number }[] {
  const paragraphs: { text: string; height: number }[] = [];
  lines.forEach(({ text, height, y }, i) => {
    const before = lines[i - 1];
    const last = paragraphs.at(-1);
    if (last && before && isNear(before.y - y, height) && isSameSize(before.height, height)) {
      last.text = joined(last.text, text);
    } else {
      paragraphs.push({ text, height });
    }
  });
  return paragraphs;
}

/** The height of most letters. */
export function bodySize(lines: readonly PageLine[]): number {
  const letters = new Map<number, number>();
  for (const { text, height } of lines) letters.set(height, (letters.get(height) ?? 0) + text.length);
  return [...letters].reduce((best, one) => (one[1] > best[1] ? one : best), [0, 0])[0];
}

/** The level of a heading in letters of this height, 1…3; undefined when it is none. */
export function headingLevel(text: string, height: number, body: number): number | undefined {
  if (text.length > HEADING_CHARS || body === 0 || height < body * 1.15) return undefined;
  if (height >= body * 1.6) return 1;
  return height >= body * 1.3 ? 2 : 3;
}

/** A line above the one before starts another column. */
const isNear = (distance: number, height: number) => distance >= 0 && distance <= height * LINE_GAP;

const isSameSize = (a: number, b: number) => Math.abs(a - b) <= 0.1 * Math.max(a, b);

function joined(before: string, after: string): string {
  // The hyphens of "state-of-the-art" are of the word, the second one of "self-employ-ment" is not.
  if (/\p{L}-(?:of|the|to|and|in|by|on|for|a|et|de|la)-$/u.test(before)) return before + after;
  if (/\p{Ll}[-\u00ad]$/u.test(before) && /^\p{Ll}/u.test(after)) return before.slice(0, -1) + after;
  return `${before} ${after}`;
}
