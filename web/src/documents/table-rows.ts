import type { Mark } from './document-pane.js';

export interface Row {
  cells: string[];
  isMarked: boolean;
}

export interface Table {
  head: string[];
  rows: Row[];
}

/** Extracted format of table rows: `Region: Bergen; Units: 120`. */
const PAIR = /([^:;]+): ([^;]*)(?:; |$)/gy;

/**
 * Parses the rows of a table from its extracted text, in which each row names its columns. Text before them, such
 * as a description of the columns, is omitted.
 * @returns null without a table
 */
export function tableOf(text: string, mark: Mark): Table | null {
  const rows: (Row & { names: string[] })[] = [];
  let at = 0;
  for (const line of text.split('\n')) {
    const end = at + line.length;
    const pairs = [...line.matchAll(PAIR)];
    const isWhole = pairs.reduce((sum, [pair]) => sum + pair.length, 0) === line.length;
    if (pairs.length > 0 && isWhole)
      rows.push({
        names: pairs.map(([, name = '']) => name.trim()),
        cells: pairs.map(([, , value = '']) => value.trim()),
        isMarked: mark !== null && at < mark[1] && end > mark[0],
      });
    at = end + 1;
  }
  // The columns are those of the last row: a description has others.
  const head = rows.at(-1)?.names;
  if (!head || head.length < 2) return null;
  const key = head.join('\n');
  return { head, rows: rows.filter(({ names }) => names.join('\n') === key) };
}
