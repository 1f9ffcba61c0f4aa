import { normalise } from './normalise.js';

/** A normalised word with its position in the text, in UTF-16 code units. */
export interface PlacedWord {
  word: string;
  start: number;
  end: number;
}

/** Characters of a word: letters, digits, marks, and invisible characters. */
export const WORD_CHARACTER = String.raw`[\p{L}\p{N}\p{M}\p{Cf}]`;
/** Scripts without spaces between words, and Hangul, whose words have particles for endings. */
export const UNSPACED = String.raw`[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}\p{sc=Myanmar}ー々〆]`;

/** An apostrophe between letters is part of a word. */
const WORD = new RegExp(String.raw`${WORD_CHARACTER}+(?:['’]\p{L}${WORD_CHARACTER}*)*`, 'gu');
const IS_UNSPACED = new RegExp(UNSPACED, 'u');
/** Words that differ from their normalised form in upper case alone, as most do. */
const PLAIN = /^[a-z\d]{1,200}$/i;
/** A character of those scripts with its marks, or the text between two of them. */
const PART = new RegExp(String.raw`${UNSPACED}\p{M}*|(?:(?!${UNSPACED})[^])+`, 'gu');

/** Maximum UTF-16 units of a word; an index may not store longer ones. */
const MAX_WORD = 200;

/** The words of a text in order, without difference between upper and lower case, accents and forms of a letter. */
export function placedWords(text: string): PlacedWord[] {
  const words: PlacedWord[] = [];
  const add = (surface: string, start: number) => {
    const word = normalise(surface).replace(/['’]/g, '').slice(0, MAX_WORD).toWellFormed();
    // Empty for a word of invisible characters only.
    if (word) words.push({ word, start, end: start + surface.length });
  };
  for (const { 0: surface, index } of text.matchAll(WORD)) {
    if (PLAIN.test(surface))
      words.push({ word: surface.toLowerCase(), start: index, end: index + surface.length });
    else if (!IS_UNSPACED.test(surface)) add(surface, index);
    else for (const part of surface.matchAll(PART)) add(part[0], index + part.index);
  }
  return words;
}

/** The words of `placedWords` without their positions: "don't" is `dont`. */
export const plainWords = (text: string): string[] => placedWords(text).map(({ word }) => word);
