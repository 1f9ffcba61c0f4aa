import { z } from 'zod';
import { describeSpan, inSpan } from '../reading/era.js';
import type { Film, FilmFilters, FilmQuery } from '../../../catalogue/film.js';
import { alike, contentOf, fold } from '../reading/words.js';

const names = (most: number) => z.array(z.string().max(200)).max(most);
const spanSchema = z.object({ from: z.int().optional(), to: z.int().optional() });

/** What is known about the film wanted, gathered over the turns. */
export const criteriaSchema = z.object({
  genres: names(4),
  withoutGenres: names(22),
  moods: names(6),
  withoutMoods: names(20),
  era: spanSchema.nullable(),
  notEra: spanSchema.nullable(),
  people: names(3),
  withoutPeople: names(6),
  /** Things that should not be in it. */
  without: names(10),
  /** Minutes, inclusive. Defaults: stored conversations may lack these fields. */
  maxMinutes: z.int().nullable().default(null),
  minMinutes: z.int().nullable().default(null),
  language: z.string().max(40).nullable().default(null),
  withoutLanguage: z.string().max(40).nullable().default(null),
  /** Out of 10, inclusive. */
  minRating: z.number().nullable().default(null),
  maxRating: z.number().nullable().default(null),
  /** A certificate, folded: "pg 13". */
  ageRating: z.string().max(40).nullable().default(null),
  /** Id of the film it should be like. */
  like: z.string().max(200).nullable(),
  /** What was described in the user's words, latest last. */
  about: z.array(z.string().max(400)).max(4),
});
export type Criteria = z.output<typeof criteriaSchema>;

export const NO_CRITERIA: Criteria = {
  genres: [],
  withoutGenres: [],
  moods: [],
  withoutMoods: [],
  era: null,
  notEra: null,
  people: [],
  withoutPeople: [],
  without: [],
  maxMinutes: null,
  minMinutes: null,
  language: null,
  withoutLanguage: null,
  minRating: null,
  maxRating: null,
  ageRating: null,
  like: null,
  about: [],
};

/**
 * Merges later criteria into earlier ones. Lists grow, a later era, person or model film takes the
 * place of the earlier, and a wanted value is no longer unwanted (and the other way round).
 */
export function merge(before: Criteria, now: Criteria): Criteria {
  const genres = union(without(before.genres, now.withoutGenres), now.genres);
  const moods = union(without(before.moods, now.withoutMoods), now.moods);
  const people = now.people.length > 0 ? now.people : without(before.people, now.withoutPeople);
  return {
    genres: genres.slice(-4),
    withoutGenres: union(without(before.withoutGenres, now.genres), now.withoutGenres).slice(-22),
    moods: moods.slice(-6),
    withoutMoods: union(without(before.withoutMoods, now.moods), now.withoutMoods).slice(-20),
    era: now.era ?? (now.notEra ? null : before.era),
    notEra: now.notEra ?? (now.era ? null : before.notEra),
    people: people.slice(0, 3),
    withoutPeople: union(without(before.withoutPeople, now.people), now.withoutPeople).slice(-6),
    without: union(before.without, now.without).slice(-10),
    maxMinutes: now.maxMinutes ?? before.maxMinutes,
    minMinutes: now.minMinutes ?? before.minMinutes,
    language: now.language ?? (now.withoutLanguage ? null : before.language),
    withoutLanguage: now.withoutLanguage ?? (now.language ? null : before.withoutLanguage),
    minRating: now.minRating ?? (now.maxRating === null ? before.minRating : null),
    maxRating: now.maxRating ?? (now.minRating === null ? before.maxRating : null),
    ageRating: now.ageRating ?? before.ageRating,
    like: now.like ?? before.like,
    about: [
      ...before.about.filter((text) => !now.about.some((later) => repeats(later, text))),
      ...now.about,
    ].slice(-4),
  };
}

/** Number of criteria for the film; two are enough for a search. Exclusions do not count. */
export const countOf = ({
  genres,
  moods,
  era,
  people,
  like,
  about,
  language,
  withoutLanguage,
  ...criteria
}: Criteria): number =>
  genres.length +
  Math.min(moods.length, 1) +
  (era ? 1 : 0) +
  people.length * 2 +
  (like ? 2 : 0) +
  ((language ?? withoutLanguage) ? 1 : 0) +
  (limitsRuntime(criteria) ? 1 : 0) +
  (criteria.minRating !== null || criteria.maxRating !== null ? 2 : 0) +
  (criteria.ageRating === null ? 0 : 2) +
  about.length;

/** True when nothing is requested, not even to be left out. */
export const isEmpty = (criteria: Criteria): boolean =>
  countOf(criteria) +
    criteria.withoutGenres.length +
    criteria.withoutMoods.length +
    criteria.withoutPeople.length +
    criteria.without.length ===
    0 && criteria.notEra === null;

/** The part of the criteria that the catalogue can search. */
export function toQuery(
  criteria: Criteria,
  like: Film | null,
  exceptIds: string[],
  limit: number,
): FilmQuery {
  const { moods, about } = criteria;
  return {
    text: [...about, ...(like ? moods : [])].join('. ').slice(0, 600),
    ...toFilters(criteria),
    ...(like && { like }),
    exceptIds: like ? [...exceptIds, like.id] : exceptIds,
    limit,
  };
}

/** The part of the criteria that each film meets or does not, as far as the catalogue knows it. */
export function toFilters(criteria: Criteria): FilmFilters {
  const { genres, withoutGenres, era, people, language, withoutLanguage, minRating, maxRating } = criteria;
  return {
    ...(genres.length > 0 && { genres }),
    ...(withoutGenres.length > 0 && { withoutGenres }),
    ...(era?.from !== undefined && { fromYear: era.from }),
    ...(era?.to !== undefined && { toYear: era.to }),
    ...(people[0] !== undefined && { person: people[0] }),
    ...(language !== null && { language }),
    ...(withoutLanguage !== null && { withoutLanguage }),
    ...(minRating !== null && { minRating }),
    ...(maxRating !== null && { maxRating }),
  };
}

export const limitsRuntime = ({
  maxMinutes,
  minMinutes,
}: Pick<Criteria, 'maxMinutes' | 'minMinutes'>): boolean => maxMinutes !== null || minMinutes !== null;

/**
 * The part of the criteria that the catalogue cannot search. A film whose length, language or certificate is unknown
 * meets no limit of it.
 */
export const accepts = (
  { withoutMoods, notEra, people, withoutPeople, without, ...limits }: Criteria,
  film: Film,
): boolean =>
  (!limitsRuntime(limits) || isWithin(film.runtime, limits)) &&
  (limits.ageRating === null || (film.ageRating !== null && fold(film.ageRating) === limits.ageRating)) &&
  (limits.language === null || film.language === limits.language) &&
  (limits.withoutLanguage === null || (film.language !== null && film.language !== limits.withoutLanguage)) &&
  !withoutMoods.some((mood) => film.moods.includes(mood)) &&
  !(notEra && inSpan(film.year, notEra)) &&
  people.slice(1).every((name) => isIn(film, name)) &&
  !withoutPeople.some((name) => isIn(film, name)) &&
  (without.length === 0 ||
    !without.some((word) => recordOf(film).some((other) => alike(word, other) || alike(word, `${other}s`))));

/** How much of the moods wanted a film has; its first mood counts most. */
export const moodsShared = ({ moods }: Criteria, film: Film): number =>
  film.moods.reduce((sum, mood, index) => sum + (moods.includes(mood) ? 1 - index / 4 : 0), 0);

/** The criteria in a few words: "comedy, funny, the 1980s, with Tom Hanks". */
export function describe(criteria: Criteria, likeTitle?: string): string {
  const { genres, withoutGenres, moods, withoutMoods, era, notEra, people, withoutPeople, about } = criteria;
  return [
    ...moods,
    ...genres.map((genre) => genre.toLowerCase()),
    ...(criteria.language ? [`in ${criteria.language}`] : []),
    ...(criteria.withoutLanguage ? [`not in ${criteria.withoutLanguage}`] : []),
    ...(criteria.maxMinutes === null ? [] : [`at most ${criteria.maxMinutes} minutes`]),
    ...(criteria.minMinutes === null ? [] : [`at least ${criteria.minMinutes} minutes`]),
    ...(criteria.minRating === null ? [] : [`rated ${criteria.minRating} or more`]),
    ...(criteria.maxRating === null ? [] : [`rated ${criteria.maxRating} or less`]),
    ...(criteria.ageRating === null ? [] : [`rated ${criteria.ageRating.toUpperCase()}`]),
    ...(era ? [describeSpan(era)] : []),
    ...people.map((name) => `with ${name}`),
    ...(likeTitle ? [`like ${likeTitle}`] : []),
    ...about.map((text) => `“${shorten(text, 60)}”`),
    ...withoutGenres.map((genre) => `no ${genre.toLowerCase()}`),
    ...withoutMoods.map((mood) => `not ${mood}`),
    ...criteria.without.map((word) => `no ${word}`),
    ...withoutPeople.map((name) => `without ${name}`),
    ...(notEra ? [`not ${describeSpan(notEra)}`] : []),
  ].join(', ');
}

/** Cuts a text at a word. */
export function shorten(text: string, max: number): string {
  if (text.length <= max) return text;
  const cut = text.slice(0, max + 1);
  return `${cut
    .slice(0, Math.max(cut.lastIndexOf(' '), max / 2))
    .toWellFormed()
    .replace(/[\s,;:.\ufffd-]+$/u, '')}…`;
}

const isWithin = (
  minutes: number | null,
  { maxMinutes, minMinutes }: Pick<Criteria, 'maxMinutes' | 'minMinutes'>,
) => minutes !== null && minutes <= (maxMinutes ?? Infinity) && minutes >= (minMinutes ?? 0);

const recordOf = ({ title, keywords, plot }: Film) => contentOf(fold([title, ...keywords, plot].join(' ')));
/** True when a description contains all of an earlier one. */
const repeats = (later: string, earlier: string) =>
  contentOf(earlier).every((word) => contentOf(later).includes(word));
const isIn = (film: Film, name: string) => film.directors.includes(name) || film.cast.includes(name);
const union = (a: readonly string[], b: readonly string[]) => [...new Set([...a, ...b])];
const without = (a: readonly string[], b: readonly string[]) => a.filter((item) => !b.includes(item));
