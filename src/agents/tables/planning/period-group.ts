import type { Parts } from './plan-parts.js';
import type { QuestionWords } from '../question-words.js';
import type { TypedColumn } from '../typed-table.js';

/** The periods between which a change is told: those that the question names, else years, of one year its months. */
export function periodOf(dated: string | null, { filters, columns }: Parts): 'year' | 'month' | 'day' {
  const named = filters.filter(({ column }) => column === dated).flatMap(({ values }) => values.map(String));
  const finest = Math.max(0, ...named.map((value) => value.replace(/^-(?=-)/, '0000').length));
  if (finest > 0) return finest > 7 ? 'day' : finest > 4 ? 'month' : 'year';
  const values = columns.find(({ name, kind }) => name === dated && kind === 'date')?.values ?? [];
  const years = new Set(values.flatMap((value) => (value === null ? [] : String(value).slice(0, 4))));
  return years.size === 1 ? 'month' : 'year';
}

/** `by month`, `which year`, `per quarter` over a column of dates. */
export function findPeriodGroup(question: QuestionWords, columns: readonly TypedColumn[]) {
  const match =
    /\b(?:per|by|each|every|which|what|je|pro|nach|welche[rsnm]?|par|por|quel(?:le)?|que)\s+(year|month|quarter|day|jahr|monat|quartal|tag|annee|an|mois|jour|ano|mes|dia)\b|\b(monthly|yearly|quarterly|annual|daily)\b/.exec(
      question.text,
    );
  if (!match) return null;
  const word = match[1] ?? match[2]!;
  const by = /^(?:year|annual|jahr|an)/.test(word)
    ? ('year' as const)
    : word.startsWith('qu')
      ? ('quarter' as const)
      : /^(?:da|ta|jour|di)/.test(word)
        ? ('day' as const)
        : ('month' as const);
  const column =
    columns.find(({ kind }) => kind === 'date') ??
    (by === 'year' ? columns.find(({ kind }) => kind === 'year') : undefined);
  if (!column) return null;
  question.use(match.index, match.index + match[0].length);
  return { column: column.name, by: column.kind === 'year' ? ('value' as const) : by };
}
