import { meansTheSame } from './column-words.js';
import type { QuestionWords, Word } from './question-words.js';
import { stemOf } from './question-words.js';
import { BETWEEN, COMPARED_COLUMNS, COMPARED_VERBS, COMPARISONS, numberIn } from './comparisons.js';
import { canonicalUnit, factorBetween } from './values/units.js';
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
  const found = tests.flatMap(([test, pattern]) =>
    [...question.text.matchAll(new RegExp(pattern, 'g'))].map((match) => ({ test, pattern, match })),
  );
  const compared = found.flatMap(({ test, pattern, match }) => {
    const value = numberIn(match[1] ?? match[2] ?? '');
    if (value === null || !isFree(question, match.index, match[0].length)) return [];
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
    const hintOf = (hints: typeof COMPARED_VERBS, text: string) =>
      hints.find(([words]) => words.test(text))?.[1];
    const others = found.filter(
      (one) => one.match.index >= end || one.match.index + one.match[0].length <= match.index,
    );
    const behind = others.map((one) => one.match.index).filter((at) => at >= end);
    const isOneOfMany = others.length > 0 || (found.length > 1 && named.length > 0);
    const said = question.text.slice(match.index, Math.min(end + 10, ...behind));
    const hint = hintOf(COMPARED_COLUMNS, isOneOfMany ? said : question.text);
    const verb = hintOf(COMPARED_VERBS, question.text);
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
  return [...compared, ...findSigns(question, mentions, numeric)];
}

const SIGNS: [Filter['test'], RegExp][] = [
  ['<', /\bnegativ\w*/],
  ['>', /\bpositiv\w*/],
];

/** "Negative amounts": of the column that is named, or of the only one with such numbers. */
function findSigns(
  question: QuestionWords,
  mentions: readonly Mention[],
  numeric: readonly TypedColumn[],
): Filter[] {
  const isSigned = ({ values }: TypedColumn) => values.some((value) => Number(value) < 0);
  const column =
    mentions.find((mention) => isSigned(mention.column))?.column ?? only(numeric.filter(isSigned));
  if (!column) return [];
  return SIGNS.flatMap(([test, pattern]) =>
    question.take(pattern) ? [{ column: column.name, test, values: [0] }] : [],
  );
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

export const isFree = (question: QuestionWords, at: number, length: number) =>
  question.words.some((word) => word.at >= at && word.end <= at + length && !word.used);

/** Whether the cells of a column of text begin with digits, as times such as `36:12` do. */
export const isWritten = ({ kind, values }: TypedColumn): boolean =>
  kind === 'text' &&
  values.some((value) => value !== null) &&
  values.every((value) => value === null || /^\W?\d+\W/.test(String(value)));

export const only = <T>(items: readonly T[]): T | null => (items.length === 1 ? items[0]! : null);
