/** Units of one kind, each as a multiple of the smallest: 800 g are 0.8 kg. */
const FAMILIES: readonly Record<string, number>[] = [
  { mg: 1, g: 1e3, kg: 1e6, t: 1e9 },
  { mm: 1, cm: 10, m: 1e3, km: 1e6 },
  { ml: 1, cl: 10, l: 1e3 },
  { 'm²': 1, ha: 1e4, 'km²': 1e6 },
  { ms: 1, s: 1e3, min: 6e4, h: 3.6e6 },
  { kB: 1, MB: 1e3, GB: 1e6, TB: 1e9 },
  { W: 1, kW: 1e3, MW: 1e6 },
  { Wh: 1, kWh: 1e3, MWh: 1e6 },
  { Hz: 1, MHz: 1e6, GHz: 1e9 },
];
/** Spellings of a unit in questions and in columns of units, normalised. */
const SPELLINGS: readonly [unit: string, RegExp][] = [
  ['€', /^(?:eur|euros?)$/],
  ['$', /^(?:usd|us\$|(?:us )?dollars?|dolares|dollari)$/],
  ['£', /^(?:gbp|pounds?|pfund)$/],
  ['¥', /^(?:jpy|yen)$/],
  ['CHF', /^(?:chf|fr\.?|franken|swiss francs?|francs suisses)$/],
  ['%', /^(?:percent|prozent)$/],
  ['kg', /^(?:kilos?|kilograms?|kilogramm|kilogrammes?)$/],
  ['g', /^(?:grams?|gramm|grammes?)$/],
  ['t', /^(?:tons?|tonnes?|tonnen)$/],
  ['km', /^(?:kilomet(?:er|re)s?|kilometern)$/],
  ['m', /^(?:met(?:er|re)s?|metern)$/],
  ['l', /^(?:lit(?:er|re)s?|litern)$/],
  ['min', /^(?:minutes?|minuten)$/],
  ['h', /^(?:hours?|stunden?)$/],
  ['s', /^(?:seconds?|sekunden?)$/],
];

/** The numbers of a column with their units. */
interface Measured {
  values: (number | null)[];
  units: string[];
  unitOf?: readonly (string | null)[];
}

/** One spelling for each unit: `EUR` and `euros` are `€`. */
export function canonicalUnit(unit: string): string {
  const plain = unit.trim().toLowerCase();
  return (
    SPELLINGS.find(([name, words]) => name.toLowerCase() === plain || words.test(plain))?.[0] ?? unit.trim()
  );
}

/** What a number of one unit is to be multiplied with to be of the other; null where they are of two kinds. */
export function factorBetween(from: string, to: string): number | null {
  const [a, b] = [canonicalUnit(from), canonicalUnit(to)];
  if (a === b) return 1;
  const family = FAMILIES.find((units) => units[a] !== undefined && units[b] !== undefined);
  return family ? family[a]! / family[b]! : null;
}

/** The numbers of a column in one unit, where theirs are of one kind; else with the unit of each. */
export function inOneUnit(values: readonly (number | null)[], written: readonly (string | null)[]): Measured {
  const unitOf = written.map((unit) => (unit === null ? null : canonicalUnit(unit)));
  const units = [...new Set(unitOf.flatMap((unit) => unit ?? []))];
  const [first] = units;
  if (units.length < 2 || first === undefined)
    return { values: [...values], units: [...new Set(written.flatMap((unit) => unit ?? []))].slice(0, 1) };
  const factors = unitOf.map((unit) => (unit === null ? null : factorBetween(unit, first)));
  const isOneKind = values.every((value, i) => value === null || factors[i] !== null);
  if (!isOneKind) return { values: [...values], units, unitOf };
  const converted = values.map((value, i) => (value === null ? null : round(value * factors[i]!)));
  return { values: converted, units: [first] };
}

/** Products of decimal fractions have rounding errors. */
const round = (value: number) => Number(value.toPrecision(12));
