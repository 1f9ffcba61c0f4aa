import { findColumns } from './mentions.js';
import { MEASURE_WORDS, PLACES, SUPERLATIVES, TOP } from './lexicon.js';
import { COMPARISONS } from './comparisons.js';
import { MONTHS } from './time/months.js';
import { QuestionWords, stemOf } from './question-words.js';
import type { TablePlan } from './table-plan.js';
import { folded, typedColumns, type FileTable } from './typed-table.js';

const PERIOD = /^(\d{4}|-)?-?(\d{2})?$/;

/** Content words of a question that a plan does not cover. */
export function unaccountedWords(message: string, table: FileTable, plan: TablePlan): string[] {
  const question = new QuestionWords(message);
  const names = new Set([plan.groupBy, plan.column, plan.other, ...plan.filters.map(({ column }) => column)]);
  const isOfRows = plan.measure === 'rows' || plan.measure === 'columns' || plan.measure === 'count';
  findColumns(
    question,
    typedColumns(table).filter(({ name }) => isOfRows || names.has(name)),
  );
  for (const [, pattern] of MEASURE_WORDS) question.take(pattern);
  for (const [pattern] of SUPERLATIVES) if (plan.order || plan.measure !== 'rows') question.take(pattern);
  for (const [pattern, place] of PLACES) if (plan.place === place) question.take(pattern);
  if (plan.limit !== null) question.take(TOP);
  for (const [test, pattern] of COMPARISONS)
    if (plan.filters.some((filter) => filter.test === test)) question.take(pattern);
  for (const { values } of plan.filters) for (const value of values) useValue(question, String(value));
  useStems(question, `${table.file.replace(/\.\w+$/, '')} ${table.name} ${plan.by ?? ''}`);
  return question.unused.map(({ text }) => text);
}

/** Matches a value as written in the question, or word by word in other forms; a period by its year and month. */
function useValue(question: QuestionWords, value: string): void {
  for (let found = question.find(folded(value)); found; found = question.find(folded(value)))
    question.use(found.at, found.end);
  useStems(question, value);
  const [, year = '', month = ''] = PERIOD.exec(value) ?? [];
  useStems(question, `${year} ${MONTHS[Number(month) - 1] ?? ''}`);
}

function useStems(question: QuestionWords, text: string): void {
  const known = new Set((folded(text).match(/[\p{L}\p{N}]+/gu) ?? []).map(stemOf));
  for (const word of question.words) if (known.has(word.stem)) word.used = true;
}
