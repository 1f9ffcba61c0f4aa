import type { DocumentBuilder } from '../document-builder.js';
import { MAX_CELLS, typedCells } from './cells.js';
import { shapeTable } from './table-shape.js';

/**
 * Keeps a table of a text as data beside the words that the caller adds: questions can be computed over it.
 * @param name what the document calls it; tables without one are counted
 * @param grid its cells as they are shown, spans filled in, the header first
 */
export function keepTable(
  builder: DocumentBuilder,
  name: string,
  grid: readonly (readonly string[])[],
): void {
  const width = grid[0]?.length ?? 0;
  const fit = Math.max(0, Math.floor((MAX_CELLS - builder.tableCells) / Math.max(1, width)));
  const kept = grid.slice(0, fit);
  builder.tableCells += kept.length * width;
  const { cells, notations } = typedCells(kept);
  const shaped = shapeTable(
    name || `Table ${builder.tables.length + 1}`,
    cells,
    grid.length - kept.length,
    notations,
  );
  if (!shaped) return;
  builder.tables.push(shaped.table);
  builder.warnings.push(...(shaped.table.notes ?? []));
}
