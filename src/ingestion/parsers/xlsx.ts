import { readFile } from 'node:fs/promises';
import { read, type CellObject, type WorkSheet } from '@e965/xlsx';
import { Archive } from './archive.js';
import { MAX_CELLS } from './cells.js';
import { DocumentBuilder } from './document-builder.js';
import { UnreadableFileError, type Cell, type ParsedDocument } from './parsed-document.js';
import { shapeTable } from './table-shape.js';
import { addTable } from './table-text.js';

/** Finding a part takes the library longer the more there are. */
const MAX_SHEETS = 1_000;
/** Of a sheet; more are counted, not read. */
const MAX_ROWS = 100_000;

/** Every sheet as a table. Formulas are their last results, dates are ISO text (the process is in UTC). */
export async function parse(file: string): Promise<ParsedDocument> {
  await checkBook(file);
  const book = read(await readFile(file), {
    dense: true,
    cellDates: true,
    cellFormula: false,
    cellHTML: false,
    cellText: false,
    sheetRows: MAX_ROWS,
  });
  const builder = new DocumentBuilder();
  let cellsLeft = MAX_CELLS;
  for (const name of book.SheetNames) {
    const { rows, total } = rowsOf(book.Sheets[name]!, cellsLeft);
    cellsLeft -= rows.reduce((sum, row) => sum + row.length, 0);
    const shaped = shapeTable(name, rows, total - rows.length);
    if (shaped) addTable(builder, shaped.table, shaped.above);
  }
  return builder.build();
}

async function checkBook(file: string): Promise<void> {
  const archive = await Archive.open(file);
  try {
    const sheets = (await archive.text('xl/workbook.xml'))?.match(/<(?:\w+:)?sheet\s/g)?.length ?? 0;
    if (sheets === 0) throw new UnreadableFileError('The file is damaged: it has no list of sheets.');
    if (sheets > MAX_SHEETS) {
      throw new UnreadableFileError(`The workbook has ${sheets} sheets; at most ${MAX_SHEETS} are read.`);
    }
  } finally {
    archive.close();
  }
}

/** The rows that have cells, as many as fit, and how many there are in all. */
function rowsOf(sheet: WorkSheet, cellsLeft: number): { rows: Cell[][]; total: number } {
  const data = (sheet['!data'] ?? []) as (CellObject | undefined)[][];
  const rows: Cell[][] = [];
  let room = cellsLeft;
  let total = rowsBeyond(sheet);
  for (const row of data) {
    if (!row) continue;
    const cells = Array.from(row, cellOf);
    if (cells.every((cell) => cell === null)) continue;
    total++;
    room -= cells.length;
    if (room >= 0) rows.push(cells);
  }
  return { rows, total };
}

/** By the range that a sheet says it has, which is larger when not all of its rows were read. */
function rowsBeyond(sheet: WorkSheet): number {
  const full = (sheet as { '!fullref'?: string })['!fullref'];
  return Math.max(0, Number(/(\d+)$/.exec(full ?? '')?.[1] ?? 0) - MAX_ROWS);
}

function cellOf(cell: CellObject | undefined): Cell {
  if (cell?.v === undefined || cell.t === 'e' || cell.t === 'z') return null;
  if (!(cell.v instanceof Date)) return typeof cell.v === 'string' ? cell.v.trim() || null : cell.v;
  if (Number.isNaN(cell.v.getTime())) return null;
  return cell.v
    .toISOString()
    .replace(/\.\d+Z$/, '')
    .replace('T00:00:00', '');
}
