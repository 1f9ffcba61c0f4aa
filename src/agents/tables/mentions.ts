import { meansTheSame } from './column-words.js';
import type { QuestionWords, Word } from './question-words.js';
import { stemOf } from './question-words.js';
import { BETWEEN, COMPARED_COLUMNS, COMPARED_VERBS, COMPARISONS, numberIn } from './comparisons.js';
import { canonicalUnit, factorBetween } from './values/units.js';
import { monthOf } from './time/months.js';
import type { Filter } from './table-plan.js';
import { folded, type TypedColumn } from './typed-table.js';

/** A column that the question names, with the position. */
export interface Mention {
  column: TypedColumn;
  at: number;
  end: number;
  /** All words of the question that name it. */
  words: readonly Word[];
}

const YEAR = /\b(?:1[89]|20|21)\d\d\b/g;

/** The words of a column's name, without its unit in brackets. */
export const plainName = (column: string): string =>
  (column.replace(/[([].*$/, '').trim() || column)
    // Not in "kWh".
    .replace(/(?<=[a-z]{2})(?=[A-Z])/g, ' ')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();

/** Columns that a question names, in its order; of those that share words, the one with the longest match. */
export function findColumns(question: QuestionWords, columns: readonly TypedColumn[]): Mention[] {
  const found = columns.flatMap((column) => {
    const wanted = folded(plainName(column.name)).split(' ');
    const hits = wanted.map(
      (name) =>
        question.words.find((word) => word.stem === stemOf(name) && !word.used) ??
        question.words.find((word) => !word.used && !word.isFiller && meansTheSame(name, word.text)),
    );
    const [first] = hits;
    const there = hits.filter((word) => word !== undefined);
    // A long name such as "Energy MWh" is named by its first word.
    if (!first || there.length * 2 < wanted.length) return [];
    // The "in" of a question does not name the column `in_stock`.
    if (there.length < wanted.length && there.every(({ isFiller }) => isFiller)) return [];
    return [{ column, words: there, share: there.length / wanted.length }];
  });
  found.sort((a, b) => b.words.length - a.words.length || b.share - a.share);
  const taken = new Set<unknown>();
  const mentions: Mention[] = [];
  for (const { column, words } of found) {
    if (words.some((word) => taken.has(word))) continue;
    for (const word of words) {
      taken.add(word);
      word.used = true;
    }
    mentions.push({ column, at: words[0]!.at, end: words[0]!.end, words });
  }
  return mentions.sort((a, b) => a.at - b.at);
}

/** `at least 30`, `over 1,000`: of the numeric column named before it, else of the one named at all, else the only one. */
export function findComparisons(
  question: QuestionWords,
  mentions: readonly Mention[],
  columns: readonly TypedColumn[],
): Filter[] {
  const numeric = columns.filter(({ kind }) => kind === 'number' || kind === 'year');
  const tests = [...COMPARISONS, ['>=', BETWEEN] as const, ['is', YEARS_OLD] as const];
  return tests.flatMap(([test, pattern]) => {
    const match = pattern.exec(question.text);
    const value = numberIn(match?.[1] ?? match?.[2] ?? '');
    if (!match || value === null || !isFree(question, match.index, match[0].length)) return [];
    const isSaid = question.words.some((word) => word.at === match.index && word.used);
    if (pattern === YEARS_OLD && isSaid) {
      question.use(match.index, match.index + match[0].length);
      return [];
    }
    const end = match.index + match[0].length;
    const unit = /^\s*(\p{Sc}|%|\p{L}[\p{L}²³]*)/u.exec(question.text.slice(end));
    const named = mentions.filter(({ column }) => numeric.includes(column));
    // "Times under 38 minutes" compares no other column.
    const [other] = mentions.filter(({ at }) => at < match.index).slice(-1);
    if (other && named.length === 0 && isWritten(other.column)) return [];
    const hintOf = (hints: typeof COMPARED_VERBS) => hints.find(([words]) => words.test(question.text))?.[1];
    const [hint, verb] = [hintOf(COMPARED_COLUMNS), hintOf(COMPARED_VERBS)];
    const ofUnit = unit
      ? numeric.filter(({ units }) => units.some((own) => factorBetween(unit[1]!, own) !== null))
      : [];
    const column =
      numeric.find(({ name }) => hint?.test(folded(plainName(name)))) ??
      named.findLast(({ at }) => at < match.index)?.column ??
      named[0]?.column ??
      (verb && numeric.find(({ name }) => verb.test(folded(plainName(name))))) ??
      only(ofUnit) ??
      only(numeric.filter(({ kind }) => kind === 'number'));
    if (!column) return [];
    const factor = unit && ofUnit.includes(column) ? factorBetween(unit[1]!, column.units[0]!) : null;
    question.use(match.index, factor === null ? end : end + unit![0].length);
    const inUnit = (amount: number) => Number((amount * (factor ?? 1)).toPrecision(12));
    const upper = pattern === BETWEEN ? numberIn(match[2]!) : null;
    return [
      { column: column.name, test, values: [inUnit(value)] },
      ...(upper === null ? [] : [{ column: column.name, test: '<=' as const, values: [inUnit(upper)] }]),
    ];
  });
}

/** "Total in euros": of a column with several units the rows with that one; the only unit of a column is no condition. */
export function findUnits(question: QuestionWords, columns: readonly TypedColumn[]): Filter[] {
  const filters: Filter[] = [];
  const measured = columns.filter(({ kind, units }) => kind === 'number' && units.length > 0);
  for (const word of question.words) {
    const unit = canonicalUnit(word.text);
    const column =
      word.used || unit === word.text ? undefined : measured.find(({ units }) => units.includes(unit));
    if (!column) continue;
    word.used = true;
    if (column.units.length > 1) filters.push({ column: column.name, test: 'has unit', values: [unit] });
  }
  return filters;
}

const YEARS_OLD = /\b(\d{1,3}) (?:years? old|jahre alt|ans|anos|anni|jaar oud)\b/;

/** Years and months of the questions as filters of the column of years or dates; `null` when the table has neither. */
export function findPeriods(question: QuestionWords, columns: readonly TypedColumn[]): Filter[] | null {
  const years = [...question.text.matchAll(YEAR)].filter(({ 0: text, index }) =>
    isFree(question, index, text.length),
  );
  const months = question.words.filter(
    (word) =>
      !word.used && monthOf(word.text) > 0 && (word.text !== 'may' || word.isName) && word.text !== 'mar',
  );
  if (years.length === 0 && months.length === 0) return [];
  const dates = columns.find(({ kind }) => kind === 'date');
  const year = columns.find(({ kind }) => kind === 'year');
  const column = months.length > 0 ? dates : (year ?? dates);
  if (!column) return null;
  const named = years.map(([text]) => text);
  const numbers = months.map((word) => String(monthOf(word.text)).padStart(2, '0'));
  for (const { 0: text, index } of years) question.use(index, index + text.length);
  for (const word of months) word.used = true;
  if (column.kind === 'year') return [{ column: column.name, test: 'is', values: named.map(Number) }];
  const values = numbers.length
    ? numbers.flatMap((month) => (named.length ? named : ['-']).map((y) => `${y}-${month}`))
    : named;
  return [{ column: column.name, test: 'in period', values }];
}

const isFree = (question: QuestionWords, at: number, length: number) =>
  question.words.some((word) => word.at >= at && word.end <= at + length && !word.used);

/** Whether the cells of a column of text begin with digits, as times such as `36:12` do. */
export const isWritten = ({ kind, values }: TypedColumn): boolean =>
  kind === 'text' &&
  values.some((value) => value !== null) &&
  values.every((value) => value === null || /^\W?\d+\W/.test(String(value)));

export const only = <T>(items: readonly T[]): T | null => (items.length === 1 ? items[0]! : null);
