import { isNameIn } from '../../search/names.js';
import { presence, toTermSet } from '../../search/term-match.js';
import type { QueryTerm } from '../../search/terms.js';
import type { TokenKind } from '../../search/tokens.js';
import type { ChunkPassage } from '../../database/repositories/documents/chunks.repository.js';
import { isAsked } from './question.js';

/** A word of the question that stands in none of the passages, as it was written. */
export interface MissingWord {
  word: string;
  /** A passage without the code, number or name that was requested is about something else, however near it is. */
  kind: 'code' | 'number' | 'name' | 'word';
}

/** Present at least so much: in a compound, or misspelt. */
const PRESENT = 0.5;
/** Small numbers are words: "the 2 of us". */
const KIND: Record<TokenKind, MissingWord['kind']> = {
  word: 'word',
  cjk: 'word',
  acronym: 'name',
  number: 'number',
  code: 'code',
};

/** The words of a question that none of the passages has, title and headings included, in its order. */
export function missingWords(
  question: string,
  terms: readonly QueryTerm[],
  passages: readonly ChunkPassage[],
): MissingWord[] {
  const sets = passages.map(({ filename, heading, text }) =>
    toTermSet(`${filename}\n${heading ?? ''}\n${text}`),
  );
  return terms
    .filter((term) => isAsked(term) && !sets.some((set) => presence(term, set) >= PRESENT))
    .map(({ surface, kind }) => ({ word: surface, kind: isNameIn(question, surface) ? 'name' : KIND[kind] }));
}
