import { readNumber } from '../../../common/numbers.js';
import { isForm } from '../column-words.js';
import { WITHOUT } from '../lexicon.js';
import { only, type Mention } from '../mentions.js';
import type { QuestionWords, Word } from '../question-words.js';
import type { Filter } from '../table-plan.js';
import { folded, textOf, type FileTable, type TypedColumn } from '../typed-table.js';

/** Values of a column a question is looked through for. */
const MAX_VALUES = 5_000;
/** Shorter values are not looked for in other forms. */
const MIN_FORM = 4;

interface Known {
  column: TypedColumn;
  /** Normalised. */
  value: string;
  shown: string;
}

/**
 * Names of several words, which are looked for before anything else: the "Runners" of the club "City Runners" do not
 * name the column `Runner`.
 */
export function findNames(
  question: QuestionWords,
  table: FileTable,
  columns: readonly TypedColumn[],
): Filter[] {
  const filters: Filter[] = [];
  const names = new Set(columns.map(({ name }) => folded(name)));
  for (const { column, value, shown } of knownValues(table, columns)) {
    if (!value.includes(' ') || names.has(value)) continue;
    const place = question.find(value);
    if (!place || question.isFiller(place)) continue;
    question.use(place.at, place.end);
    add(filters, column, takeLeftOut(question, place.at), shown);
  }
  return filters;
}

/**
 * Values of text columns that occur in the question, longest first, and numbers right behind a column's name.
 * @param names those that are found already
 */
export function findValues(
  question: QuestionWords,
  mentions: readonly Mention[],
  table: FileTable,
  columns: readonly TypedColumn[],
  names: readonly Filter[],
): Filter[] {
  const filters = names.map((filter) => ({ ...filter, values: [...filter.values] }));
  const known = knownValues(table, columns);
  for (const { column, value, shown } of known) {
    const place = question.find(value);
    if (!place || !mayBeValue(question, place, value, column, mentions)) continue;
    question.use(place.at, place.end);
    add(filters, column, takeLeftOut(question, place.at), shown);
  }
  for (const { column, end } of mentions) {
    const number = /^\s*(?:no\.?|nr\.?|number|#|is|=|of)?\s*(-?\d+(?:[.,]\d+)?)(?![\p{L}\p{N}])/u.exec(
      question.text.slice(end),
    );
    const value = readNumber(number?.[1] ?? '')?.value;
    if (!number || value === undefined || column.kind === 'date') continue;
    if (isYearOf(columns, number[1]!) && !column.values.includes(value)) continue;
    const at = end + number[0].length - number[1]!.length;
    if (question.words.some((word) => word.at === at && word.used)) continue;
    question.use(at, at + number[1]!.length);
    add(filters, column, takeLeftOut(question, at), value);
  }
  for (const word of question.unused) {
    const found = inOtherForm(word, known);
    if (!found) continue;
    word.used = true;
    add(filters, found.column, takeLeftOut(question, word.at), found.shown);
  }
  return filters;
}

/** The value of one word that a word of the question is a form of: "tool" of `Tools`, "schwarze" of `schwarz`. */
function inOtherForm(word: Word, known: readonly Known[]): Known | null {
  const forms = known.filter(
    ({ value }) => value.length >= MIN_FORM && /^\p{L}+$/u.test(value) && isForm(value, word.text),
  );
  return only(forms);
}

/** "Sales 2030" asks for a year where the table has dates of it. */
const isYearOf = (columns: readonly TypedColumn[], number: string): boolean =>
  columns.some(
    ({ kind, values }) =>
      (kind === 'date' || kind === 'year') && values.some((value) => String(value ?? '').startsWith(number)),
  ) && /^\d{4}$/.test(number);

/** Whether a value stands behind words that leave it out, which are matched as well. */
export function takeLeftOut(question: QuestionWords, at: number): boolean {
  const match = WITHOUT.exec(question.text.slice(0, at));
  const [first] = match?.[0].split(' ') ?? [];
  if (match && first) question.use(match.index, match.index + first.length);
  return match !== null;
}

function add(filters: Filter[], column: TypedColumn, isOut: boolean, value: string | number): void {
  const test = isOut ? 'is not' : 'is';
  const same = filters.find((filter) => filter.column === column.name && filter.test === test);
  if (same) same.values.push(value);
  else filters.push({ column: column.name, test, values: [value] });
}

const BETWEEN_NAME_AND_VALUE = /^\s*(?:(?:no|nr)\.?|number|#|is|=|:)?\s*$/;
const BETWEEN_VALUES = /^[\s\d,]*(?:(?:and|or|und|oder|et|ou|y|e|&)\s+)?$/;

const BEFORE_LETTER =
  /\b(?:for|of|in|with|is|are|without|except|and|fur|von|mit|bei|ohne|pour|de|avec|para|con)\s+$/;

/** A letter, a number or a small word is a value only beside its column's name, or written as a name. */
function mayBeValue(
  question: QuestionWords,
  { at, end }: { at: number; end: number },
  value: string,
  { name, values }: TypedColumn,
  mentions: readonly Mention[],
): boolean {
  const words = question.words.filter((word) => word.at >= at && word.end <= end);
  if (words.length === 0 || words.some(({ used }) => used)) return false;
  const isPlain = value.length > 1 && !words.every(({ isFiller }) => isFiller) && !/^\d+$/.test(value);
  if (isPlain) return true;
  const isBeside = (mention: Mention) => {
    if (mention.end > at) return end <= mention.at && question.text.slice(end, mention.at).trim() === '';
    const between = question.text.slice(mention.end, at);
    return BETWEEN_NAME_AND_VALUE.test(between) || BETWEEN_VALUES.test(between);
  };
  const besides = mentions.some((mention) => mention.column.name === name && isBeside(mention));
  // "For f" of a column of `f` and `m`.
  const isOfLetters =
    /^\p{L}$/u.test(value) &&
    !words.some(({ isFiller }) => isFiller) &&
    values.every((each) => each === null || String(each).length <= 2) &&
    BEFORE_LETTER.test(question.text.slice(0, at));
  return besides || isOfLetters || (words.every(({ isName }) => isName) && value !== 'i');
}

/** Folded and sorted once for each table. */
const KNOWN = new WeakMap<FileTable, readonly Known[]>();

/** The values of the columns of text and ids, and words among numbers such as "absent", longest first. */
function knownValues(table: FileTable, columns: readonly TypedColumn[]): readonly Known[] {
  const kept = KNOWN.get(table);
  if (kept) return kept;
  const known = columns
    .flatMap((column, i) =>
      column.kind === 'date' || column.kind === 'year'
        ? []
        : [...valuesOf(table, i, column.kind === 'number')].map(([value, shown]) => ({
            column,
            value,
            shown,
          })),
    )
    .sort((a, b) => b.value.length - a.value.length);
  KNOWN.set(table, known);
  return known;
}

/** Values of a column, normalised for comparison, with their spelling. */
function valuesOf(table: FileTable, column: number, isOfNumbers: boolean): Map<string, string> {
  const values = new Map<string, string>();
  for (const row of table.rows) {
    if (values.size >= MAX_VALUES) break;
    const text = textOf(row[column]);
    if (isOfNumbers && !/^\p{L}{3,}$/u.test(text)) continue;
    if (/[\p{L}\p{N}]/u.test(text) && text.length <= 80) values.set(folded(text), text);
  }
  return values;
}
