import { read, type WorkSheet } from '@e965/xlsx';
import { columnNotations, MAX_CELLS } from './cells.js';
import { DocumentBuilder } from '../document-builder.js';
import { UnreadableFileError, type Cell, type ParsedDocument } from '../parsed-document.js';
import { addTables } from './table-text.js';
import { cellOf, fillMerged, isUncomputed, type SheetCells } from './xlsx-cells.js';

/** Finding a part takes the library longer the more there are. */
const MAX_SHEETS = 1_000;
/** Of a sheet; more are counted, not read. */
const MAX_ROWS = 100_000;

/** @throws UnreadableFileError for a workbook of too many sheets, or of none */
export function checkSheetCount(sheets: number): void {
  if (sheets === 0) throw new UnreadableFileError('The file is damaged: it has no list of sheets.');
  if (sheets > MAX_SHEETS)
    throw new UnreadableFileError(`The workbook has ${sheets} sheets; at most ${MAX_SHEETS} are read.`);
}

/**
 * Every sheet as a table. Hidden sheets are left out, with a warning that names them. Formulas are their last results,
 * dates are ISO text (the process is in UTC).
 * @param isHidden for formats whose hidden sheets the library does not know, by the sheet's place from 0
 */
export function parseBook(bytes: Buffer, isHidden: (sheet: number) => boolean = () => false): ParsedDocument {
  const book = read(bytes, {
    dense: true,
    cellDates: true,
    cellFormula: true,
    cellHTML: false,
    cellNF: true,
    cellText: true,
    sheetRows: MAX_ROWS,
    sheetStubs: true,
  });
  const builder = new DocumentBuilder();
  const hidden = book.Workbook?.Sheets?.map(({ Hidden }) => Boolean(Hidden)) ?? [];
  let cellsLeft = MAX_CELLS;
  for (const [i, name] of book.SheetNames.entries()) {
    if (hidden[i] || isHidden(i)) {
      builder.warnings.push(`The sheet "${name}" is hidden and was left out.`);
      continue;
    }
    const { rows, written, leftOut, uncomputed, errors } = rowsOf(book.Sheets[name]!, cellsLeft);
    if (uncomputed > 0) builder.warnings.push(noResults(name, uncomputed));
    cellsLeft -= rows.reduce((sum, row) => sum + row.length, 0);
    if (errors.length > 0) builder.warnings.push(noValues(name, errors));
    addTables(builder, name, rows, leftOut, columnNotations(written));
  }
  return builder.build();
}

const noResults = (sheet: string, count: number) =>
  `${count === 1 ? 'A formula' : `${count} formulas`} of the sheet "${sheet}" ${count === 1 ? 'has' : 'have'} no stored ` +
  'result. Open the file in a spreadsheet program, save it and upload it again.';

const noValues = (sheet: string, errors: readonly string[]) =>
  `${errors.length === 1 ? 'A cell' : `${errors.length} cells`} of the sheet "${sheet}" ${errors.length === 1 ? 'shows an error' : 'show errors'} ` +
  `in place of a value: ${[...new Set(errors)].slice(0, 5).join(', ')}.`;

/**
 * The rows that have cells, as many as fit, with an empty one for each gap; those cells that are text, whose numbers may
 * be written in several ways; how many more rows there are; how many formulas without a result; and the errors shown.
 */
function rowsOf(sheet: WorkSheet, cellsLeft: number) {
  const data = (sheet['!data'] ?? []) as SheetCells;
  const grid = Array.from(data, (row) => Array.from(row ?? [], cellOf));
  fillMerged(grid, sheet['!merges']);
  const uncomputed = data.reduce((sum, row) => sum + (row?.filter(isUncomputed).length ?? 0), 0);
  const rows: Cell[][] = [];
  let room = cellsLeft;
  let leftOut = rowsBeyond(sheet);
  for (const cells of grid) {
    const isEmpty = cells.every((cell) => cell === null);
    if (!isEmpty) room -= cells.length;
    // Of rows without a cell, one shows that there is a gap.
    if (isEmpty ? room >= 0 && rows.at(-1)?.length : room >= 0) rows.push(isEmpty ? [] : cells);
    else if (!isEmpty) leftOut++;
  }
  const errors = data.flatMap(
    (row) => row?.filter((cell) => cell?.t === 'e').map((cell) => cell?.w ?? '') ?? [],
  );
  // Rows without cells are holes, which `map` would keep.
  const written = Array.from(data, (row) =>
    Array.from(row ?? [], (cell) => (cell?.t === 's' ? cellOf(cell) : null)),
  );
  return { rows, written, leftOut, uncomputed, errors };
}

/** By the declared range of a sheet, which is larger when not all of its rows were read. */
function rowsBeyond(sheet: WorkSheet): number {
  const full = (sheet as { '!fullref'?: string })['!fullref'];
  return Math.max(0, Number(/(\d+)$/.exec(full ?? '')?.[1] ?? 0) - MAX_ROWS);
}
