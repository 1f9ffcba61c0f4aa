import { saysNot } from './choice.js';
import { merge, NO_CRITERIA, type Criteria } from '../memory/criteria.js';
import type { Span } from '../reading/era.js';
import type { Film } from '../../../catalogue/film.js';
import { spells, type Named } from './names.js';
import type { Memory } from '../memory/state.js';
import type { Taste } from '../reading/taste.js';
import type { Reading } from '../reading/understand.js';
import { fold, wordsOf } from '../reading/words.js';

/** Years of old and new films, without a film to compare with. */
const OLD: Span = { to: 1989 };
const NEW: Span = { from: 2010 };
/** How far "older" and "newer" go when only one end of the years is known. */
const STEP = 10;
const COMPARES =
  /\b(?:happier|sadder|funnier|scarier|darker|lighter|weirder|stranger|sweeter|deeper|smarter|less|more)\b/;
const NEGATION = /^(?:not|no|without|except|nothing|isnt)\b/;

/**
 * What a message asks for, in the catalogue's terms.
 * @param current the film "older" and "funnier" compare with when none is named
 */
export function wantedIn(
  reading: Reading,
  { titles, people, like }: Named,
  current: Film | null,
  { phase, criteria }: Memory,
): Criteria {
  const { taste, text, content } = reading;
  const { genres, withoutGenres, moods, withoutMoods } = taste;
  const compares = taste.shifts.length > 0 || COMPARES.test(text);
  const compared = like ?? (compares ? current : null);
  const asksForFact = reading.isQuestion && reading.topics.length > 0 && content.length < 2;
  const isRefusal = saysNot(text) && titles.length > 0;
  const describes = content.some((word) => !people.some((name) => spells(name, word) || holds(name, word)));
  const isUnwanted = (name: string) => unwantedIn(text).some((word) => spells(name, word));
  return merge(NO_CRITERIA, {
    ...NO_CRITERIA,
    genres,
    withoutGenres,
    moods,
    withoutMoods,
    era: reading.era ?? shifted(taste, compared, criteria.era),
    notEra: reading.notEra,
    people: people.filter((name) => !isUnwanted(name)),
    withoutPeople: people.filter(isUnwanted),
    without: reading.unwanted.filter((word) => !people.some((name) => spells(name, word))).slice(0, 10),
    ...reading.limits,
    like: like?.id ?? (phase === 'qa' && compared ? compared.id : null),
    about: describes && !asksForFact && !isRefusal ? [reading.story.slice(0, 400)] : [],
  });
}

/** A part of a name that was written apart: "di Caprio". */
const holds = (name: string, part: string) => part.length > 1 && fold(name).replace(/ /g, '').includes(part);

/** "Older" is older than the film it is compared with, else than the years asked for before. */
function shifted({ shifts }: Taste, film: Film | null, before: Span | null): Span | null {
  const { from, to } = before ?? {};
  if (shifts.includes('older')) {
    if (film?.year) return { to: film.year - 1 };
    return from !== undefined ? { to: from - 1 } : to !== undefined ? { to: to - STEP } : OLD;
  }
  if (!shifts.includes('newer')) return null;
  if (film?.year) return { from: film.year + 1 };
  return to !== undefined ? { from: to + 1 } : from !== undefined ? { from: from + STEP } : NEW;
}

/** The words soon after "not", "without" and the like. */
const unwantedIn = (text: string): string[] =>
  text
    .split(/ (?=(?:not|no|without|except|nothing|isnt)\b)|,|\bbut (?!not|no)/)
    .map((clause) => clause.trim())
    .filter((clause) => NEGATION.test(clause))
    .flatMap((clause) => wordsOf(clause).slice(0, 6))
    .filter((word) => word.length > 2);
