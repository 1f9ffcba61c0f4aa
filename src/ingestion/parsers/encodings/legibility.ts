import { withoutAccents } from '../../../search/normalise.js';

/** Fewer characters are not enough for a decision. */
const MIN_CHARS = 10;
const MIN_LETTERS = 20;
/** From here on shares are those of the language, not of chance. */
const MANY = 40;
/**
 * Six or seven of ten letters of a European language are among its ten commonest; of shifted or mixed letters, a third.
 */
const COMMON = /[eaintrosld]/gi;
const MIN_COMMON = { few: 0.38, many: 0.48 };
/** Text has one sign to six letters or fewer, even where it lists sums. */
const SIGN = /[!-/:-@[-`{-~\u0192\u2020-\u2022\u2030\u20ac]/;
const MAX_SIGNS = { few: 0.5, many: 0.3 };
/** Codes of capitals are shorter on average. */
const CODE_CHARS = 4.5;
const MAX_UNASSIGNED = 0.15;
/** Words are shorter on average in every language; of a font without a mapping blanks are lost as well. */
const MAX_WORD_CHARS = 25;
const MIN_RUN_CHARS = 30;

/**
 * Whether text from a font without a mapping to Unicode is noise: signs in place of letters, characters that no
 * language has, or letters as no language mixes them. Text without Latin letters is judged by its signs alone.
 */
export function isNoise(text: string): boolean {
  // Lines of dots and dashes are drawn, not written.
  const chars = [...text.replaceAll(/(\S)\1{2,}/g, '$1').replaceAll(/\s+/g, '')];
  if (chars.length === 0) return false;
  const share = (kind: RegExp) => chars.filter((char) => kind.test(char)).length / chars.length;
  // oxlint-disable-next-line no-control-regex -- fonts without a mapping give them
  if (share(/[\0-\x1f\x7f-\x9f\ufffd\p{Co}\p{Cn}]/u) > MAX_UNASSIGNED) return true;
  if (chars.length >= MIN_CHARS && share(SIGN) > MAX_SIGNS[size(chars.length)] && share(/\d/) < 0.4)
    return true;
  return hasStrangeLetters(text, chars.length * share(/\p{L}/u));
}

/** @param letters how many there are of any script */
function hasStrangeLetters(text: string, letters: number): boolean {
  const words = text.match(/\p{sc=Latin}{3,}/gu) ?? [];
  const latin = withoutAccents(words.join(''));
  if (latin.length < MIN_LETTERS || latin.length < letters * 0.8) return false;
  if (latin.length >= MIN_RUN_CHARS && latin.length > words.length * MAX_WORD_CHARS) return true;
  // Capitals alone are often codes, which are short.
  const isCapitals = words.every((word) => word === word.toUpperCase());
  if (isCapitals && words.length < 20 && latin.length < words.length * CODE_CHARS) return false;
  return (latin.match(COMMON)?.length ?? 0) / latin.length < MIN_COMMON[size(latin.length)];
}

const size = (count: number) => (count < MANY ? 'few' : 'many');
