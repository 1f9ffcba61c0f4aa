import { MEASURE_WORDS, OF_THINGS, PERSON, SUPERLATIVES } from './lexicon.js';
import type { Mention } from './mentions.js';
import { stemOf, type QuestionWords, type Word } from './question-words.js';
import type { Filter } from './table-plan.js';
import { folded, type FileTable, type TypedColumn } from './typed-table.js';

const MIN_ROOT = 5;

/** Words for the rows of a table that begin the name of a column: the "Buchungen" of the column `Buchungstag`. */
export function useRowWords(question: QuestionWords, columns: readonly TypedColumn[]): number {
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

/** The operation that is asked for; "share of Ropes" and "GDP growth" ask for the cells of a column called so. */
export function findMeasure(
  question: QuestionWords,
  mentions: readonly Mention[],
  values: readonly Filter[],
) {
  const found = MEASURE_WORDS.find(([measure, pattern]) => {
    const match = pattern.exec(question.text);
    if (match === null) return false;
    const end = match.index + match[0].length;
    const isColumn = mentions.some(
      ({ words }) =>
        words.some((word) => word.at === match.index && word.end === end) &&
        (measure === 'share' || measure === 'change') &&
        (words.length > 1 || values.length > 0),
    );
    return !isColumn && question.take(pattern) !== null;
  });
  return found?.[0] ?? null;
}

/** Words of the file's or the sheet's name that occur in the question. */
export function namedWords(question: QuestionWords, { file, name }: FileTable): Word[] {
  const words = folded(`${file.replace(/\.\w+$/, '')} ${name.replace(file, '')}`).match(/\p{L}{3,}/gu) ?? [];
  const known = new Set(words.map(stemOf));
  return question.words.filter((word) => known.has(word.stem) && !word.isFiller);
}

export function findSuperlative(question: QuestionWords): (typeof SUPERLATIVES)[number][] | null {
  // The "most" of "most recent" is none of its own; "oldest" may mean two columns.
  const taken = new Set<string>();
  const isOfPeople = PERSON.test(question.text);
  const found = SUPERLATIVES.filter(([pattern]) => {
    const match = isOfPeople && OF_THINGS.has(pattern) ? null : pattern.exec(question.text);
    if (match === null) return false;
    const [at, end] = [match.index, match.index + match[0].length];
    const isFree = question.words.some((word) => word.at >= at && word.end <= end && !word.used);
    if (!isFree && !taken.has(`${at}-${end}`)) return false;
    question.use(at, end);
    taken.add(`${at}-${end}`);
    return true;
  });
  return found.length ? found : null;
}
