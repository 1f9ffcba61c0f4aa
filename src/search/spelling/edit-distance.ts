import damerauLevenshtein from 'damerau-levenshtein';

/** Letters added, dropped, replaced or swapped with their neighbour between two words. */
export const editDistance = (a: string, b: string): number => damerauLevenshtein(a, b).steps;

/** 1 for equal words, 0 for words without a letter in place: 1 minus the share of letters that are edited. */
export function similarity(a: string, b: string): number {
  const longest = Math.max(a.length, b.length);
  return longest === 0 ? 1 : 1 - editDistance(a, b) / longest;
}

/** Maximum edit distance for a misspelling, by word length: one in five letters, none in short words. */
export const maxEdits = (length: number): number => Math.min(3, Math.floor(length / 5));
