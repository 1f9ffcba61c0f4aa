import { stems } from '../../adapters/chat-model/extract.js';
import type { ParsedTable } from '../../ingestion/parsers/parsed-document.js';
import { folded, isNumeric, numberOf, textOf } from './cells.js';
import type { Filter, TableQuery } from './table-query.js';

/** A query with what speaks for it. */
export interface ReadQuestion {
  query: TableQuery;
  /** Columns and values of the table that the question names; the table with the most is meant. */
  evidence: number;
}

/** A question of which less is about the table than this share of its words asks for something else. */
const SURE = 0.5;

/** A column the question names, and where. */
interface Mention {
  column: string;
  at: number;
  numeric: boolean;
}

const MEASURES: [TableQuery['measure'], RegExp][] = [
  ['average', /\b(?:average|mean|avg)\b/],
  ['median', /\bmedian\b/],
  ['count', /\b(?:how many|number of|count)\b/],
  ['maximum', /\b(?:highest|largest|most|maximum|max|biggest|greatest|longest|top|best)\b/],
  ['minimum', /\b(?:lowest|smallest|least|minimum|min|fewest|shortest|cheapest|bottom)\b/],
  ['sum', /\b(?:total|sum|altogether|overall|combined|how much)\b/],
];
const NUMBER = '(-?\\d[\\d.,]*)';
const COMPARISONS: [Filter['test'], RegExp][] = [
  ['>=', new RegExp(`(?:\\bat least|\\bno less than|>=|≥)\\s*${NUMBER}`)],
  ['<=', new RegExp(`(?:\\bat most|\\bno more than|\\bup to|<=|≤)\\s*${NUMBER}`)],
  [
    '>',
    new RegExp(
      `(?:\\b(?:more|greater|higher|larger) than|\\bover|\\babove|\\bexceed(?:s|ing)?|>)\\s*${NUMBER}`,
    ),
  ],
  ['<', new RegExp(`(?:\\b(?:less|fewer|lower|smaller) than|\\bunder|\\bbelow|<)\\s*${NUMBER}`)],
];
const PER = /\b(?:per|by|for each|for every|in each|of each|each|every)\s+$/;
const TOP = /\b(?:top|first|bottom|best|worst|highest|lowest)\s+(\d{1,2})\b/;
const PERIOD = /year|month|quarter|date|day|week|period/;
/** Looked through for the values of a column that a question names. */
const MAX_VALUES = 2_000;

/** Reads a question as a query of a table, without a model. @returns null when it asks for nothing the table has */
export function readQuestion(question: string, table: ParsedTable): ReadQuestion | null {
  const text = ` ${folded(question)} `;
  const mentions = findColumns(text, table);
  const compared = readComparisons(text, table, mentions);
  const named = readValues(text, table);
  const filters = [...compared, ...named];
  const evidence = mentions.length + filters.length;
  const [wanted, wording] = MEASURES.find(([, pattern]) => pattern.test(text)) ?? [];
  if (coverage(text, mentions, filters, wording?.exec(text)?.[0]) < SURE) return null;
  if (evidence === 0 || (!wanted && (mentions.length === 0 || named.length === 0))) return null;

  const filtered = new Set(filters.map(({ column }) => column));
  const measured = measuredColumn(table, mentions, filtered);
  const grouped =
    mentions.find(({ at, column }) => PER.test(text.slice(0, at)) && column !== measured)?.column ?? null;
  const top = Number(TOP.exec(text)?.[1]) || null;
  const base: TableQuery = {
    table: table.name,
    filters,
    groupBy: grouped ?? several(named),
    // "How many hours of downtime" asks for the hours, not for rows.
    measure: wanted === 'count' && counts(mentions, filtered, measured) ? 'sum' : (wanted ?? 'rows'),
    column: measured,
    order: wanted === 'minimum' ? 'ascending' : wanted ? 'descending' : null,
    limit: top,
  };
  const query = wanted === 'maximum' || wanted === 'minimum' ? bestOf(base, table, mentions, top) : base;
  const needsColumn = !['rows', 'count'].includes(query.measure);
  return needsColumn && query.column === null ? null : { query, evidence };
}

/** Whether the column that could be measured is named for its own sake, not only to filter by it. */
const counts = (mentions: readonly Mention[], filtered: ReadonlySet<string>, measured: string | null) =>
  measured !== null && !filtered.has(measured) && mentions.some(({ column }) => column === measured);

/** The share of a question's words that columns, values and the measure account for. */
function coverage(
  text: string,
  mentions: readonly Mention[],
  filters: readonly Filter[],
  measure = '',
): number {
  const known = [
    ...mentions.map(({ column }) => plainName(column)),
    ...filters.flatMap(({ values }) => values.map(String)),
    ...COMPARISONS.map(([, pattern]) => pattern.exec(text)?.[0] ?? ''),
    ...(TOP.exec(text) ?? []),
    measure,
    'row rows compare',
  ];
  const accounted = stems(folded(known.join(' ')));
  const asked = stems(text);
  return asked.size ? [...asked].filter((stem) => accounted.has(stem)).length / asked.size : 0;
}

/** "Which region sold most": rows where a name stands once, sums of its rows where it stands often. */
function bestOf(
  query: TableQuery,
  table: ParsedTable,
  mentions: readonly Mention[],
  top: number | null,
): TableQuery {
  const subject =
    mentions.find(
      ({ column, numeric }) => (!numeric || PERIOD.test(folded(column))) && column !== query.column,
    )?.column ?? null;
  if (query.groupBy !== null && top === null && subject === query.groupBy) return query;
  if (subject === null) return top === null ? query : { ...query, measure: 'rows', limit: top };
  return isKey(table, subject)
    ? { ...query, measure: 'rows', groupBy: null, limit: top ?? 1 }
    : { ...query, measure: query.column ? 'sum' : 'count', groupBy: subject, limit: top ?? 1 };
}

function findColumns(text: string, table: ParsedTable): Mention[] {
  const words = [...text.matchAll(/[\p{L}\p{N}]+/gu)].map(({ 0: word, index }) => ({
    stem: [...stems(word)][0],
    index,
  }));
  const found = table.columns.flatMap((column, i) => {
    const wanted = [...stems(plainName(column))];
    const places = wanted.map((stem) => words.find((word) => word.stem === stem)?.index);
    // A long name such as "Energy MWh" is named by its first word.
    const isNamed =
      places[0] !== undefined && places.filter((at) => at !== undefined).length * 2 >= wanted.length;
    return isNamed ? [{ column, at: places[0]!, numeric: isNumeric(table, i) }] : [];
  });
  return found.sort((a, b) => a.at - b.at);
}

/** The words of a column's name, without its unit in brackets. */
const plainName = (column: string) =>
  (column.replace(/[([].*$/, '').trim() || column)
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .replace(/[^\p{L}\p{N}]+/gu, ' ');

function readComparisons(text: string, table: ParsedTable, mentions: readonly Mention[]): Filter[] {
  const numeric = numericColumns(table);
  return COMPARISONS.flatMap(([test, pattern]) => {
    const match = pattern.exec(text);
    const value = numberOf(match?.[1]?.replace(/[.,]$/, ''));
    if (!match || value === null) return [];
    const before = mentions.findLast((mention) => mention.numeric && mention.at < match.index);
    const column = before?.column ?? mentions.find((mention) => mention.numeric)?.column ?? only(numeric);
    return column ? [{ column, test, values: [value] }] : [];
  });
}

/** The values of text and period columns that stand in the question. */
function readValues(text: string, table: ParsedTable): Filter[] {
  return table.columns.flatMap((column, i): Filter[] => {
    const isPeriod = PERIOD.test(folded(column));
    if (isNumeric(table, i) && !isPeriod) return [];
    const values = new Map<string, string>();
    for (const row of table.rows) {
      if (values.size >= MAX_VALUES) break;
      const value = textOf(row[i]);
      if (value) values.set(folded(value), value);
    }
    const found = [...values].filter(
      ([value]) => value.length > 1 && stems(value).size > 0 && holds(text, value),
    );
    if (found.length) return [{ column, test: 'is', values: found.map(([, value]) => value) }];
    const part = isPeriod && [...text.matchAll(/\b(?:19|20)\d\d(?:-\d\d){0,2}\b/g)].map(([value]) => value);
    const known = part ? part.filter((value) => [...values.keys()].some((date) => date.includes(value))) : [];
    return known.length ? [{ column, test: 'contains', values: known }] : [];
  });
}

/** Whether a value stands in a text as words of its own, in the plural too. */
function holds(text: string, value: string): boolean {
  for (let at = text.indexOf(value); at >= 0; at = text.indexOf(value, at + 1)) {
    const after = text.slice(at + value.length).replace(/^'?s(?![\p{L}\p{N}])/u, '');
    if (!/[\p{L}\p{N}]$/u.test(text.slice(0, at)) && !/^[\p{L}\p{N}]/u.test(after)) return true;
  }
  return false;
}

/** The column that is counted up: a named numeric one, else the only one that is no period and no number of rows. */
function measuredColumn(
  table: ParsedTable,
  mentions: readonly Mention[],
  filtered: ReadonlySet<string>,
): string | null {
  const named = mentions.filter(({ numeric, column }) => numeric && !PERIOD.test(folded(column)));
  return (
    named.find(({ column }) => !filtered.has(column))?.column ??
    named[0]?.column ??
    only(numericColumns(table))
  );
}

const numericColumns = (table: ParsedTable) =>
  table.columns.filter(
    (column, i) =>
      isNumeric(table, i) && !PERIOD.test(folded(column)) && !/\bid\b|^no\.?$|^#$/.test(folded(column)),
  );

const only = (columns: readonly string[]) => (columns.length === 1 ? columns[0]! : null);

/** Several values of one column are compared with one another. */
const several = (filters: readonly Filter[]) =>
  filters.find(({ values }) => values.length > 1)?.column ?? null;

function isKey(table: ParsedTable, column: string): boolean {
  const index = table.columns.indexOf(column);
  const values = table.rows.map((row) => folded(textOf(row[index])));
  return new Set(values).size === values.length;
}
