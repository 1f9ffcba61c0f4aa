import { en } from './en.js';

/** Type of the page's texts; other languages have the same keys. */
type Widen<T> = T extends string
  ? string
  : T extends (...args: infer A) => string
    ? (...args: A) => string
    : { [K in keyof T]: Widen<T[K]> };
export type Texts = Widen<typeof en>;
export type Language = 'en' | 'de';

const KEY = 'parley.language';

/** Texts in the user's language. The page is rendered again when it changes. */
export let t: Texts = en;

export function chosenLanguage(): Language {
  const chosen = localStorage.getItem(KEY) ?? navigator.language;
  return chosen.startsWith('de') ? 'de' : 'en';
}

export async function speak(language: Language): Promise<void> {
  t = language === 'de' ? (await import('./de.js')).de : en;
  // As the reader's own country writes dates and numbers, where it speaks the language.
  document.documentElement.lang = navigator.languages.find((tag) => tag.startsWith(language)) ?? language;
}

export const chooseLanguage = (language: Language) => localStorage.setItem(KEY, language);
