import { normalise, withoutInvisible } from './normalise.js';
import { canonicalNumbers } from './numbers.js';
import { UNSPACED, WORD_CHARACTER } from './words.js';

export type TokenKind = 'word' | 'acronym' | 'number' | 'code' | 'cjk';

/** A word of a text with its normalised forms, before stemming. */
export interface Token {
  surface: string;
  kind: TokenKind;
  /** Spellings of the whole word, the usual one first: `tx204`; `1234.5`. */
  whole: readonly string[];
  /** Its parts, if it has several: `tx`, `204`; pairs of Chinese characters. */
  parts: readonly string[];
}

const GROUPED = String.raw`\p{Nd}{1,3}(?:[.,'’\u00a0\u202f ]\p{Nd}{3})+(?:[.,]\p{Nd}+)?|\p{Nd}+[.,]\p{Nd}+`;
const NUMBER = String.raw`(?<!\p{Nd}[.,]?)(?:${GROUPED})(?![.,]?\p{Nd}|-?\p{L})`;
const WORD = String.raw`(?:(?<![\p{L}\p{N}.])\.(?=\p{L}))?${WORD_CHARACTER}+(?:[-‐‑_.·&'’]${WORD_CHARACTER}+)*(?:\+\+|#(?![\p{L}\p{N}]))?`;
const TOKEN = new RegExp(`${NUMBER}|${WORD}`, 'gu');

const IS_UNSPACED = new RegExp(UNSPACED, 'u');
const RUNS = new RegExp(`${UNSPACED}+|[^\\s]+?(?=${UNSPACED}|$)`, 'gu');
const HAN = /\p{sc=Han}/u;

/** Articles and pronouns that are written together with the next word. */
const ELIDED =
  /^(?:l|d|j|m|n|t|s|c|qu|jusqu|lorsqu|puisqu|un|dell|all|nell|sull|dall|quell|gl)['’](?=\p{L}{2})/u;
/** Possessives and English contractions: "she'll" is no shell. */
const CLITIC = /['’](?:s|ll|d|re|ve|m)$/u;
const ACRONYM = /^\p{Lu}{2,5}$/u;
const CODE = /[#+&]|^\.|^(?=.*\p{N})(?=.*\p{L})|^\p{Lu}+-\p{Lu}+$/u;

/** The words of a text in order; lines without a small letter have no acronyms. */
export function* tokensOf(text: string): Generator<Token> {
  for (const line of text.split('\n')) {
    const isUpperCase = !/\p{Ll}/u.test(line) && /\p{L}\P{L}+\p{L}/u.test(line);
    for (const [surface] of line.matchAll(TOKEN))
      for (const token of analyse(surface, isUpperCase))
        // Empty for invisible characters and elided marks only.
        if (token.whole.length + token.parts.length > 0) yield token;
  }
}

function* analyse(surface: string, isUpperCase: boolean): Generator<Token> {
  if (!IS_UNSPACED.test(surface)) {
    yield toToken(withoutInvisible(surface), isUpperCase);
    return;
  }
  // Compatibility forms first: half-width kana have their marks apart.
  for (const [run] of withoutInvisible(surface).normalize('NFKC').matchAll(RUNS))
    yield IS_UNSPACED.test(run) ? toPairs(run) : toToken(run, isUpperCase);
}

function toToken(surface: string, isUpperCase: boolean): Token {
  const numbers = canonicalNumbers(normalise(surface));
  if (numbers) return { surface, kind: 'number', whole: numbers, parts: [] };
  if (ACRONYM.test(surface) && !isUpperCase)
    return { surface, kind: 'acronym', whole: [normalise(surface)], parts: [] };
  const plain = normalise(surface).replace(CLITIC, '').replace(ELIDED, '').replace(/['’]/gu, '');
  const parts = plain.split(/[-‐‑_.·&+#]+|(?<=\d)(?=\p{L})|(?<=\p{L})(?=\d)/u).filter(Boolean);
  const whole = plain.replace(/[-‐‑_·]/gu, '').replace(/^v(?=\d)/, '');
  const kind = CODE.test(surface) ? 'code' : 'word';
  return {
    surface,
    kind,
    whole: whole ? [whole] : [],
    parts: parts.length > 1 || parts[0] !== whole ? parts : [],
  };
}

/**
 * Bigrams: without a dictionary, the best approximation of words. Chinese characters are terms by themselves, too.
 */
function toPairs(run: string): Token {
  const characters = [...normalise(run)];
  const pairs = characters.slice(1).map((character, i) => characters[i]! + character);
  if (pairs.length === 0) return { surface: run, kind: 'cjk', whole: characters, parts: [] };
  return {
    surface: run,
    kind: 'cjk',
    whole: [],
    parts: [...pairs, ...characters.filter((one) => HAN.test(one))],
  };
}
