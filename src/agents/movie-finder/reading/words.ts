import { isStopWord } from '../../../catalogue/words.js';
import { editDistance } from '../../../search/spelling/edit-distance.js';
import { normalise } from '../../../search/normalise.js';

/** The rest of a longer message is not read. */
const MAX_READ = 2_000;

/**
 * Normalises text for the rules: as the search does, without apostrophes, words and numbers separated by one
 * space. Of the punctuation only `,` (for every pause) and `?` are left, as words of their own.
 */
export function fold(text: string): string {
  return normalise(text.slice(0, MAX_READ))
    .slice(0, MAX_READ)
    .replace(/['’‘`´]/g, '')
    .replace(/&/g, ' and ')
    .replace(/#(?=\d)/g, ' number ')
    .replace(/(?<=\d)[-–—](?=\d)/g, ' to ')
    .replace(/(?<=\d)\.(?=\d)/g, '')
    .replace(/(?<=\b\p{L})\.(?=\p{L}\b)/gu, '')
    .replace(/\?+/g, ' ? ')
    .replace(/[,;:!\n.…]+(?=\s|$)| [-–—]+ /g, ' , ')
    .replace(/[^\p{L}\p{N}\p{M},? ]+/gu, ' ')
    .replace(/\s+/g, ' ')
    .replace(/^[, ]+|[, ]+$/g, '');
}

/** The words of a folded text, without punctuation. */
export const wordsOf = (folded: string): string[] =>
  folded.split(' ').filter((word) => /[\p{L}\p{N}]/u.test(word));

/** Splits a folded text at its commas. */
export const clausesOf = (folded: string): string[] =>
  folded
    .split(/[,?]/)
    .map((clause) => clause.trim())
    .filter(Boolean);

/** True when two words differ by at most a typing error. Short words must be equal. */
export function alike(a: string, b: string): boolean {
  if (a === b) return true;
  const longest = Math.max(a.length, b.length);
  if (Math.min(a.length, b.length) < 4 || longest > 30) return false;
  return editDistance(a, b) <= (longest >= 8 ? 2 : 1);
}

/** Besides the stop words of requests for films: what a conversation about them is made of. */
const DIALOGUE_WORDS = new Set(
  (
    'actually ah already anyway around bit bored came character come comes cool correct eh else er even exactly favorite ' +
    'favourite feel feeling few flick flicks give great happen happened happens hmm instead let liked likes list loved main ' +
    'meant mood nah need neither new nice none nope nothing number old part plot rather recall remember right said scene ' +
    'seen somewhere still story stuff suggestion tired tonight top try trying type uh um vibe vibes watched watching ' +
    'well without wrong yea yep yup best look love onto ever though although tho either'
  ).split(' '),
);

/** The words of a folded text that carry meaning of their own. */
export const contentOf = (folded: string): string[] =>
  wordsOf(folded).filter((word) => !isStopWord(word) && !DIALOGUE_WORDS.has(word) && !/^\d{1,2}$/.test(word));
