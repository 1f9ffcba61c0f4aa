import { lineText, type PlacedRun } from './pdf-order.js';

/** Words of a line that stand apart from the others. */
export interface LineCell {
  text: string;
  /** From the left of the page. */
  x: number;
  end: number;
}

/** A gap of so many heights of a letter parts cells; blanks between words are half of it. */
const GAP = 0.55;
/** A gap of so many is a blank, where the file has none. */
const BLANK = 0.15;

/** The cells of a line; none when its words stand together. */
export function cellsOf(runs: readonly PlacedRun[], height: number): LineCell[] {
  const cells: { runs: PlacedRun[]; x: number; end: number }[] = [];
  for (const run of runs.toSorted((a, b) => a.x - b.x)) {
    const { str, x, width = 0 } = run;
    const last = cells.at(-1);
    if (!str.trim()) last?.runs.push(run);
    else if (last && x - last.end <= height * GAP) {
      const isApart = x - last.end > height * BLANK && !/\s$/.test(last.runs.at(-1)!.str);
      last.runs.push(...(isApart ? [{ str: ' ', x, width: 0 }] : []), run);
      last.end = Math.max(last.end, x + width);
    } else cells.push({ runs: [run], x, end: x + width });
  }
  if (cells.length < 2) return [];
  return cells.map(({ runs: own, x, end }) => ({
    text: lineText(own).replaceAll(/\s+/g, ' ').trim(),
    x,
    end,
  }));
}
