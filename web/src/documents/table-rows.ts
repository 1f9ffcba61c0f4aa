import type { Mark } from './document-pane.js';

export interface Row {
  cells: string[];
  isMarked: boolean;
}

/**
 * Rows of a table as it was read: cells between bars, or separated by tabs or commas. A line of dashes below a head is none.
 * @returns null when it does not look like a table
 */
export function rowsOf(text: string, mark: Mark): Row[] | null {
  const separator = ['|', '\t', ','].find((sign) => (text.split('\n', 3).at(-1) ?? '').includes(sign));
  if (!separator) return null;
  const rows: Row[] = [];
  let at = 0;
  for (const line of text.split('\n')) {
    const end = at + line.length;
    const isMarked = mark !== null && at < mark[1] && end > mark[0];
    at = end + 1;
    if (line.trim() === '' || /^[\s|:-]+$/.test(line)) continue;
    rows.push({ cells: cellsOf(line, separator), isMarked });
  }
  return rows;
}

function cellsOf(line: string, separator: string): string[] {
  if (separator !== ',') {
    const inner = separator === '|' ? line.trim().replace(/^\||\|$/g, '') : line;
    return inner.split(separator).map((cell) => cell.trim());
  }
  const cells = line.match(/("(?:[^"]|"")*"|[^,]*)(?:,|$)/g) ?? [];
  return cells.slice(0, line.endsWith(',') ? undefined : -1).map((cell) =>
    cell
      .replace(/,$/, '')
      .replace(/^"(.*)"$/s, '$1')
      .replaceAll('""', '"'),
  );
}
