import type { FilmWrite, KnownFilm } from '../../database/repositories/film-records.js';
import { filmId, storedTitleKey } from '../film-identity.js';
import type { ImportedFilm } from './columns.js';

const MAX_KEYWORDS = 40;

/** What is to be found, and written, of a film that was read. */
export interface Incoming extends ImportedFilm {
  titleKey: string;
}

export const incoming = (film: ImportedFilm): Incoming => ({
  ...film,
  titleKey: storedTitleKey(film.title, film.year),
});

export const newFilm = (film: Incoming): FilmWrite => ({
  ...film,
  id: filmId(film.imdbId, film.titleKey),
  origin: 'imported',
});

/**
 * A stored film merged with an imported one: imported values replace the earlier ones, missing values stay, and
 * keywords are added, since every one of them helps to find the film.
 * @returns null when nothing changes
 */
export function merged(known: KnownFilm, film: Incoming): FilmWrite | null {
  const filled = Object.entries(film).filter(
    ([, value]) => value !== null && value !== '' && !isEmptyArray(value),
  );
  const result: FilmWrite = {
    ...known,
    ...Object.fromEntries(filled),
    keywords: [...new Set([...known.keywords, ...film.keywords])].slice(0, MAX_KEYWORDS),
    titleKey: storedTitleKey(film.title, film.year ?? known.year),
    origin: 'imported',
  };
  const fields = Object.keys(known) as (keyof KnownFilm)[];
  const isSame = fields.every(
    (field) => field === 'origin' || JSON.stringify(known[field]) === JSON.stringify(result[field]),
  );
  return isSame ? null : result;
}

const isEmptyArray = (value: unknown) => Array.isArray(value) && value.length === 0;
