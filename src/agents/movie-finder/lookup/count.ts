import type { Film, FilmCatalogue } from '../../../catalogue/film.js';
import { inSpan } from '../reading/era.js';
import { accepts, moodsShared, NO_CRITERIA, toFilters, toQuery, type Criteria } from '../memory/criteria.js';

/** More films than these are not looked at one by one. */
const MOST_CHECKED = 2_000;

/** How many films of the catalogue meet criteria that describe no story. */
export async function countFilms(
  catalogue: FilmCatalogue,
  criteria: Criteria,
  signal: AbortSignal,
): Promise<{ number: number; isAtLeast: boolean }> {
  if (isFilterOnly(criteria)) return { number: await catalogue.count(toFilters(criteria)), isAtLeast: false };
  const found = await catalogue.search(toQuery(criteria, null, [], MOST_CHECKED), signal);
  return {
    number: found.filter(({ film }) => isMetBy(film, criteria)).length,
    isAtLeast: found.length >= MOST_CHECKED,
  };
}

/** True when the catalogue itself can check all of the criteria. */
const isFilterOnly = ({ people, moods, ...criteria }: Criteria) =>
  people.length < 2 &&
  moods.length === 0 &&
  criteria.withoutMoods.length + criteria.withoutPeople.length + criteria.without.length === 0 &&
  criteria.notEra === null &&
  criteria.maxMinutes === null &&
  criteria.minMinutes === null &&
  criteria.ageRating === null;

/** True for a film that meets all criteria but the description. */
export function isMetBy(film: Film, criteria: Criteria): boolean {
  const { genres, withoutGenres, moods, era, people, minRating, maxRating } = { ...NO_CRITERIA, ...criteria };
  const rating = film.rating ?? null;
  return (
    genres.every((genre) => film.genres.includes(genre)) &&
    !withoutGenres.some((genre) => film.genres.includes(genre)) &&
    (moods.length === 0 || moodsShared(criteria, film) > 0) &&
    (!era || inSpan(film.year, era)) &&
    people.every((name) => film.directors.includes(name) || film.cast.includes(name)) &&
    (minRating === null || (rating !== null && rating >= minRating)) &&
    (maxRating === null || (rating !== null && rating <= maxRating)) &&
    accepts(criteria, film)
  );
}
