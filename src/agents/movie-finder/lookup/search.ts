import { isMetBy } from './count.js';
import { accepts, limitsRuntime, moodsShared, toQuery, type Criteria } from '../memory/criteria.js';
import type { Film, FilmCatalogue, FilmMatch, FilmOrder } from '../../../catalogue/film.js';

/** The criteria that were dropped to find anything. */
export type Concession = 'runtime' | 'age' | 'era' | 'people' | 'genres' | 'story';

/** How the films that fit are ordered, and what led to the search. */
export interface Wish {
  /** Where in the list of films that fit to begin, for one who wants to be surprised; null for the best. */
  seed: number | null;
  order?: FilmOrder | null;
  /** Films were rejected by this message: others must fit the description as well. */
  isRefusal: boolean;
}

export interface Finding {
  matches: FilmMatch[];
  concession: Concession | null;
}

/** The score from which on a description alone counts as a match; descriptions of no film score far lower. */
export const CLEAR = 0.06;
/** Below this a film has little to do with the description. */
const FAINT = 0.05;
/** A film that misses a part of the request must fit the rest well. */
const GOOD = 0.3;
const MOST_OFFERED = 5;
const RANKED = 40;
/** Without a description all films that fit have the same score, and the ranking decides. */
const RANKED_BY_KIND = 150;
/** Limits that are checked on each film leave few of many. */
const RANKED_WITH_LIMITS = 500;
/** Sorted, the first few are enough; where too many lack a mood or a second person, more are looked at. */
const SORTED = [100, 500, 2_500];
/** Surprises come from so many of the best. */
const SURPRISES = 30;
/** The weight of a shared mood relative to semantic similarity. */
const MOOD_WEIGHT = 0.15;
const RATING_WEIGHT = 0.02;
/** A film that is nothing but a comedy is more of one than a comedy, drama and war film. */
const GENRE_WEIGHT = 0.15;

/**
 * Searches films that meet the criteria, best first, at most 5. Where none does, one criterion after another
 * is dropped; exclusions always hold.
 */
export async function findFilms(
  catalogue: FilmCatalogue,
  criteria: Criteria,
  exceptIds: string[],
  { seed, order = null, isRefusal }: Wish,
  signal: AbortSignal,
): Promise<Finding> {
  const like = criteria.like === null ? null : await catalogue.get(criteria.like);
  for (const [concession, attempt] of attempts(criteria, exceptIds.length > 0, isRefusal)) {
    const isByKind = attempt.about.length === 0 && !like;
    const search = (limit: number) =>
      catalogue.search({ ...toQuery(attempt, like, exceptIds, limit), ...(order && { order }) }, signal);
    const ranked =
      order && isByKind
        ? await sorted(attempt, search)
        : rank(attempt, await search(order ? SORTED[0]! : numberToLookAt(attempt, isByKind)), isByKind);
    const matches =
      attempt.about.length > 0 && !like ? near(ranked, concession ? GOOD : FAINT) : rotate(ranked, seed);
    if (matches.length > 0) return { matches: matches.slice(0, MOST_OFFERED), concession };
  }
  return { matches: [], concession: null };
}

/** The first films that meet the criteria, in the order of the catalogue. */
async function sorted(
  criteria: Criteria,
  search: (limit: number) => Promise<FilmMatch[]>,
): Promise<FilmMatch[]> {
  let matches: FilmMatch[] = [];
  for (const limit of SORTED) {
    const found = await search(limit);
    matches = found.filter(({ film }) => isMetBy(film, criteria));
    if (matches.length >= MOST_OFFERED || found.length < limit) break;
  }
  return matches;
}

const numberToLookAt = (criteria: Criteria, isByKind: boolean): number => {
  if (limitsRuntime(criteria) || criteria.ageRating !== null) return RANKED_WITH_LIMITS;
  return isByKind ? RANKED_BY_KIND : RANKED;
};

/**
 * The searches to try in order. The description is dropped after all other criteria
 * because it is the most reliable one.
 * @param isFollowUp films were rejected before: the years hold until the user changes them
 */
function attempts(
  criteria: Criteria,
  isFollowUp: boolean,
  isRefusal: boolean,
): [Concession | null, Criteria][] {
  const { genres, era, people, moods, about } = criteria;
  const others = genres.length + people.length;
  const isDescribed = about.length > 0;
  const anyAge = { ...criteria, ageRating: null };
  const anyLength = { ...anyAge, maxMinutes: null, minMinutes: null };
  const anyTime = isFollowUp ? anyLength : { ...anyLength, era: null };
  const rounds: [Concession | null, Criteria, boolean][] = [
    [null, criteria, true],
    [null, { ...criteria, about: about.slice(-1) }, about.length > 1],
    ['age', anyAge, criteria.ageRating !== null && others + about.length > 0],
    ['runtime', anyLength, limitsRuntime(criteria)],
    ['genres', { ...anyLength, genres: [] }, isDescribed && genres.length > 0],
    ['era', anyTime, isDescribed && era !== null && !isFollowUp],
    ['people', { ...anyTime, people: [], genres: [] }, isDescribed && people.length > 0],
    [
      'story',
      { ...anyLength, about: [] },
      isDescribed && !isRefusal && others + moods.length + (era ? 1 : 0) > 0,
    ],
    ['era', anyTime, era !== null && others > 0 && !isFollowUp],
    ['genres', { ...anyLength, genres: genres.slice(-1) }, genres.length > 1],
    ['people', { ...anyLength, people: people.slice(0, 1), genres: [] }, people.length > 0 && others > 1],
  ];
  return rounds.flatMap(([concession, attempt, makesSense]) => (makesSense ? [[concession, attempt]] : []));
}

/** Most similar first, with the requested moods; without a description by rating. */
function rank(criteria: Criteria, found: readonly FilmMatch[], isByKind: boolean): FilmMatch[] {
  const weigh = ({ film, confidence }: FilmMatch) =>
    confidence + MOOD_WEIGHT * moodsShared(criteria, film) + (isByKind ? worth(criteria, film) : 0);
  return found
    .filter(({ film }) => accepts(criteria, film))
    .filter(({ film }, _, all) => !isByKind || moodsShared(criteria, film) > 0 || !hasOfMood(criteria, all))
    .map((match) => ({ match, weight: weigh(match) }))
    .sort((a, b) => b.weight - a.weight)
    .map(({ match }) => match);
}

/** By kind alone a mood that was requested is a part of the wish, as long as a few films have it. */
const hasOfMood = (criteria: Criteria, found: readonly FilmMatch[]) =>
  found.filter(({ film }) => moodsShared(criteria, film) > 0).length >= FEW;
const FEW = 3;

const worth = ({ genres }: Criteria, film: Film) =>
  RATING_WEIGHT * (film.rating ?? 5) + (GENRE_WEIGHT * genres.length) / Math.max(1, film.genres.length);

/** Those worth showing beside the most similar. */
function near(ranked: readonly FilmMatch[], least: number): FilmMatch[] {
  const top = Math.max(0, ...ranked.map(({ confidence }) => confidence));
  return ranked.filter(({ confidence }) => confidence >= Math.max(least, top * 0.4));
}

/** The same films begun somewhere else, so that a surprise is not always the same. */
function rotate(ranked: readonly FilmMatch[], seed: number | null): FilmMatch[] {
  const best = ranked.slice(0, SURPRISES);
  const start = seed === null || best.length === 0 ? 0 : seed % best.length;
  return [...best.slice(start), ...best.slice(0, start)];
}
