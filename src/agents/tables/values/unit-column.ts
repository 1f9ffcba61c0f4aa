import type { ParsedTable } from '../../../ingestion/parsers/parsed-document.js';
import { normalise } from '../../../search/normalise.js';
import { canonicalUnit } from './units.js';

const CURRENCY = /^(?:currency|curr|ccy|wahrung|devise|moneda|moeda|valuta)$/;
const UNIT = /^(?:units?|uom|unit of measure|einheit|unite|unidad|unita|unidade|eenheid)$/;
/** Columns of money and of quantities; a table may have both. */
const MONEY =
  /price|cost|amount|total|sum|revenue|sales|net|gross|fee|pay|salary|budget|balance|value|preis|kosten|betrag|umsatz|gehalt|summe|montant|prix|importe|precio|importo|prezzo|valor|saldo/;
const QUANTITY =
  /quantity|qty|amount|weight|volume|value|menge|gewicht|wert|quantite|cantidad|quantita|quantidade/;
const MAX_LENGTH = 10;
const MAX_UNITS = 12;

/** The part of a typed column that is looked at here. */
interface Column {
  name: string;
  kind: string;
  units: string[];
  unitOf?: readonly (string | null)[];
  unitColumn?: string;
}

/** Columns of numbers get their units from a column of currencies or of units beside them. */
export function withColumnOfUnits<C extends Column>(columns: C[], table: ParsedTable): C[] {
  const at = columns.findIndex(({ kind, name }) => kind === 'text' && isOfUnits(normalise(name)));
  if (at < 0) return columns;
  const cells = table.rows.map((row) => {
    const text = String(row[at] ?? '').trim();
    return text === '' ? null : canonicalUnit(text);
  });
  const units = [...new Set(cells.flatMap((unit) => unit ?? []))];
  if (units.length === 0 || units.length > MAX_UNITS || units.some((unit) => unit.length > MAX_LENGTH))
    return columns;
  const { name: unitColumn } = columns[at]!;
  const names = CURRENCY.test(normalise(unitColumn)) ? MONEY : QUANTITY;
  const free = columns.filter(({ kind, units: own }) => kind === 'number' && own.length === 0);
  const named = free.filter(({ name }) => names.test(normalise(name)));
  const measured = new Set(named.length > 0 ? named : free.length === 1 ? free : []);
  return columns.map((column) =>
    measured.has(column)
      ? { ...column, units, unitColumn, ...(units.length > 1 && { unitOf: cells }) }
      : column,
  );
}

const isOfUnits = (name: string) => CURRENCY.test(name) || UNIT.test(name);
