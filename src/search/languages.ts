import { stemmer as stemArabic } from '@orama/stemmers/arabic';
import { stemmer as stemDanish } from '@orama/stemmers/danish';
import { stemmer as stemDutch } from '@orama/stemmers/dutch';
import { stemmer as stemEnglish } from '@orama/stemmers/english';
import { stemmer as stemFrench } from '@orama/stemmers/french';
import { stemmer as stemGerman } from '@orama/stemmers/german';
import { stemmer as stemItalian } from '@orama/stemmers/italian';
import { stemmer as stemNorwegian } from '@orama/stemmers/norwegian';
import { stemmer as stemPortuguese } from '@orama/stemmers/portuguese';
import { stemmer as stemRussian } from '@orama/stemmers/russian';
import { stemmer as stemSpanish } from '@orama/stemmers/spanish';
import { stemmer as stemSwedish } from '@orama/stemmers/swedish';
import { stopwords as arabic } from '@orama/stopwords/arabic';
import { stopwords as danish } from '@orama/stopwords/danish';
import { stopwords as dutch } from '@orama/stopwords/dutch';
import { stopwords as english } from '@orama/stopwords/english';
import { stopwords as french } from '@orama/stopwords/french';
import { stopwords as german } from '@orama/stopwords/german';
import { stopwords as italian } from '@orama/stopwords/italian';
import { stopwords as norwegian } from '@orama/stopwords/norwegian';
import { stopwords as portuguese } from '@orama/stopwords/portuguese';
import { stopwords as russian } from '@orama/stopwords/russian';
import { stopwords as spanish } from '@orama/stopwords/spanish';
import { stopwords as swedish } from '@orama/stopwords/swedish';
import { plainWords } from './words.js';

export type LanguageCode = 'en' | 'de' | 'fr' | 'es' | 'it' | 'pt' | 'nl' | 'da' | 'sv' | 'no' | 'ru' | 'ar';

export interface Language {
  code: LanguageCode;
  /** Normalised stop words. */
  stopWords: ReadonlySet<string>;
  /**
   * @param word normalised
   * @returns its stem
   */
  stem(word: string): string;
}

/** Words of questions that Snowball's lists, made for texts, leave out. */
const QUESTION_WORDS: Record<LanguageCode, string> = {
  en: 'about after also just me my own shall tell please many much yes no okay ok thanks thank hello hi',
  de: 'ja nein danke hallo bitte gibt gilt wann warum wer wem wen wessen wieviel wieviele viele welches worauf wofür womit woher wohin',
  fr: "oui non merci bonjour comment combien quand quoi où pourquoi lequel laquelle lesquels y-a est-ce qu'est-ce plaît faut peut doit",
  es: 'sí no gracias hola cuál cuáles cuándo cuánto cuánta cuántos cuántas cómo dónde qué quién quiénes por favor',
  it: 'sì no grazie ciao quale quali quando quanto quanta quanti quante come dove cosa chi perché favore',
  pt: 'sim não obrigado obrigada olá qual quais quando quanto quanta quantos quantas como onde que quem porquê favor',
  nl: 'ja nee dank hallo welke wanneer hoeveel hoe waar waarom wie graag',
  da: 'ja nej tak hej hvilken hvilket hvilke hvornår hvordan hvor hvem hvad hvorfor mange meget',
  sv: 'ja nej tack hej vilken vilket vilka när hur var vem vad varför många mycket',
  no: 'ja nei takk hei hvilken hvilket hvilke når hvordan hvor hvem hva hvorfor mange mye',
  ru: 'да нет спасибо пожалуйста какой какая какое какие когда сколько где кто что почему как',
  ar: 'ما ماذا متى أين كيف كم هل من لماذا',
};

/** Words of their own that are listed as "I'll", "she'd" and so on without the apostrophe. */
const WITH_MEANING = new Set(['ill', 'shell', 'hell', 'well', 'shed', 'wed', 'id']);

function language(
  code: LanguageCode,
  listed: readonly string[],
  stemmer: (word: string) => string,
): Language {
  const words = [...listed, ...QUESTION_WORDS[code].split(' ')].flatMap(plainWords);
  const small = code === 'en' ? words.filter((word) => !WITH_MEANING.has(word)) : words;
  return { code, stopWords: new Set(small), stem: stemmer };
}

/** Accents that its words always have, so that words typed without them have the same stems. */
const accentSpanish = (word: string) => word.replace(/ion$/, 'ión');
const accentPortuguese = (word: string) =>
  word
    .replace(/([cs])ao$/, '$1ão')
    .replace(/coes$/, 'ções')
    .replace(/cão$/, 'ção');
const accentFrench = (word: string) => word.replace(/ee(s?)$/, 'ée$1');

/** The first is the default for a text without stop words. */
export const LANGUAGES: readonly [Language, ...Language[]] = [
  language('en', english, stemEnglish),
  language('de', german, stemGerman),
  language('fr', french, (word) => stemFrench(accentFrench(word))),
  language('es', spanish, (word) => stemSpanish(accentSpanish(word))),
  language('it', italian, stemItalian),
  language('pt', portuguese, (word) => stemPortuguese(accentPortuguese(word))),
  language('nl', dutch, stemDutch),
  language('da', danish, stemDanish),
  language('sv', swedish, stemSwedish),
  language('no', norwegian, stemNorwegian),
  language('ru', russian, stemRussian),
  language('ar', arabic, stemArabic),
];

/** The weight of a stop word for each of its languages: the more languages have it, the lower. */
const EVIDENCE = new Map<string, { language: Language; weight: number }[]>();
for (const { stopWords } of LANGUAGES)
  for (const word of stopWords) {
    const having = LANGUAGES.filter((other) => other.stopWords.has(word));
    EVIDENCE.set(
      word,
      having.map((one) => ({ language: one, weight: 1 / having.length })),
    );
  }

/**
 * The language of a text by its stop words.
 * @param words normalised
 * @returns null when none of them belongs to any language
 */
export function detectLanguage(words: Iterable<string>): Language | null {
  const scores = new Map<Language, number>();
  for (const word of words)
    for (const { language: one, weight } of EVIDENCE.get(word) ?? [])
      scores.set(one, (scores.get(one) ?? 0) + weight);
  let best: Language | null = null;
  // In the order of the table, so that the commoner language wins a tie.
  for (const one of LANGUAGES) if ((scores.get(one) ?? 0) > (best ? scores.get(best)! : 0)) best = one;
  return best;
}

export const languageOf = (code: LanguageCode): Language => LANGUAGES.find((one) => one.code === code)!;
