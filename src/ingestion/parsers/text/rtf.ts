import { readFile } from 'node:fs/promises';
import { DocumentBuilder } from '../document-builder.js';
import { pipeTables } from '../markup/cell-grid.js';
import { keepTable } from '../tables/text-table.js';
import type { ParsedDocument } from '../parsed-document.js';
import { CELL, ROW, ROW_START, rtfText } from './rtf-text.js';

/** Rich text, paragraph by paragraph. */
export async function parse(file: string): Promise<ParsedDocument> {
  const builder = new DocumentBuilder();
  let rows: string[][] = [];
  const endTable = () => {
    addTable(builder, rows);
    rows = [];
  };
  const parts = rtfText((await readFile(file)).toString('latin1')).split(ROW);
  for (const [i, part] of parts.entries()) {
    const [first = '', ...others] = part.split(CELL);
    // Text before a row is of no table; a cell may have several paragraphs.
    const isRow = i < parts.length - 1;
    const started = first.indexOf(ROW_START);
    const start = isRow ? (started >= 0 ? started : first.lastIndexOf('\n\n') + 1) : first.length;
    const before = first.slice(0, start);
    if (before.trim()) endTable();
    for (const paragraph of before.split(/\n{2,}/)) builder.add('paragraph', linesOf(paragraph));
    if (isRow)
      rows.push(
        [first.slice(start), ...others.slice(0, -1)].map((cell) => linesOf(cell).replaceAll(/\n+/g, ' ')),
      );
  }
  endTable();
  return builder.build();
}

const linesOf = (text: string) =>
  text
    .replaceAll(ROW_START, '')
    .split('\n')
    .map((line) => line.replaceAll(/[ \t]+/g, ' ').trim())
    .join('\n')
    .trim();

/** A row alone is no table, nor are rows of one cell. */
function addTable(builder: DocumentBuilder, rows: readonly string[][]): void {
  const width = Math.max(0, ...rows.map(({ length }) => length));
  const grid = rows.map((row) => Array.from({ length: width }, (_, i) => row[i] ?? ''));
  if (rows.length < 2 || width < 2) {
    for (const row of rows) builder.add('paragraph', row.filter(Boolean).join(' | '));
    return;
  }
  for (const table of pipeTables(grid)) builder.add('table', table);
  keepTable(builder, '', grid);
}
