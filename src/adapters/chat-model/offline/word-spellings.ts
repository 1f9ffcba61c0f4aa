import { Spelling } from '../../../search/spelling/spelling.js';
import { presence, type TermSet } from '../../../search/term-match.js';
import type { QueryTerm } from '../../../search/terms.js';

const MIN_LETTERS = 4;

/** Words of a question that no sentence has also match what is spelt nearly like them in one. */
export function withSpellings(asked: readonly QueryTerm[], sentences: readonly TermSet[]): QueryTerm[] {
  const isUnknown = (term: QueryTerm) =>
    term.kind === 'word' &&
    term.surface.length >= MIN_LETTERS &&
    !sentences.some((set) => presence(term, set) > 0);
  const unknown = new Set(asked.filter(isUnknown));
  if (unknown.size === 0) return [...asked];
  const spelling = new Spelling();
  for (const word of new Set(sentences.flatMap(({ terms }) => [...terms]))) spelling.add(word);
  return asked.map((term) =>
    unknown.has(term) ? { ...term, near: new Map([...term.near, ...spelling.near(term.forms)]) } : term,
  );
}
