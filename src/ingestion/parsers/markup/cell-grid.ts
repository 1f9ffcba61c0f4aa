/** A cell of a table as it is written: it may cover more than one place. */
export interface SpanningCell {
  text: string;
  rows: number;
  columns: number;
}

const MAX_SPAN = 1_000;
/** A table is cut between rows into blocks of about this size, each below the header. */
const TABLE_CHARS = 900;

/** Rows of equal length, in which a cell that spans some places stands in each of them. */
export function gridOf(rows: readonly (readonly SpanningCell[])[]): string[][] {
  const grid: string[][] = rows.map(() => []);
  rows.forEach((cells, r) => {
    let column = 0;
    for (const cell of cells) {
      while (grid[r]![column] !== undefined) column++;
      const height = Math.min(Math.max(1, cell.rows), MAX_SPAN, rows.length - r);
      const width = Math.min(Math.max(1, cell.columns), MAX_SPAN);
      for (let y = r; y < r + height; y++)
        for (let x = column; x < column + width; x++) grid[y]![x] ??= cell.text;
      column += width;
    }
  });
  const width = grid.reduce((most, row) => Math.max(most, row.length), 0);
  return grid.map((row) => Array.from({ length: width }, (_, i) => row[i] ?? ''));
}

/** A table in Markdown; a long one in parts, each with the header. */
export function pipeTables(grid: readonly (readonly string[])[]): string[] {
  const [header = [], ...body] = grid.map((row) =>
    row.map((cell) => cell.replaceAll(/\s+/g, ' ').replaceAll('|', '/').trim()),
  );
  const head = `${lineOf(header)}\n|${' --- |'.repeat(header.length)}`;
  const tables: string[] = [];
  let table = head;
  for (const row of body) {
    const line = lineOf(row);
    if (table.length > head.length && table.length + line.length > TABLE_CHARS) {
      tables.push(table);
      table = head;
    }
    table += `\n${line}`;
  }
  return [...tables, table];
}

const lineOf = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
