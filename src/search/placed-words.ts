import { normalise } from './normalise.js';

/** A normalised word with its position in the text, in UTF-16 code units. */
export interface PlacedWord {
  word: string;
  start: number;
  end: number;
}

/** Letters, digits and marks; an apostrophe between letters is part of a word. */
const WORD = /[\p{L}\p{N}\p{M}\p{Cf}]+(?:['’]\p{L}[\p{L}\p{N}\p{M}\p{Cf}]*)*/gu;
/** Scripts without spaces between words, or with attached particles: each character is a word. */
const UNSPACED =
  /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}\p{sc=Myanmar}ー々〆]/u;
/** A character of those scripts with its marks, or the text between two of them. */
const PART = new RegExp(`${UNSPACED.source}\\p{M}*|(?:(?!${UNSPACED.source})[^])+`, 'gu');

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
    if (!UNSPACED.test(surface)) add(surface, index);
    else for (const part of surface.matchAll(PART)) add(part[0], index + part.index);
  }
  return words;
}
