import { detectLanguage, languageOf, LANGUAGES, type Language, type LanguageCode } from './languages.js';
import { tokensOf, type Token, type TokenKind } from './tokens.js';

/**
 * Version of the terms formed by `documentTerms`. Stored terms of other versions do not match queries: increment it
 * with every change of the terms (`terms.spec.ts` fails until then), and documents are indexed again at the next
 * start.
 */
export const TERMS_VERSION = 3;

/** A word of a question with the forms in which a document may contain it. */
export interface QueryTerm {
  /** As it was written. */
  surface: string;
  kind: TokenKind;
  /** Weight: 1, less for words of earlier messages and stop words. */
  weight: number;
  /** The word itself: likeliest first, any of them is as good. */
  forms: readonly string[];
  /** The parts of the word, each with its own forms; a document with all of them nearly matches the word. */
  parts: readonly (readonly string[])[];
  /** Whether the question's language forms compounds. */
  isCompounding: boolean;
  /** Misspellings and compounds found for it, with reduced weights. */
  near: ReadonlyMap<string, number>;
}

/** The terms of a document, with repetitions. */
export interface DocumentTerms {
  terms: string[];
  /** Number of words, without stop words. */
  length: number;
  language: Language | null;
}

/** Languages in which words are written together. */
const COMPOUNDING = new Set<LanguageCode>(['de', 'nl', 'da', 'sv', 'no']);
/** Minimum stop words for a reliable language detection. */
const CERTAIN_STOP_WORDS = 3;
const AMBIGUOUS_STOP_WORD = 0.3;
/** Question words and particles of Chinese and Japanese, which separate the search terms. */
const CJK_STOP =
  /什么|怎么|如何|多少|哪里|哪个|哪些|为什么|吗|呢|的|是|了|在|请问|何時|何|です|ます|ですか|ますか|どこ|いつ|どう|なに|だれ|[はがをにのでともへ](?=.)|[はがをにのでともへか]$/gu;
/** Words after a question word that only name the kind of answer. */
const MEASURES =
  /(?<!\p{L})(how|wie|hoe|hur|hvor)\s+(?:long|often|far|old|big|large|high|lange?|oft|weit|alt|groß|gross|hoch|vaak|ver|oud|lång|langt?)(?!\p{L})|(combien|cuánto|cuanto|quanto)\s+(?:de\s+temps|tiempo|tempo)(?!\p{L})/giu;
/** What only asks for the meaning or the wording of the thing named beside it. */
const ASKS_MEANING =
  /^(\P{L}*what\s+(?:does|do|did)\s.+?)\s(?:mean|say|stand\s+for)(?!\p{L})|^(\P{L}*(?:was|que|qu['’]est-ce que|qué|cosa|che|o que|wat)\s+)(?:bedeutet|heißt|signifie|veut dire|significa|betekent)(?!\p{L})/iu;
/** "Well" where it is not the thing that holds water. */
const ADVERB =
  /^\P{L}*well(?=,)|(?<!\p{L})(?:as|how|very|quite|pretty|really)\s+well(?!\p{L})(?:\s+as(?!\p{L}))?/giu;
const MAX_STEMMED = 40;

export const isCompounding = (language: Language | null) => !!language && COMPOUNDING.has(language.code);

/**
 * Index terms of a passage: the stems of its words, and numbers and codes whole and in parts.
 * @param inLanguage its language; detected by its stop words when omitted
 */
export function documentTerms(text: string, inLanguage?: LanguageCode): DocumentTerms {
  const tokens = [...tokensOf(text)];
  const language = inLanguage ? languageOf(inLanguage) : detectLanguage(plainOf(tokens));
  const stem = stemmerOf(language);
  const terms: string[] = [];
  let length = 0;
  for (const token of tokens) {
    const [whole = ''] = token.whole;
    if (token.kind === 'word' && language?.stopWords.has(whole)) continue;
    length += token.kind === 'cjk' ? token.surface.length : 1;
    // "IT" in a sentence is a department; an acronym that is no stop word in lower case is found in both spellings.
    if (token.kind === 'acronym' && language?.stopWords.has(whole)) terms.push(acronym(whole));
    else terms.push(...token.whole.map((form) => stem(form, token.kind)));
    for (const part of token.parts) if (!language?.stopWords.has(part)) terms.push(stem(part, token.kind));
  }
  return { terms, length, language };
}

/**
 * The distinct content words of a question, with all their forms: the language of a document may differ from that
 * of the question, and from that detected for a short question.
 */
export function queryTerms(text: string, weight = 1): QueryTerm[] {
  const tokens = [
    ...tokensOf(
      text
        .replace(CJK_STOP, ' ')
        .replace(ADVERB, ' ')
        .replace(MEASURES, '$1$2')
        .replace(ASKS_MEANING, '$1$2'),
    ),
  ];
  const plain = plainOf(tokens);
  const language = detectLanguage(plain);
  const stopWords = language?.stopWords ?? new Set<string>();
  const isCertain = plain.filter((word) => stopWords.has(word)).length >= CERTAIN_STOP_WORDS;
  const found = new Map<string, QueryTerm>();
  for (const { surface, kind, whole, parts } of tokens) {
    const [word = surface] = whole;
    const isSmall = kind === 'word' && stopWords.has(word);
    const isOnlyHere = LANGUAGES.filter((one) => one.stopWords.has(word)).length === 1;
    if (isSmall && (isCertain || !isOnlyHere || language?.code === 'en')) continue;
    const forms = new Set(whole.flatMap((form) => formsOf(form, kind, language)));
    if (kind === 'acronym') forms.add(acronym(word));
    if (kind === 'acronym' && LANGUAGES.some((one) => one.stopWords.has(word))) forms.delete(word);
    const pieces = parts
      // Single characters would find more than the pairs of them that were requested.
      .filter((part) => !stopWords.has(part) && !(kind === 'cjk' && [...part].length === 1))
      .map((part) => formsOf(part, kind, language));
    const key = whole.length > 0 ? word : surface;
    if (forms.size + pieces.length > 0 && !found.has(key))
      found.set(key, {
        surface,
        kind,
        weight: isSmall ? weight * AMBIGUOUS_STOP_WORD : weight,
        forms: [...forms],
        parts: pieces,
        isCompounding: kind === 'word' && parts.length === 0 && isCompounding(language),
        near: new Map(),
      });
  }
  const terms = [...found.values()];
  // "Yes, please" has no search terms.
  return terms.some((term) => term.weight === weight) ? terms : [];
}

const plainOf = (tokens: readonly Token[]) =>
  tokens.flatMap(({ kind, whole }) => (kind === 'word' ? whole.slice(0, 1) : []));

const acronym = (word: string) => `^${word}`;

type Stem = (word: string, kind: TokenKind) => string;

/** Stemmer for a text's language; words in another script use the language of that script. */
function stemmerOf(language: Language | null): Stem {
  const latin = !language || language.code === 'ru' || language.code === 'ar' ? LANGUAGES[0] : language;
  return (word, kind) => {
    if (kind === 'number' || kind === 'cjk' || !/^\p{L}{3,}$/u.test(word) || word.length > MAX_STEMMED)
      return word;
    if (/^[a-z]+$/.test(word)) return stemmed(latin, word);
    if (/^\p{sc=Cyrillic}+$/u.test(word)) return stemmed(RUSSIAN, word);
    return /^\p{sc=Arabic}+$/u.test(word) ? stemmed(ARABIC, word) : word;
  };
}

function formsOf(word: string, kind: TokenKind, language: Language | null): string[] {
  const stems = [language, ...(/^[a-z]{3,}$/.test(word) ? LANGUAGES : [])].map((one) =>
    stemmerOf(one)(word, kind),
  );
  return [...new Set([...stems, word])];
}

const RUSSIAN = languageOf('ru');
const ARABIC = languageOf('ar');

/** Cache size: stemming takes some 20 µs, and most words of a text were in the previous one. */
const CACHED_STEMS = 50_000;
const cache = new Map<string, string>();

function stemmed(language: Language, word: string): string {
  const key = `${language.code}:${word}`;
  let stem = cache.get(key);
  if (stem === undefined) {
    if (cache.size >= CACHED_STEMS) cache.clear();
    // "Kuendigung" and "Kündigung", whose dots are off by now.
    stem = (language.stem(word) || word).replace(/(?<![aeiouq])([aou])e/g, '$1');
    cache.set(key, stem);
  }
  return stem;
}
