import type { Mark } from './document-pane.js';

export interface Row {
  cells: string[];
  isMarked: boolean;
}

export interface Table {
  head: string[];
  rows: Row[];
}

/** `Region: Bergen; Units: 120`: how the rows of a table are read. */
const PAIR = /([^:;]+): ([^;]*)(?:; |$)/gy;

/**
 * The rows of a table in the text that was read from it, each of which names its columns. What stands before them, such as
 * a description of the columns, is left out.
 * @returns null when it holds no table
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
  // The columns are those of most rows: a description has other ones.
  const head = rows.at(-1)?.names;
  if (!head || head.length < 2) return null;
  const key = head.join('\n');
  return { head, rows: rows.filter(({ names }) => names.join('\n') === key) };
}
