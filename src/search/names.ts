import { detectLanguage } from './languages.js';
import { plainWords } from './words.js';

/** Days, which a text may name by a range: "Tuesday to Friday". */
const DAY = /^(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)days?$/;

/**
 * Whether a word is the name of somebody or something: it has a capital inside a sentence. In German every noun has
 * one, and in a title every word.
 * @param word as the sentence has it
 */
export function isNameIn(sentence: string, word: string): boolean {
  if (DAY.test(word)) return false;
  const before = sentence.slice(0, sentence.indexOf(word));
  if (!/^\p{Lu}[\p{L}'’-]+$/u.test(word) || !/[\p{L}\p{N},]\s$/u.test(before)) return false;
  const hasSmallWords = /(?<!\p{L})\p{Ll}/u.test(sentence);
  return hasSmallWords && detectLanguage(plainWords(sentence))?.code !== 'de';
}
