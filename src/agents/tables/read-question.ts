import { ADDED_UP, COMPARES, PLACES, ROWS, TOP, topOf } from './lexicon.js';
import { COMPARED_COLUMNS, COMPARED_VERBS } from './comparisons.js';
import { carriedOn } from './planning/carried-on.js';
import { carriesOn, takeOthers } from './planning/carried-words.js';
import {
  comparesRows,
  findUnusedColumns,
  lackingContext,
  lackingValue,
  noDates,
} from './planning/lacking.js';
import { meantColumn } from './planning/best-plan.js';
import { buildPlan } from './planning/build-plan.js';
import type { Parts } from './planning/plan-parts.js';
import { findRanges } from './ranges.js';
import { findEmpty } from './conditions/empty-cells.js';
import { findFlags, findStock } from './conditions/flags.js';
import { findColumns, findComparisons, findUnits } from './mentions.js';
import { findMeasure, findSuperlative, namedWords, useRowWords } from './question-parts.js';
import { findPeriods } from './conditions/mentioned-periods.js';
import { findNames, findValues } from './conditions/mentioned-values.js';
import { QuestionWords } from './question-words.js';
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
const ONE_AMOUNT =
  /^\W*(?:how much|wie viel|wie hoch) (?:is|was|costs?|ist|war|kostet)\b(?!.*\b(?:total|sum|all|altogether|together|overall|gesamt\w*|summe|insgesamt)\b)/;
const MONTHLY = /\b(?:monthly|yearly|quarterly|annual|daily)\b/;
const BY_PERIOD =
  /\b(?:per|by|each|every|je|pro|nach|par|por)\s+(?:year|month|quarter|day|jahr|monat|quartal|tag|mois|an|annee|jour|mes|ano|dia)\b/;

/**
 * Parses a question against a table.
 * @param before the plan of the question before, for one that only changes it
 * @param today what `last month` counts from
 * @param isContext whether it is an earlier question, of which the conditions alone count too
 * @returns null when it asks for nothing of this table
 */
export function readQuestion(
  message: string,
  table: FileTable,
  before: TablePlan | null = null,
  today = new Date(),
  isContext = false,
): Reading | null {
  const question = new QuestionWords(message);
  const columns = typedColumns(table);
  const carries = before !== null && carriesOn(question, before);
  const whole = question.find(folded(table.file));
  if (whole) question.use(whole.at, whole.end);
  const fileWords = namedWords(question, table);
  const named = Number(whole !== null) * 3 + fileWords.length * 0.25;
  const names = findNames(question, table, columns);
  const stock = findStock(question, columns, table);
  const mentions = findColumns(question, columns);
  const ranges = findRanges(question, mentions, columns, today);
  const comparisons = findComparisons(question, mentions, columns);
  const filters = [...comparisons, ...findUnits(question, columns)];
  const superlative = findSuperlative(question);
  const top = topOf(question.take(TOP));
  const place = PLACES.find(([pattern]) => question.take(pattern))?.[1];
  const values = [...stock, ...findValues(question, mentions, table, columns, names)];
  const asksOthers = carries && takeOthers(question);
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
    asksOthers,
  };
  const asksRows = ROWS.test(question.text) && (measure === 'count' || measure === 'sum');
  const isHinted = superlative?.some(
    ([, , hint]) => hint && meantColumn(hint, columns, mentions) !== undefined,
  );
  const isInTime = ranges.filters.length > 0 || ranges.lacking !== null;
  const evidence =
    Number(isHinted ?? false) +
    mentions.length +
    values.length * 2 +
    empty.length * 2 +
    rowWords +
    named * 2 +
    filters.length +
    (periods?.length ?? 0) +
    Number(isInTime) +
    Number(asksRows) +
    Number(measure === 'columns') * 2 +
    Number(carries);
  const conditions =
    mentions.length +
    values.length +
    empty.length +
    filters.length +
    Number(comparisons.length > 0 && mentions.length === 0 && isSureColumn(question, comparisons, columns)) +
    (periods?.length ?? 0) +
    Number(isInTime) +
    Number(BY_PERIOD.test(question.text)) * (fileWords.length > 0 ? 2 : 1) +
    Number(COMPARES.test(question.text) && values.some((filter) => filter.values.length > 1)) +
    Number(
      values.length > 0 && (isContext || (LOOKS_UP.test(question.text) && question.unused.length === 0)),
    );
  // A period or an operation alone is of any table.
  const hasTopic =
    mentions.length + values.length + empty.length + comparisons.length + named + rowWords > 0 ||
    carries ||
    isHinted;
  if (!hasTopic && question.unused.length > 0) return null;
  // A number alone, with words of something else, is of another table.
  const isNumberOnly = mentions.length + values.length + empty.length + named + rowWords === 0;
  if (isNumberOnly && !carries && !isHinted && question.unused.length > 1) return null;
  // "And who did?" changes nothing of the plan before.
  const isNew =
    measure !== null ||
    superlative !== null ||
    place !== undefined ||
    asksOthers ||
    [BY_PERIOD, MONTHLY].some((words) => words.test(question.text));
  const changesNothing = carries && !isNew && parts.filters.length + mentions.length === 0 && !isInTime;
  if (changesNothing && periods !== null && question.unused.length === 0) return null;
  if (evidence === 0 || (!measure && !superlative && !carries && conditions < 2)) return null;
  const built = buildPlan(parts, measure, superlative, top, named > 0);
  const plan = {
    ...carriedOn(
      built.plan,
      carries ? before : null,
      parts,
      measure !== null || superlative !== null,
      isHinted,
    ),
    ...(place && built.plan.order && { place }),
    ...(built.isBothEnds && { isBothEnds: true }),
    table: table.name,
  };
  if (named === 0 && asksOneAmount(question, built.plan)) return null;
  // What the question does not say, the one before did.
  const isFilled = carries && plan.column !== null && built.plan.column === null;
  const lacking =
    periods === null
      ? noDates(question, table)
      : (ranges.lacking ??
        lackingContext(parts, before) ??
        comparesRows(parts) ??
        (isFilled ? null : built.lacking) ??
        lackingValue(parts, table, plan.measure, changesNothing));
  // The rows as they are answer nothing.
  if (lacking === null && asksNothing(plan) && question.unused.length > 0 && !LISTS.test(question.text))
    return null;
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

/** Asks for the rows of a value: "Who works in IT?" */
const LOOKS_UP = /\b(?:who|which|list|show|wer|welche\w*|zeige?|qui|quels?|quelles?|quien(?:es)?|chi|quem)\b/;
const LISTS = /\b(?:show|list|display|all|zeige?|liste|alle|montre|affiche|tou[ts]|muestra|lista|mostra)\b/;

const asksNothing = ({ measure, filters, order }: TablePlan) =>
  measure === 'rows' && filters.length === 0 && order === null;

/** Whether a comparison without the name of a column says itself which one is meant: `older than 35`, `over 1 kg`. */
const isSureColumn = (
  { text }: QuestionWords,
  comparisons: readonly Filter[],
  columns: readonly TypedColumn[],
): boolean =>
  [...COMPARED_COLUMNS, ...COMPARED_VERBS].some(([words]) => words.test(text)) ||
  comparisons.every(({ column }) => (columns.find(({ name }) => name === column)?.units.length ?? 0) > 0);

/** "How much is the battery?" asks for one price, not for the sum of a column; "how much is the revenue" for a sum. */
const asksOneAmount = ({ text }: QuestionWords, { measure, filters, groupBy, column }: TablePlan) =>
  measure === 'sum' &&
  filters.length === 0 &&
  groupBy === null &&
  ONE_AMOUNT.test(text) &&
  !ADDED_UP.test(folded(column ?? ''));
