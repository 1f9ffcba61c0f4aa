import { placedWords } from '../../search/words.js';

/** A parsed search query. */
export interface SearchQuery {
  /** For PostgreSQL, as the text of a `tsquery`. */
  tsquery: string;
  /** Words to highlight in results. */
  words: ReadonlySet<string>;
}

/** Parts of a query: a phrase in quotes or a word, each maybe with a minus sign before it. */
const PART = /(-?)(?:"([^"]*)"?|([^\s"]+))/g;
const MAX_PARTS = 32;

/**
 * Parses a query in the syntax of web searches: all words are required, `"words in quotes"` are a phrase, `-word`
 * excludes, and `or` separates alternatives.
 * @returns null for a query without words
 */
export function readQuery(text: string): SearchQuery | null {
  const words = new Set<string>();
  const alternatives: string[][] = [[]];
  let count = 0;
  for (const [, minus, phrase, bare = ''] of text.matchAll(PART)) {
    if (/^or$/i.test(bare) && !minus) {
      alternatives.push([]);
      continue;
    }
    const found = placedWords(phrase ?? bare).map(({ word }) => word);
    if (found.length === 0 || ++count > MAX_PARTS) continue;
    // A token with several words is a phrase: `TX-204`, and words of scripts without spaces.
    const term = `(${found.map(lexeme).join(' <-> ')})`;
    alternatives.at(-1)!.push(minus ? `!${term}` : term);
    if (!minus) for (const word of found) words.add(word);
  }
  const tsquery = alternatives
    .filter((terms) => terms.length > 0)
    .map((terms) => `(${terms.join(' & ')})`)
    .join(' | ');
  return tsquery ? { tsquery, words } : null;
}

/** A word within the text of a `tsquery` or `tsvector`. */
export const lexeme = (word: string): string => `'${word.replace(/['\\\\]/g, '$&$&')}'`;
