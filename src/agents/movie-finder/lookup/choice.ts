import type { Film } from '../../../catalogue/film.js';
import { inSpan, readEra } from '../reading/era.js';
import { alike, contentOf, fold, wordsOf } from '../reading/words.js';

/** The candidates that a message refers to, and whether it selects or excludes them. */
export interface Choice {
  films: Film[];
  negated: boolean;
}

const ORDINALS: readonly [pattern: string, index: number][] = [
  ['first|1st', 0],
  ['second|2nd', 1],
  ['third|3rd', 2],
  ['fourth|4th', 3],
  ['fifth|5th', 4],
  ['last|final|bottom', -1],
];
const NOUN = '(?:one|film|movie|option|choice|title|suggestion|candidate)';
const AFTER = `(?: ${NOUN}|(?= (?:please|instead|i think|then|looks?|sounds?|is|was|has|and)\\b)|(?= [,?])|$)`;
const NUMBER =
  /(?:\b(?:number|option|no|choice|film|movie|candidate|nr) )(\d{1,2}|one|two|three|four|five)\b/;
const BARE_NUMBER =
  /^(?:(?:yes|ok|okay|i think|maybe|its|i pick|i choose|i want|ill take|the|lets go with|go with|definitely|probably) ,? ?)*(\d|one|two|three|four|five)(?: (?:please|then|i think|sounds good|it is))?$/;
const COUNT = ['one', 'two', 'three', 'four', 'five'];
const NEGATED =
  /^(?:(?:no|well|hmm) )?(?:(?:its |it is |definitely |certainly |but |anything but )?(?:not|neither|isnt|except)|anything but)\b/;
const THE_ONE =
  /\b(?:the|that) (?:\w+ ){0,3}(?:one|film|movie)\b|^(?:(?:yes|no|its) ,? ?)?one (?:with|about|where|that|in|set|from|by|starring|directed)\b/;
/** Says what should be in the film, even if that is also a title. */
const DESCRIBES = /^(?:no ,? ?)?(?:a (?:film|movie) )?(?:with|about|where|in|set|by|starring)\b/;
/** True when a folded message excludes a film. */
export const saysNot = (text: string): boolean => NEGATED.test(text);
/** True for a message that is no more than a place in a list. */
export const isPlace = (text: string): boolean =>
  BARE_NUMBER.test(text) || /^(?:number|option|film|movie) \d+$/.test(text);

/** True for a folded message that picks by place, whether or not there is a list: "the second one", "number 3". */
export const namesPlace = (text: string): boolean =>
  isPlace(text) ||
  NUMBER.test(text) ||
  ORDINALS.some(([pattern]) => new RegExp(`\\b(?:${pattern})${AFTER}`).test(text));

const AGE_ENDS = '(?: one| film| movie)?(?= please|[ ,?]*$)';
const EARLIEST = new RegExp(`\\b(?:the|that) (?:oldest|older|earliest|earlier|original)${AGE_ENDS}`);
const LATEST = new RegExp(
  `\\b(?:the|that) (?:newest|newer|latest|later|most recent|more recent|remake)${AGE_ENDS}`,
);

/**
 * Finds which of the films shown a folded message means: by position, title, year, person or, when it says
 * "the one with …", by anything in the catalogue's record. Null when it refers to none.
 */
export function pointAt(text: string, films: readonly Film[]): Choice | null {
  if (films.length === 0) return null;
  const negated = saysNot(text);
  const found =
    byPosition(text, films) ??
    byTitle(text, films) ??
    byYear(text, films) ??
    byPerson(text, films) ??
    byStory(text, films);
  return found && { films: found, negated };
}

/** Finds the film a folded message names by its place in the list: "the second one", "#3", "last". */
export function byPosition(text: string, films: readonly Film[]): Film[] | null {
  const number = (NUMBER.exec(text) ?? BARE_NUMBER.exec(text))?.[1];
  const index = number
    ? COUNT.includes(number)
      ? COUNT.indexOf(number)
      : Number(number) - 1
    : ordinalIn(text, films);
  const film = index === null ? undefined : films.at(index);
  return film ? [film] : null;
}

function ordinalIn(text: string, films: readonly Film[]): number | null {
  for (const [pattern, index] of ORDINALS)
    if (new RegExp(`\\b(?:${pattern})${AFTER}`).test(text)) return index;
  if (/\bmiddle one\b/.test(text) && films.length === 3) return 1;
  if (/\b(?:former|latter)\b/.test(text) && films.length === 2) return text.includes('former') ? 0 : 1;
  return null;
}

/** Films whose title is in the message, or of whose title the message is a part; typos forgiven. */
function byTitle(text: string, films: readonly Film[]): Film[] | null {
  if (DESCRIBES.test(text)) return null;
  const said = wordsOf(text);
  const scored = films.map((film) => ({ film, score: titleScore(said, contentOrAll(fold(film.title))) }));
  const best = Math.max(...scored.map(({ score }) => score));
  return best >= 0.6 ? scored.filter(({ score }) => score > best - 0.01).map(({ film }) => film) : null;
}

function titleScore(said: readonly string[], title: readonly string[]): number {
  const hits = title.filter((word) => said.some((other) => alike(word, other))).length;
  const content = said.filter((word) => contentOf(word).length > 0);
  const covered = content.filter((word) => title.some((other) => alike(word, other))).length;
  if (hits === 0) return 0;
  // The whole title in a sentence, or a message that is nothing but a piece of the title.
  return Math.max(
    hits === title.length ? 1 : 0,
    content.length > 0 && covered === content.length ? 0.6 + 0.3 * (hits / title.length) : 0,
  );
}

function byYear(text: string, films: readonly Film[]): Film[] | null {
  const years = films.flatMap(({ year }) => year ?? []);
  if (EARLIEST.test(text)) return some(films.filter(({ year }) => year === Math.min(...years)));
  if (LATEST.test(text)) return some(films.filter(({ year }) => year === Math.max(...years)));
  const { span, rest } = readEra(text, new Date().getFullYear());
  if (!span || (!THE_ONE.test(text) && contentOf(rest).length > 0)) return null;
  if (!THE_ONE.test(text) && span.from !== span.to) return null;
  return some(films.filter(({ year }) => inSpan(year, span)));
}

/** By a person in them, when the message is a name or contains "the one with …". */
function byPerson(text: string, films: readonly Film[]): Film[] | null {
  const said = contentOf(text);
  if (said.length === 0 || (!THE_ONE.test(text) && (said.length > 3 || DESCRIBES.test(text)))) return null;
  const isNamed = (name: string) => {
    const words = wordsOf(fold(name));
    const surname = words.at(-1) ?? '';
    return surname.length >= 3 && said.some((word) => alike(word, surname));
  };
  const hit = films.filter((film) => [...film.directors, ...film.cast].some(isNamed));
  return hit.length < films.length || films.length === 1 ? some(hit) : null;
}

function byStory(text: string, films: readonly Film[]): Film[] | null {
  if (!THE_ONE.test(text)) return null;
  const said = contentOf(text);
  if (said.length === 0) return null;
  const scores = films.map((film) => {
    const record = wordsOf(
      fold([film.title, ...film.genres, ...film.moods, ...film.keywords, film.plot].join(' ')),
    );
    return said.filter((word) =>
      record.some((other) => alike(word, other) || alike(singular(word), singular(other))),
    ).length;
  });
  const best = Math.max(...scores);
  return best >= Math.max(1, said.length / 2) ? films.filter((_, index) => scores[index] === best) : null;
}

const singular = (word: string) => (word.length > 3 ? word.replace(/(?:es|s)$/, '') : word);
const some = (films: Film[]) => (films.length > 0 ? films : null);
const contentOrAll = (title: string) => {
  const content = contentOf(title);
  return content.length > 0 ? content : wordsOf(title);
};
