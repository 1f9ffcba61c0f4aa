import type Token from 'markdown-it/lib/token.mjs';

/** A table of an answer whose numbers can be drawn. */
export interface TableData {
  /** Labels of the rows, from the first column. */
  labels: string[];
  columns: { name: string; values: number[]; texts: string[] }[];
}

const MAX_ROWS = 60;
/** `-1,234.5`, with a unit before or after it. */
const NUMBER = /^[^\d\s-]{0,3}\s?(-?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?)\s?[^\d\s]{0,3}$/;

/** @returns null for a table that cannot be charted: without a numeric column, or with a single row */
export function dataOf(tokens: readonly Token[]): TableData | null {
  const rows = rowsOf(tokens);
  const [head, ...body] = rows;
  if (!head || body.length < 2 || body.length > MAX_ROWS) return null;
  const columns = head.slice(1).flatMap((name, i) => {
    const texts = body.map((row) => row[i + 1] ?? '');
    const values = texts.map(numberOf);
    return values.every((value) => value !== null) ? [{ name, values, texts }] : [];
  });
  return columns.length > 0 ? { labels: body.map(([label = '']) => label), columns } : null;
}

function numberOf(text: string): number | null {
  const found = NUMBER.exec(text.trim())?.[1];
  return found === undefined ? null : Number(found.replaceAll(',', ''));
}

function rowsOf(tokens: readonly Token[]): string[][] {
  const rows: string[][] = [];
  for (const { type, children } of tokens) {
    if (type === 'tr_open') rows.push([]);
    if (type === 'inline') rows.at(-1)?.push((children ?? []).map(({ content }) => content).join(''));
  }
  return rows;
}
