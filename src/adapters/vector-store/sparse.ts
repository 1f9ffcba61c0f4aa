import { stemmer } from 'stemmer';
import type { SparseVector } from './vector-store.js';

/** BM25's constants: how soon another mention stops mattering, and how far a long text is marked down. */
const SATURATION = 1.2;
const LENGTH_SHARE = 0.75;
/** Terms of a usual chunk. Fixed, so that a text has the same vector whatever else is stored. */
const USUAL_LENGTH = 100;

/** Words that say nothing about what a text is about. */
const STOP_WORDS = new Set(
  `a about after all also am an and any are as at be because been before being but by can could did do does doing for
    from had has have having he her hers him his how i if in into is it its just me more most my no nor not of on only
    or our ours out over own she should so some such than that the their theirs them then there these they this those
    through to too under until up very was we were what when where which while who whom why will with would you your
    yours`.split(/\s+/),
);

/** Scripts that put no spaces between words. */
const UNSPACED =
  /^[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}\p{sc=Myanmar}]{2,}$/u;

/**
 * The words of a text as numbers, each weighted by how often it is there; a question is turned the same way.
 * @returns an empty vector for a text without words, indices in ascending order
 */
export function toSparse(text: string): SparseVector {
  const terms = termsOf(text);
  const counts = new Map<number, number>();
  for (const term of terms) {
    const index = fnv1a(term);
    counts.set(index, (counts.get(index) ?? 0) + 1);
  }
  const indices = [...counts.keys()].sort((a, b) => a - b);
  const length = SATURATION * (1 - LENGTH_SHARE + (LENGTH_SHARE * terms.length) / USUAL_LENGTH);
  const weight = (count: number) => (count * (SATURATION + 1)) / (count + length);
  return { indices, values: indices.map((index) => weight(counts.get(index)!)) };
}

/** What a text is looked up by: stems of its words in order, and numbers and codes whole and in parts. */
export function termsOf(text: string): string[] {
  const plain = text
    .normalize('NFKD')
    .replace(/[\u0300-\u036f]/g, '') // accents of Latin, Greek and Cyrillic letters; other scripts need their marks
    .normalize('NFC')
    .toLowerCase()
    .replace(/['’]s(?![\p{L}\p{N}])/gu, '')
    .replace(/(\p{L})['’](?=\p{L})/gu, '$1')
    .replace(/(\d),(?=\d{3}(?!\d))/g, '$1');
  const words = plain.match(/[\p{L}\p{N}\p{M}]+(?:[-_.][\p{L}\p{N}\p{M}]+)*/gu) ?? [];
  return words.flatMap((word) => {
    const parts = word.split(/[-_.]|(?<=\d)(?=\p{L})|(?<=\p{L})(?=\d)/u);
    return parts.length === 1 ? stem(word) : [joined(word), ...parts.flatMap(stem)];
  });
}

/** `TX-204` is also written `TX204`, and `e-mail` `email`; the points of `2.5` make it another number than `25`. */
const joined = (word: string) => stemmed(word.replace(/[-_]/g, ''));

function stem(word: string): string[] {
  if (UNSPACED.test(word)) return pairs(word);
  return STOP_WORDS.has(word) ? [] : [stemmed(word)];
}

/** The stemmer knows English alone. */
const stemmed = (word: string) => (/^[a-z]{3,}$/.test(word) ? stemmer(word) : word);

/** Each two neighbours: without a dictionary, the nearest thing to words. */
function pairs(text: string): string[] {
  const characters = [...text];
  return characters.slice(1).map((character, i) => characters[i]! + character);
}

/** A 32-bit hash that is the same in every process and version. */
function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}
