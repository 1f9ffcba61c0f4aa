import type { ParsedTable } from '../../ingestion/parsers/parsed-document.js';
import { readNumber } from '../../common/numbers.js';
import { folded, textOf } from './typed-table.js';

const TOTAL =
  /^(?:(?:grand |sub)?totals?|sum|summe|gesamt(?:summe|betrag)?|insgesamt|zwischensumme|somme|total general|totale|suma|soma|totaal)(?: [\p{L}]+)?:?$/u;

/** A table without a last row of totals, which sums would count once more; a note says so. */
export function withoutTotals(table: ParsedTable): ParsedTable {
  const last = table.rows.at(-1);
  const name = textOf(last?.find((cell) => textOf(cell) !== ''));
  const hasNumber = last?.some((cell) => typeof cell === 'number' || readNumber(textOf(cell)) !== null);
  if (!last || table.rows.length < 3 || !hasNumber || !TOTAL.test(folded(name))) return table;
  const note = `The last row, "${name}", was not counted.`;
  return { ...table, rows: table.rows.slice(0, -1), notes: [...(table.notes ?? []), note] };
}
