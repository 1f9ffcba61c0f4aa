import type { Cell, ParsedTable } from '../../ingestion/parsers/parsed-document.js';
import { readNumber } from '../../common/numbers.js';
import { folded, textOf } from './typed-table.js';

const TOTAL =
  /^(?:(?:grand |sub)?totals?|sum|summe|gesamt(?:summe|betrag)?|insgesamt|zwischensumme|(?:sous-?)?total|somme|total general|totale|sub ?totale?|suma|soma|totaal|subtotaal)(?: [\p{L}]+)?:?$/u;
/** Begins the name of a row of totals as well, where its numbers are those sums. */
const BEGINS =
  /^(?:(?:grand |sub-?)?totals?|sum|summe|gesamt|zwischensumme|sous-?total|somme|totale|suma|soma|totaal)\b/;
const AVERAGE = /^(?:average|avg\.?|mean|durchschnitt|mittelwert|ø|moyenne|promedio|media|gemiddelde):?$/;
const TOLERANCE = 0.011;

/** A table without its rows of totals, subtotals and averages, which sums would count once more; a note says so. */
export function withoutTotals(table: ParsedTable): ParsedTable {
  const { rows } = table;
  if (rows.length < 3) return table;
  const numbers = rows.map((row) => row.map((cell, i) => numberOf(cell, table.decimalMarks?.[i])));
  const left = new Set<number>();
  let from = 0;
  for (const [at, row] of rows.entries()) {
    const label = folded(textOf(row.find((cell) => textOf(cell) !== '')));
    const isNumeric = (numbers[at] ?? []).some((value) => value !== null);
    const isLast = at === rows.length - 1;
    const isSum = () => addsUp(numbers, [from, 0], at, left);
    const isTotal =
      isNumeric &&
      ((TOTAL.test(label) && (isLast || isSum())) ||
        (BEGINS.test(label) && isSum()) ||
        (isLast && isUnnamed(row) && isSum()));
    const isAverage = AVERAGE.test(label) && isNumeric && at >= 2 && left.size + 2 <= at;
    if (!isTotal && !isAverage) continue;
    left.add(at);
    from = at + 1;
  }
  if (left.size === 0) return table;
  const names = [...left].map((at) => textOf(rows[at]!.find((cell) => textOf(cell) !== '')));
  const last = left.size === 1 && left.has(rows.length - 1);
  const note = last
    ? `The last row, "${names[0]}", was not counted.`
    : `Rows of totals were not counted: ${[...new Set(names)].map((name) => `"${name}"`).join(', ')}.`;
  return { ...table, rows: rows.filter((_, at) => !left.has(at)), notes: [...(table.notes ?? []), note] };
}

const numberOf = (cell: Cell | undefined, mark: '.' | ',' | undefined) =>
  typeof cell === 'number' ? cell : typeof cell === 'string' ? (readNumber(cell, mark)?.value ?? null) : null;

/** The cells of the names are empty, and those of the numbers are not. */
const isUnnamed = (row: readonly Cell[]) => {
  const filled = row.filter((cell) => textOf(cell) !== '');
  return (
    filled.length < row.length &&
    filled.every((cell) => typeof cell !== 'boolean' && readNumber(textOf(cell)) !== null)
  );
};

/** Whether the numbers of a row are sums of those above it, from one of some rows on, totals left out. */
function addsUp(
  numbers: readonly (number | null)[][],
  starts: readonly number[],
  at: number,
  left: ReadonlySet<number>,
): boolean {
  return starts.some((from) => {
    const above = numbers.slice(from, at).filter((_, i) => !left.has(from + i));
    const checked = (numbers[at] ?? []).flatMap((value, column) => {
      const parts = above.flatMap((row) => row[column] ?? []);
      if (value === null || parts.length < 2) return [];
      return Math.abs(parts.reduce((sum, part) => sum + part, 0) - value) < TOLERANCE;
    });
    return checked.length > 0 && checked.filter(Boolean).length * 2 >= checked.length;
  });
}
