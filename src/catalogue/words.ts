import { languageOf } from '../search/languages.js';
import { plainWords } from '../search/normalise.js';

/** Stop words in questions about films. */
const STOP_WORDS = new Set(
  `a about after again all also am an and another any anybody anything are as at be because been
    being but by called can cant could couldnt did didnt do does doesnt doing done dont down every
    everybody everyone everything film films find for from get gets getting go goes going good got
    guy had has have he hello help her here hers hes hey hi him his how i id if ill im in into is
    isnt it its ive just kind know lets like looking lot made make makes maybe me mean mine more
    most movie movies much my name named no nor not of off oh ok on one ones or other our out over
    please quite really recommend s say see set she shes should show so some somebody someone
    something sort suggest t tell than thank thanks that thats the their them then there theres
    these they theyre theyve thing things think this those title to today too up us very wanna want
    wants was wasnt watch we were weve what whats when where wheres which while who whom whos whose
    why will with wont would wouldnt yeah yes you your youre`.split(/\s+/),
);

const english = languageOf('en');

/** Letters and digits of a text in lower case without accents, as words in order. */
export const words = plainWords;

export const isStopWord = (word: string) => STOP_WORDS.has(word);

/** What a text is about: its words without stop words, stemmed, each once. */
export const terms = (text: string): string[] => [
  ...new Set(
    words(text)
      .filter((word) => !isStopWord(word))
      .map(fold),
  ),
];

/** The stem of a word, so that "robots", "dreaming" and "stories" meet "robot", "dream" and "story". */
export const fold = (word: string): string => english.stem(word);
