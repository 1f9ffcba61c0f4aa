import { contentOf, fold, wordsOf } from '../words.js';
import { dialogueIn } from './dialogue.js';
import { decadeOf, GRAMMARS, type Grammar } from './grammar.js';
import { PLOT_WORDS } from './plot-words.js';
import { LANGUAGES, VOCABULARY, type Language } from './vocabulary.js';

/** A message in another language, as far as its common words can be read. */
export interface Translation {
  language: Language;
  /** English, folded. Words that are not known stay as they are: they may be names. */
  text: string;
  /** Those words. */
  unknown: string[];
}

const ENGLISH = new Set(
  'the a an and with is are of who that which where i my you it its about something from set movie film movies films for to in me was were has have'.split(
    ' ',
  ),
);
const FEWEST_MARKERS = 2;
/** "film italian", in the order of Romance languages. */
const ADJECTIVE_LAST =
  /\b(film|comedy|drama|thriller|western|horror film|horror|documentary|musical) (italian|french|german|spanish|japanese|korean|american|english|russian|swedish|danish|portuguese)\b/g;
const GERMAN_ENDINGS = ['', 'e', 'en', 'er', 'es', 'em', 'n', 's'];
const ROMANCE_ENDINGS = ['', 's', 'es'];
const COMPOUND = /^(\p{L}{3,}?)s?(?:film|filme|filmen|komodie|geschichte)$/u;

const DICTIONARIES = new Map(
  LANGUAGES.map((language, column) => {
    const words = [...VOCABULARY, ...PLOT_WORDS].flatMap(([english, ...columns]) =>
      (columns[column] ?? '').split(' ').map((word) => [word, english] as const),
    );
    return [language, new Map(words.toReversed())];
  }),
);

/**
 * Reads a message in German, French, Spanish, Italian or Portuguese word by word into the English that the rules and
 * the catalogue know. Null for English and for what none of these languages' small words are found in.
 */
export function translate(message: string): Translation | null {
  const folded = fold(message);
  const said = dialogueIn(folded);
  if (said) return { ...said, unknown: [] };
  const language = languageOf(folded);
  if (!language) return null;
  const grammar = GRAMMARS[language];
  const text = grammar.phrases.reduce((left, [pattern, english]) => left.replace(pattern, english), folded);
  const unknown: string[] = [];
  const english = text.split(' ').map((word) => wordIn(word, language, grammar, unknown));
  const kept = english.join(' ').replace(/\s+/g, ' ').trim();
  return { language, text: kept, unknown: [...new Set(unknown)] };
}

/** A translated text with its nationalities before the kinds of films: "italian film". */
export const adjectiveFirst = (text: string): string => text.replace(ADJECTIVE_LAST, '$2 $1');

function languageOf(folded: string): Language | null {
  const words = wordsOf(folded);
  const english = words.filter((word) => ENGLISH.has(word)).length;
  const scores = LANGUAGES.map((language) => {
    const { markers } = GRAMMARS[language];
    const dictionary = DICTIONARIES.get(language);
    const small = words.filter((word) => markers.has(word)).length;
    // Words of this language alone distinguish it from related ones.
    const known = words.filter((word) => !ENGLISH.has(word) && dictionary?.has(word)).length;
    return { language, small, score: small + known };
  });
  const [best] = scores.sort((a, b) => b.score - a.score);
  const isEnough = best && best.score >= FEWEST_MARKERS && best.small > 0 && best.score > english;
  return isEnough ? best.language : null;
}

function wordIn(word: string, language: Language, grammar: Grammar, unknown: string[]): string {
  if (/^[,?]$/.test(word) || /\d/.test(word)) return word;
  if (word.startsWith('§')) return decadeOf(word.slice(1)) ?? word.slice(1);
  const small = grammar.small.get(word);
  if (small !== undefined) return small;
  const dictionary = DICTIONARIES.get(language);
  const lookUp = (text: string) =>
    stemsOf(text, language)
      .map((stem) => dictionary?.get(stem))
      .find(Boolean);
  const found = lookUp(word);
  if (found !== undefined) return found;
  const compound = language === 'German' ? COMPOUND.exec(word)?.[1] : undefined;
  const part = compound === undefined ? undefined : (lookUp(compound) ?? lookUp(`${compound}s`));
  if (part !== undefined) return word.includes('komodie') ? `${part} comedy` : `${part} film`;
  if (compound !== undefined && word.includes('film')) return `${compound} film`;
  if (contentOf(word).length > 0 && !PHRASE_WORDS.has(word)) unknown.push(word);
  return word;
}

/** English that the phrases leave behind. */
const PHRASE_WORDS = new Set(
  'want show cartoon romantic comedy love story children science fiction clownfish horror'.split(' '),
);

const stemsOf = (word: string, language: Language): string[] =>
  (language === 'German' ? GERMAN_ENDINGS : ROMANCE_ENDINGS)
    .filter((ending) => word.endsWith(ending) && word.length - ending.length >= 3)
    .map((ending) => word.slice(0, word.length - ending.length));
