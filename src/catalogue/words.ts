import { languageOf } from '../search/languages.js';
import { plainWords } from '../search/words.js';

const english = languageOf('en');

/** Besides the stop words of English: what requests for a film are made of. */
const REQUEST_WORDS = plainWords(
  `another anybody anything called done everybody everyone everything every film films find get gets getting go goes
    going good got guy help hey kind know like looking lot made make makes maybe mean mine movie movies name named oh one
    ones quite really recommend say see set show somebody someone something sort suggest though although thing things think title
    today wanna want wants watch whose yeah`,
);

/** Stop words that stories are about: "the same day over and over". */
const WITH_MEANING = new Set(['same', 'own', 'once', 'between', 'against', 'under', 'few']);

const STOP_WORDS = new Set(
  [...english.stopWords, ...REQUEST_WORDS, 'a', 's', 't', 'ill', 'id'].filter(
    (word) => !WITH_MEANING.has(word),
  ),
);

export const isStopWord = (word: string) => STOP_WORDS.has(word);

/** The content words of a text, stemmed, each once. */
export const terms = (text: string): string[] => [
  ...new Set(
    plainWords(text)
      .filter((word) => !isStopWord(word))
      .map(stemOf),
  ),
];

/** The stem of a word, so that "robots", "dreaming" and "stories" meet "robot", "dream" and "story". */
export const stemOf = (word: string): string => english.stem(word);
