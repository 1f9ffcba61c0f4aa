import { takeLeftOut } from './mentioned-values.js';
import { isFree } from '../mentions.js';
import type { QuestionWords } from '../question-words.js';
import type { Filter } from '../table-plan.js';
import { monthOf } from '../time/months.js';
import type { TypedColumn } from '../typed-table.js';

const YEAR = /\b(?:1[89]|20|21)\d\d\b/g;

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
  const first = Math.min(...years.map(({ index }) => index), ...months.map(({ at }) => at));
  const isOut = takeLeftOut(question, first);
  if (column.kind === 'year')
    return [{ column: column.name, test: isOut ? 'is not' : 'is', values: named.map(Number) }];
  const values = numbers.length
    ? numbers.flatMap((month) => (named.length ? named : ['-']).map((y) => `${y}-${month}`))
    : named;
  return [{ column: column.name, test: isOut ? 'not in period' : 'in period', values }];
}
