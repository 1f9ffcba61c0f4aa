import { ADDED_UP, CARRIES_ON, COMPARES, MEASURE_WORDS, PLACES, ROWS, SUPERLATIVES, TOP } from './lexicon.js';
import { buildPlan, isMeant } from './build-plan.js';
import type { Parts } from './plan-parts.js';
import { findRanges } from './ranges.js';
import { findEmpty } from './empty-cells.js';
import { findFlags, findStock } from './flags.js';
import { findColumns, findComparisons, findPeriods, findValues, type Mention } from './mentions.js';
import { QuestionWords, stemOf, type Word } from './question-words.js';
import type { Filter, TablePlan } from './table-plan.js';
import { folded, typedColumns, type FileTable, type TypedColumn } from './typed-table.js';

/** A question parsed against one table. */
export interface Reading {
  table: FileTable;
  plan: TablePlan;
  /** Content words that the plan does not cover. */
  unused: string[];
  /** A message instead of a result, about a missing column or value. */
  lacking: string | null;
  /** Columns, values and names of the table that the question names; the table with the most is meant. */
  evidence: number;
  coverage: number;
  /** Whether a model made the plan, which may cover words that the rules do not. */
  isByModel?: boolean;
}

/** A question with a smaller share of words about the table is about something else. */
const SURE = 0.6;
const PREPOSITION = /\b(?:in|of|for|from|at|by|with|to|von|fur|aus|bei)\s+(?:the\s+|der\s+|dem\s+)?$/;
const VALUES_NAMED = 8;
const ONE_AMOUNT =
  /^\W*(?:how much|wie viel|wie hoch) (?:is|was|costs?|ist|war|kostet)\b(?!.*\b(?:total|sum|all|altogether|together|overall|gesamt\w*|summe|insgesamt)\b)/;
const MIN_ROOT = 5;
const BY_PERIOD = /\b(?:per|by|each|every|je|pro|nach)\s+(?:year|month|quarter|jahr|monat|quartal)\b/;

/**
 * Parses a question against a table.
 * @param before the plan of the question before, for one that only changes it
 * @returns null when it asks for nothing of this table
 */
export function readQuestion(
  message: string,
  table: FileTable,
  before: TablePlan | null = null,
): Reading | null {
  const question = new QuestionWords(message);
  const columns = typedColumns(table);
  const carries = before !== null && question.take(CARRIES_ON) !== null;
  const whole = question.find(folded(table.file));
  if (whole) question.use(whole.at, whole.end);
  const fileWords = namedWords(question, table);
  const named = Number(whole !== null) * 3 + fileWords.length * 0.25;
  const stock = findStock(question, columns, table);
  const mentions = findColumns(question, columns);
  const ranges = findRanges(question, mentions, columns);
  const filters = findComparisons(question, mentions, columns);
  const top = question.take(TOP)?.[1];
  const place = PLACES.find(([pattern]) => question.take(pattern))?.[1];
  const superlative = findSuperlative(question);
  const values = [...stock, ...findValues(question, mentions, table, columns)];
  const periods = findPeriods(question, columns);
  const measure = findMeasure(question, mentions, values);
  for (const word of fileWords) word.used = true;
  const rowWords = measure === 'count' ? useRowWords(question, columns) : 0;
  const conditionsFound = [...ranges.filters, ...filters, ...values, ...(periods ?? [])];
  const flags = findFlags(question, mentions, table, measure, conditionsFound);
  const empty = findEmpty(question, mentions, [...conditionsFound, ...flags]);
  const parts: Parts = {
    question,
    columns,
    mentions,
    filters: [...conditionsFound, ...flags, ...empty],
    ranges: ranges.filters,
  };
  const asksRows = ROWS.test(question.text) && (measure === 'count' || measure === 'sum');
  const isHinted = superlative?.some(([, , hint]) => hint && columns.some((column) => isMeant(column, hint)));
  const isInTime = ranges.filters.length > 0 || ranges.lacking !== null;
  const evidence =
    Number(isHinted ?? false) +
    mentions.length +
    values.length * 2 +
    empty.length * 2 +
    rowWords +
    named * 2 +
    (periods?.length ?? 0) +
    Number(isInTime) +
    Number(asksRows) +
    Number(measure === 'columns') * 2 +
    Number(carries);
  const conditions =
    mentions.length +
    values.length +
    empty.length +
    (periods?.length ?? 0) +
    Number(isInTime) +
    Number(BY_PERIOD.test(question.text)) * (fileWords.length > 0 ? 2 : 1) +
    Number(COMPARES.test(question.text) && values.some((filter) => filter.values.length > 1));
  // A period or an operation alone is of any table.
  const hasTopic =
    mentions.length + values.length + empty.length + named + rowWords > 0 || carries || isHinted;
  if (!hasTopic && question.unused.length > 0) return null;
  if (evidence === 0 || (!measure && !superlative && !carries && conditions < 2)) return null;
  const built = buildPlan(parts, measure, superlative, top === undefined ? null : Number(top), named > 0);
  const plan = {
    ...carriedOn(built.plan, carries ? before : null, parts, measure !== null || superlative !== null),
    ...(place && built.plan.order && { place }),
    ...(built.isBothEnds && { isBothEnds: true }),
    table: table.name,
  };
  if (named === 0 && asksOneAmount(question, built.plan)) return null;
  const lacking =
    periods === null
      ? noDates(question, table)
      : (ranges.lacking ?? built.lacking ?? lackingValue(parts, table));
  const left = findUnusedColumns(plan, parts);
  const { coverage } = question;
  if (
    coverage < SURE &&
    !(carries && lacking === null && coverage >= 0.5) &&
    !(lacking && values.length + mentions.length + named > 0 && coverage >= 0.4)
  )
    return null;
  return {
    table,
    plan,
    lacking,
    evidence,
    coverage,
    unused: [...question.unused.map(({ text }) => text), ...left],
  };
}

/** "How much is the battery?" asks for one price, not for the sum of a column; "how much is the revenue" for a sum. */
const asksOneAmount = ({ text }: QuestionWords, { measure, filters, groupBy, column }: TablePlan) =>
  measure === 'sum' &&
  filters.length === 0 &&
  groupBy === null &&
  ONE_AMOUNT.test(text) &&
  !ADDED_UP.test(folded(column ?? ''));

/** Words for the rows of a table that begin the name of a column: the "Buchungen" of the column `Buchungstag`. */
function useRowWords(question: QuestionWords, columns: readonly TypedColumn[]): number {
  const names = columns.flatMap(({ name }) => folded(name).split(/[^\p{L}]+/u));
  const found = question.unused.filter(({ stem }) => {
    const root = stem.replace(/(?:en|e|s)$/, '');
    return (
      root.length >= MIN_ROOT && names.some((name) => name.length > root.length && name.startsWith(root))
    );
  });
  for (const word of found) word.used = true;
  return found.length;
}

/** The operation that is asked for; "share of Ropes" asks for a cell where a column is called so. */
function findMeasure(question: QuestionWords, mentions: readonly Mention[], values: readonly Filter[]) {
  const found = MEASURE_WORDS.find(([measure, pattern]) => {
    const match = pattern.exec(question.text);
    const isColumn =
      match !== null &&
      values.length > 0 &&
      (measure === 'share' || measure === 'change') &&
      mentions.some(({ at, end }) => at === match.index && end === match.index + match[0].length);
    return match !== null && !isColumn && question.take(pattern) !== null;
  });
  return found?.[0] ?? null;
}

/** Columns of numbers that a question names and its plan makes no use of: "the total of units and revenue". */
function findUnusedColumns(
  { measure, column, other, groupBy, filters }: TablePlan,
  { mentions }: Parts,
): string[] {
  if (['rows', 'columns', 'count', 'distinct'].includes(measure)) return [];
  const used = new Set([column, other, groupBy, ...filters.map((filter) => filter.column)]);
  return mentions.flatMap(({ column: { name, kind } }) =>
    kind === 'number' && !used.has(name) ? [name] : [],
  );
}

/** Words of the file's or the sheet's name that occur in the question. */
function namedWords(question: QuestionWords, { file, name }: FileTable): Word[] {
  const words = folded(`${file.replace(/\.\w+$/, '')} ${name.replace(file, '')}`).match(/\p{L}{3,}/gu) ?? [];
  const known = new Set(words.map(stemOf));
  return question.words.filter((word) => known.has(word.stem) && !word.isFiller);
}

function findSuperlative(question: QuestionWords): (typeof SUPERLATIVES)[number][] | null {
  const found = SUPERLATIVES.filter(([pattern]) => pattern.test(question.text));
  for (const [pattern] of found) question.take(pattern);
  return found.length ? found : null;
}

/** The previous plan with the changes of the question: other values of a column, or another measure. */
function carriedOn(
  plan: TablePlan,
  before: TablePlan | null,
  { filters, mentions }: Parts,
  hasMeasure: boolean,
): TablePlan {
  if (!before) return plan;
  const replaced = new Set(filters.map(({ column }) => column));
  const kept = before.filters.filter(({ column }) => !replaced.has(column));
  const both = [...kept, ...filters];
  if (hasMeasure) return { ...plan, filters: both };
  const numeric = mentions.find(({ column }) => column.kind === 'number')?.column.name;
  const groupBy = plan.groupBy ?? (before.groupBy && !replaced.has(before.groupBy) ? before.groupBy : null);
  return { ...before, filters: both, column: numeric ?? before.column, groupBy };
}

function noDates({ text }: QuestionWords, { file, columns }: FileTable): string {
  const period = /\b(?:1[89]|20|21)\d\d\b/.exec(text)?.[0] ?? 'months';
  return `${file} has no column with years or dates, so I cannot tell ${period} apart. Its columns are ${columns.join(', ')}.`;
}

/** A condition on a value that the table does not have, such as "East" where there are North and South. */
function lackingValue({ question, columns, mentions, filters }: Parts, table: FileTable): string | null {
  for (const word of question.unused) {
    const beside = mentions.find(
      ({ column, at, end }) =>
        column.kind !== 'number' &&
        ((question.text.slice(word.end, at).trim() === '' && word.end <= at) ||
          (end <= word.at && question.text.slice(end, word.at).trim() === '')),
    );
    // "How many employees work in York" has its condition.
    const isBeside = beside !== undefined && (filters.length === 0 || word.isName);
    const isCondition = isBeside || word.isName || PREPOSITION.test(question.text.slice(0, word.at));
    if (!isCondition) continue;
    const column =
      beside?.column ??
      columns.find(({ kind, values }) => kind === 'text' && new Set(values).size <= VALUES_NAMED * 4);
    const known = column ? knownValues(table, column.name) : '';
    const where = beside
      ? `The column ${beside.column.name} of ${table.file} has no “${word.text}”`
      : `${table.file} has no “${word.text}”`;
    return `${where}, so I cannot compute that.${known && ` ${column!.name} has ${known}.`}`;
  }
  return null;
}

function knownValues(table: FileTable, column: string): string {
  const index = table.columns.indexOf(column);
  const values = [...new Set(table.rows.map((row) => String(row[index] ?? '').trim()).filter(Boolean))];
  const more = values.length - VALUES_NAMED;
  return values.slice(0, VALUES_NAMED).join(', ') + (more > 0 ? ` and ${more} more` : '');
}
