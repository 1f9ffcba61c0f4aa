import { normalise } from '../../search/normalise.js';
import { readNumber } from '../../common/numbers.js';
import type { Cell, ParsedTable } from '../../ingestion/parsers/parsed-document.js';
import { readDates } from './time/dates.js';
import { inOneUnit } from './values/units.js';
import { withColumnOfUnits } from './values/unit-column.js';

/** A table with the file it comes from. */
export interface FileTable extends ParsedTable {
  file: string;
  /** The attachment, where there is one. */
  fileId?: string;
}

/** A typed column; `values` has one for each row, null where the cell is not of the type. */
export interface TypedColumn {
  name: string;
  /** `year` is a number too, but years are not added up; an `id` is neither added up nor compared. */
  kind: 'number' | 'year' | 'id' | 'date' | 'text';
  /** Numbers; dates as `2024-03-01`; normalised text. */
  values: (number | string | null)[];
  /** The units of its numbers, such as `$` or `%`; each once. */
  units: string[];
  /** The unit of each number, where the column has several. */
  unitOf?: readonly (string | null)[];
  /** Another column that holds the units. */
  unitColumn?: string;
  /** Of dates such as `1/2/2031`: whether that is the first of February. */
  isDayFirst?: boolean;
  /** A date that may be read both ways. */
  unclear?: string;
}

const DOLLARS = /^[-(]?\$/;
/** The share of filled cells that must be of the type of a column. */
const NEARLY_ALL = 0.9;
/** Written into cells that have no number. */
const MISSING =
  /^(?:n\/?a|[-–—?]+|none|null|nil|absent|missing|unknown|tbd|abs\.?|k\.? ?a\.?|keine angabe|fehlt|abwesend|n\.?d\.?|s\/d)$/i;
const YEAR_NAME = /\b(?:year|jahr|ano|año|année|anno|fy)\b/;
/** Numbers of rooms and the like only distinguish them. */
const PLACE_NAME =
  /^(?:room|table|desk|gate|bin|aisle|zone|floor|class|group|week|raum|zimmer|tisch|etage|klasse|gruppe|woche|salle|etage|classe|groupe|semaine|sala|mesa|piso|clase|grupo|semana|stanza|tavolo|classe|settimana)(?: (?:no|nr|number))?\.?$/;
const ID_NAME = /(?:^|[ _-])(?:ids?|no|nr|number|code|zip|plz|phone|sku|isbn|ean|gtin|upc|barcode)\.?$|^#$/;

export const textOf = (cell: Cell | undefined): string =>
  cell === null || cell === undefined ? '' : String(cell).trim();

/** Normalises text for comparison: as the search does, and runs of blanks are one. */
export const folded = (text: string): string => oneSpaced(normalise(text));

export const oneSpaced = (text: string): string => text.replace(/\s+/g, ' ').trim();

/** The columns of a table with their inferred types. */
export function typedColumns(table: ParsedTable): TypedColumn[] {
  const isAmerican = table.rows.some((row) => row.some((cell) => DOLLARS.test(textOf(cell))));
  const columns = table.columns.map((name, i): TypedColumn => {
    const cells = table.rows.map((row) => row[i] ?? null);
    const filled = cells.filter((cell) => textOf(cell) !== '').length;
    const missing = cells.filter((cell) => MISSING.test(textOf(cell))).length;
    const enough = (values: readonly unknown[]) => {
      const read = values.filter((value) => value !== null).length;
      return read > 0 && read >= missing && read >= (filled - missing) * NEARLY_ALL;
    };
    const read = cells.map((cell) => numberOf(cell, table.decimalMarks?.[i]));
    const numbers = read.map((number) => number?.value ?? null);
    if (enough(numbers)) {
      const named = numberKind(name, numbers);
      const kind = named === 'number' && i === 0 && isNumbering(numbers) ? 'id' : named;
      return {
        name,
        kind,
        ...inOneUnit(
          numbers,
          read.map((number) => number?.unit ?? null),
        ),
      };
    }
    const counted = countedThings(cells);
    if (counted) return { name, kind: 'number', ...counted };
    const { values, isDayFirst, unclear } = readDates(cells.map(textOf), isAmerican);
    if (enough(values))
      return {
        name,
        kind: 'date',
        values,
        units: [],
        ...(isDayFirst !== null && { isDayFirst }),
        ...(unclear !== null && { unclear }),
      };
    return { name, kind: 'text', values: cells.map((cell) => folded(textOf(cell)) || null), units: [] };
  });
  return withColumnOfUnits(columns, table);
}

const COUNTED = /^([+-]?[\d.,' ]*\d) (\p{L}[\p{L}.]*)$/u;

/** Numbers with one word behind all of them, as in `1 day` and `14 days`; null for other columns. */
function countedThings(cells: readonly Cell[]): Pick<TypedColumn, 'values' | 'units'> | null {
  const units = new Set<string>();
  const values = cells.map((cell) => {
    const [, digits = '', word = ''] = COUNTED.exec(textOf(cell)) ?? [];
    if (word) units.add(word);
    return word ? (readNumber(digits)?.value ?? null) : null;
  });
  const [unit = ''] = [...units].toSorted((a, b) => b.length - a.length);
  const isOne = unit !== '' && [...units].every((word) => unit.startsWith(word.slice(0, 3)));
  const isWhole = cells.every((cell, i) => textOf(cell) === '' || values[i] !== null);
  return isOne && isWhole ? { values, units: [unit] } : null;
}

/** Numbers that only distinguish rows, such as those of orders: whole ones that rise from row to row. */
export const isNumbering = (values: readonly (number | string | null)[]): boolean =>
  values.length > 1 &&
  values.every((value, i) => Number.isInteger(value) && (i === 0 || Number(value) > Number(values[i - 1])));

function numberKind(name: string, values: readonly (number | null)[]): TypedColumn['kind'] {
  const plain = folded(name);
  const isYear = values.every(
    (value) => value === null || (Number.isInteger(value) && value >= 1800 && value <= 2200),
  );
  if (isYear && YEAR_NAME.test(plain)) return 'year';
  const isPlace =
    PLACE_NAME.test(plain) && values.every((value) => value === null || Number.isInteger(value));
  return ID_NAME.test(plain) || isPlace ? 'id' : 'number';
}

function numberOf(cell: Cell, mark: '.' | ',' | undefined): { value: number; unit: string | null } | null {
  if (typeof cell === 'number') return Number.isFinite(cell) ? { value: cell, unit: null } : null;
  return typeof cell === 'string' ? readNumber(cell, mark) : null;
}
