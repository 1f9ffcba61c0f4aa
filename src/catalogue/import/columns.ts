import type { Film } from '../film.js';
import { ageRatingOf, languageOf, runtimeOf, skipReasonOf, type SkipReason } from './details.js';
import { readTitle } from './titles.js';
import { arrayOf, namesOf, numberOf, textOf } from './values.js';

export type ImportedFilm = Omit<Film, 'id'>;
/** Why a row is no film of the catalogue: refused, with the end of a sentence about it, or left out on purpose. */
export type NotImported = { refused: string } | { skipped: SkipReason };

/**
 * Column names of the usual exports (TMDB, Kaggle, IMDb, OMDb, MovieLens), in lower case without anything but letters
 * and digits.
 */
const COLUMNS = {
  imdbId: ['imdbid', 'tconst', 'const', 'movieimdblink', 'imdblink', 'imdburl'],
  title: [
    'title',
    'seriestitle',
    'movietitle',
    'primarytitle',
    'name',
    'names',
    'moviename',
    'filmtitle',
    'film',
    'movie',
    'originaltitle',
  ],
  originalTitle: ['originaltitle', 'origtitle'],
  year: [
    'year',
    'releasedyear',
    'releasedate',
    'releaseyear',
    'startyear',
    'titleyear',
    'released',
    'datex',
    'date',
    'premiered',
  ],
  releaseDate: ['releasedate', 'released', 'datex', 'date', 'startyear', 'year'],
  directors: ['directors', 'director', 'directorname'],
  cast: ['cast', 'actors', 'stars', 'star'],
  crew: ['crew'],
  genres: ['genres', 'genre'],
  // Not TMDB's own average: a film's rating is IMDb's, and shown as such.
  rating: ['imdbrating', 'imdbscore', 'rating', 'averagerating'],
  poster: ['poster', 'posterlink', 'posterurl', 'posterpath'],
  moods: ['moods', 'mood'],
  keywords: ['keywords', 'plotkeywords', 'tags'],
  plot: ['overview', 'plot', 'description', 'synopsis', 'summary', 'storyline'],
  type: ['type', 'titletype'],
  runtime: ['runtime', 'runtimeminutes', 'duration', 'runningtime', 'length'],
  ageRating: ['certificate', 'agerating', 'rated', 'mpaarating', 'mpaa', 'contentrating', 'certification'],
  language: ['originallanguage', 'origlang', 'language', 'languages', 'lang', 'spokenlanguages'],
  adult: ['adult', 'isadult'],
  status: ['status'],
};
/** One actor in each: "Star1", "actor_2_name". */
const SINGLE_ACTOR = /^(?:star|actor)(\d)(?:name)?$/;

const GENRES =
  `Action Adventure Animation Biography Comedy Crime Documentary Drama Family Fantasy Film-Noir History Horror
  Music Musical Mystery Romance Sci-Fi Sport Thriller War Western`.split(/\s+/);
const GENRE_OF = new Map([
  ...GENRES.map((genre) => [plain(genre), genre] as const),
  ['sciencefiction', 'Sci-Fi'],
  ['noir', 'Film-Noir'],
  ['sports', 'Sport'],
  ['biopic', 'Biography'],
  ['historical', 'History'],
  ['romantic', 'Romance'],
  ['children', 'Family'],
  ['childrens', 'Family'],
  ['kids', 'Family'],
]);
const POSTERS = 'https://image.tmdb.org/t/p/w500';
const FIRST_YEAR = 1870;

/** True when one of these columns holds titles: without one, no row can be a film. */
export const hasTitleColumn = (columns: readonly string[]): boolean =>
  columns.some((column) => COLUMNS.title.includes(plain(column)));

/** A row of an export as a film, or why it is none. */
export function filmFrom(record: Record<string, unknown>): ImportedFilm | NotImported {
  const row = new Map(Object.entries(record).map(([name, value]) => [plain(name), value]));
  const get = (column: keyof typeof COLUMNS) =>
    COLUMNS[column]
      .map((name) => row.get(name))
      .find((value) => value !== undefined && value !== null && value !== '');

  const type = textOf(get('type'), 30)?.toLowerCase();
  if (type && !/movie|film|video|short|documentary|feature/.test(type))
    return { refused: `is a ${type}, not a film` };
  const cell = textOf(get('title'), 300);
  if (!cell) return { refused: 'has no title' };
  const skipped = skipReasonOf(get('adult'), get('status'), get('releaseDate'));
  if (skipped) return { skipped };
  const read = readTitle(cell);
  const imdbId = imdbIdOf(get('imdbId'));
  const yearInColumn = yearOf(get('year'));
  // "(1999)" at the end is a year only where it does not contradict the year's own column.
  const { title, year, originalTitle } =
    read.year !== null && yearInColumn !== null && Math.abs(read.year - yearInColumn) > 1
      ? { title: cell, year: yearInColumn, originalTitle: null }
      : { ...read, year: yearInColumn ?? read.year };
  if (year === null && !imdbId) return { refused: 'has neither a year nor an IMDb id' };
  const original = textOf(get('originalTitle'), 300) ?? originalTitle;
  const directors = namesOf(get('directors') ?? directorsOf(get('crew')), 10);
  const film = {
    imdbId,
    title,
    year,
    directors,
    cast: namesOf(get('cast') ?? (row.has('datex') ? everySecondName(get('crew')) : singleActors(row)), 10),
    genres: namesOf(get('genres'), 10).flatMap((name) => GENRE_OF.get(plain(name)) ?? []),
    rating: ratingOf(get('rating')),
    poster: posterOf(get('poster')),
    moods: namesOf(get('moods'), 5).map((mood) => mood.toLowerCase()),
    keywords: namesOf(get('keywords'), 30).map((keyword) => keyword.toLowerCase()),
    plot: textOf(get('plot'), 4_000) ?? '',
    originalTitle: original === title ? null : original,
    runtime: runtimeOf(get('runtime')),
    // Some exports call a certificate a rating; a number there is a score.
    ageRating:
      ageRatingOf(get('ageRating')) ??
      (numberOf(row.get('rating')) === null ? ageRatingOf(row.get('rating')) : null),
    language: languageOf(get('language')),
  };
  const { plot, keywords, cast, genres } = film;
  const isEmpty = plot === '' && keywords.length + directors.length + cast.length + genres.length === 0;
  return isEmpty ? { refused: 'says nothing about the film: no plot, genres, keywords or people' } : film;
}

function plain(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, '');
}

/** From "tt0133093", a link to it, or only its number, as MovieLens writes it. */
function imdbIdOf(value: unknown): string | null {
  const text = textOf(value, 200);
  const [, digits] = /^(?:.*tt)?(\d{5,9})\b/.exec(text ?? '') ?? [];
  return digits ? `tt${digits.replace(/^0+/, '').padStart(7, '0')}` : null;
}

function yearOf(value: unknown): number | null {
  const [digits] = /\b(?:18|19|20)\d\d\b/.exec(textOf(value, 40) ?? '') ?? [];
  const year = Number(digits);
  return year >= FIRST_YEAR && year <= new Date().getFullYear() + 10 ? year : null;
}

function ratingOf(value: unknown): number | null {
  const rating = numberOf(typeof value === 'string' ? value.replace(/\s*\/\s*10$/, '') : value);
  return rating !== null && rating > 0 && rating <= 10 ? Math.round(rating * 10) / 10 : null;
}

function posterOf(value: unknown): string | null {
  const text = textOf(value, 500);
  if (text?.startsWith('/')) return POSTERS + text;
  return text && /^https?:\/\/\S+$/.test(text) ? text.replace(/^http:/, 'https:') : null;
}

function directorsOf(crew: unknown): unknown[] {
  const members = typeof crew === 'string' ? arrayOf(crew) : Array.isArray(crew) ? crew : [];
  return members.filter(
    (one) => typeof one === 'object' && one !== null && 'job' in one && one.job === 'Director',
  );
}

/** One much used export writes "actor, part, actor, part" into its crew. */
const everySecondName = (crew: unknown): string =>
  typeof crew === 'string'
    ? crew
        .split(',')
        .filter((_, index) => index % 2 === 0)
        .join(',')
    : '';

const singleActors = (row: ReadonlyMap<string, unknown>) =>
  [...row]
    .flatMap(([name, value]) => {
      const [, place] = SINGLE_ACTOR.exec(name) ?? [];
      return place ? [{ place, name: value }] : [];
    })
    .sort((a, b) => a.place.localeCompare(b.place));
