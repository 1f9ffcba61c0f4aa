import iconv from 'iconv-lite';
import { withoutAccents } from '../../../search/normalise.js';
import { ALPHABETS, USUAL_BYTES, type Alphabet } from './legacy-alphabets.js';
import { withSigns } from './windows-1252.js';

/** Words that are examined. */
const SAMPLE_CHARS = 20_000;
/** What a reading must be worth, and be ahead of any reading that differs; the most a letter can get is 2. */
const MIN_SCORE = 0.7;
const MIN_LEAD = 0.12;

/** Signs of typesetting and trade that stand beside words in any language, and those that stand within. */
const SIGNS = /^[“”‘’‚„‹›«»–—…•€£§°©®™¡¿²³½¼¾±×÷µ·\u00a0、。「」『』・（）：，！？；～％￥]$/;
const INSIDE_WORDS = /^[’·–—\u00ad・]$/;
const VOWEL = /[aeiouy]/i;
/** Letters that are words of some language, such as `à` and `и`; others stand alone in no text. */
const ONE_LETTER_WORD = /^[àáâåèéêíîóôöæøüěавиксуояёηο]$/iu;
/** Where typesetters set their signs: by the characters before and after; a line break stands for the ends of the text. */
const PLACES: [signs: RegExp, place: RegExp][] = [
  [/^[’]$/, /^(?:\p{L}\p{L}|s )$/u],
  [/^[“‘„«‚¿¡]$/, /^[\s([“][\p{L}\p{N}“‘]$/u],
  [/^[”»“]$/, /^[\p{L}\p{N}.,!?;:)…’%][\s.,!?;:)\]]$/u],
  [/^[–—]$/, /^(?:  |\p{N}\p{N})$/u],
  [/^[€£]$/, /^(?:[\s(]\p{N}|\p{N}[\s.,;:)])$/u],
  [/^…$/, /^[\p{L}\p{N} ][\s.?!)”]$/u],
  [/^[°±×÷]$/, /^[\s\p{N}][\sCFcf\p{N}]$/u],
  [/^[§©®™]$/, /^[\s\p{L}(][\s\p{N}]$/u],
  [/^[•·]$/, /^\s[\s\p{L}]$/u],
];
/** Encodings of systems of old, which fewer files are in: as likely by its letters, a text is in another one. */
const OLD = new Set(['macintosh', 'cp850', 'cp852', 'ibm866', 'koi8-r']);
const LESS_LIKELY = 0.35;
const VOWEL_AFTER = /^[aeiouáéíóú]$/i;
const LATIN = /^\p{sc=Latin}$/u;
const LETTER = /^[\p{L}\p{M}]$/u;

interface Reading {
  text: string;
  score: number;
}

/**
 * The text of bytes that are not Unicode, in the encoding in which it reads most like a language. Null when no reading
 * is plausible, or two that differ are about as plausible: a wrong choice would be stored as other letters.
 */
export function decodeLegacy(bytes: Buffer): string | null {
  const sample = bytes
    .subarray(Math.max(0, bytes.findIndex((byte) => byte > 0x7f) - 100))
    .subarray(0, SAMPLE_CHARS);
  const readings = new Map<string, Reading & { encoding: string }>();
  for (const alphabet of ALPHABETS) {
    for (const encoding of alphabet.encodings) {
      const text = decode(sample, encoding, sample.length < bytes.length);
      if (text === null) continue;
      const score = scoreOf(text, alphabet, encoding);
      if (score > (readings.get(text)?.score ?? -Infinity)) readings.set(text, { text, score, encoding });
    }
  }
  const [best, next] = [...readings.values()].toSorted((a, b) => b.score - a.score);
  if (!best || best.score < MIN_SCORE || (next && best.score - next.score < MIN_LEAD)) return null;
  return decode(bytes, best.encoding, false) ?? decodeLeniently(bytes, best.encoding);
}

const isWhatwg = (encoding: string) => !encoding.startsWith('cp');

/** @param isCut the last character may be half @returns null when the bytes are not of this encoding */
function decode(bytes: Buffer, encoding: string, isCut: boolean): string | null {
  if (!isWhatwg(encoding)) return iconv.decode(bytes, encoding);
  try {
    return decoded(new TextDecoder(encoding, { fatal: true }).decode(bytes, { stream: isCut }), encoding);
  } catch {
    return null;
  }
}

const decodeLeniently = (bytes: Buffer, encoding: string) =>
  decoded(new TextDecoder(encoding).decode(bytes), encoding);

const decoded = (text: string, encoding: string) => (encoding === 'windows-1252' ? withSigns(text) : text);

/** The mean over all bytes beyond ASCII of what their letters are worth in a language, between -4 and 2. */
function scoreOf(text: string, alphabet: Alphabet, encoding: string): number {
  let points = 0;
  let weight = 0;
  const chars = [...text];
  chars.forEach((char, i) => {
    if (char <= '\u007f') return;
    const width = alphabet.width === 2 && !isHalfWidth(char) ? 2 : 1;
    points += width * worth(char, chars[i - 1] ?? '\n', chars[i + 1] ?? '\n', alphabet, encoding);
    weight += width;
  });
  const prior = OLD.has(encoding) ? LESS_LIKELY : 0;
  return (points - strangeWords(text)) / Math.max(1, weight) - prior;
}

function worth(char: string, before: string, after: string, alphabet: Alphabet, encoding: string): number {
  const isInside = LETTER.test(before) && LETTER.test(after);
  if (!LETTER.test(char)) {
    if (alphabet.rare.has(char)) return 1;
    if (!SIGNS.test(char)) return -4;
    if (isInside && !INSIDE_WORDS.test(char)) return -3;
    return PLACES.some(([signs, place]) => signs.test(char) && place.test(before + after)) ? 2 : 1;
  }
  if (alphabet.width === 1 && !LETTER.test(before) && !LETTER.test(after)) {
    if (!/^\s$/.test(before) || /\p{N}/u.test(after)) return -2;
    if (!ONE_LETTER_WORD.test(char)) return -1;
  }
  // Spanish has its n with a sign before vowels alone, Polish everywhere else.
  if (/^ñ$/i.test(char) && !VOWEL_AFTER.test(after)) return -1;
  if (/^ń$/i.test(char) && VOWEL_AFTER.test(after)) return -1;
  if (alphabet.common.has(char)) return isMixed(char, before, after) ? -3 : 2;
  if (alphabet.rare.has(char) || alphabet.script?.test(char)) return isMixed(char, before, after) ? -3 : 1;
  if (alphabet.width === 1) return -2;
  if (isHalfWidth(char)) return -1;
  const [lead = 0, trail = 0] = iconv.encode(char, encoding);
  return USUAL_BYTES[encoding]?.(lead, trail) ? 0.9 : -1.5;
}

/** Japanese letters of one byte. */
const isHalfWidth = (char: string) => char >= '\uff61' && char <= '\uff9f';

/** A capital after a small letter, or a letter of one script beside one of another. */
function isMixed(char: string, before: string, after: string): boolean {
  if (/\p{Ll}/u.test(before) && /\p{Lu}/u.test(char)) return true;
  if (char === 'ς' && LETTER.test(after)) return true;
  return [before, after].some(
    (one) => /\p{L}/u.test(one) && LATIN.test(one) !== LATIN.test(char) && LATIN.test(one),
  );
}

/** `v` for a vowel and `c` for a consonant, capitals beyond ASCII. */
function shapeOf(letter: string): string {
  const shape = VOWEL.test(withoutAccents(letter)) ? 'v' : 'c';
  return letter <= '\u007f' ? shape : shape.toUpperCase();
}

/** Penalty for unpronounceable words of Latin letters: without a vowel, or with five consonants in a row. */
function strangeWords(text: string): number {
  let off = 0;
  for (const [word] of text.matchAll(/\p{sc=Latin}+/gu)) {
    if (!/[^\0-\u007f]/.test(word) || word.length < 3) continue;
    const shape = [...word].map(shapeOf).join('');
    // Runs of ASCII, as in "Hauptstraße", are the same in all readings.
    const runs = shape.match(/c{5,}|v{4,}/gi) ?? [];
    if (!/v/i.test(shape) || runs.some((run) => /[CV]/.test(run))) off += 3;
    if (/[^\0-\u007f]{4}/.test(word)) off += 4;
  }
  return off;
}
