import type { FilmRow } from '../entities/film.entity.js';

/** One film. Lists are ordered as billed; unknown values are null or empty. */
export type StoredFilm = Pick<FilmRow, keyof typeof FILM_FIELDS>;
export const FILM_FIELDS = {
  id: true,
  imdbId: true,
  title: true,
  year: true,
  directors: true,
  cast: true,
  genres: true,
  rating: true,
  poster: true,
  moods: true,
  keywords: true,
  plot: true,
  originalTitle: true,
  runtime: true,
  ageRating: true,
  language: true,
} as const;

/** A film with its lookup keys and origin. */
export type KnownFilm = StoredFilm & Pick<FilmRow, 'titleKey' | 'origin'>;

export interface FilmVector {
  model: string;
  /** A signed byte for each dimension. */
  bytes: Buffer;
}

/** A film to write. Without a vector the stored one is kept unless plot or keywords differ. */
export interface FilmWrite extends KnownFilm {
  vector?: FilmVector;
}

export type IndexedFilm = StoredFilm & Pick<FilmRow, 'vector'>;

export type UnembeddedFilm = Pick<FilmRow, 'id' | 'plot' | 'keywords' | 'revision'>;

/** Looks up a stored film: by IMDb id, otherwise by title and year. */
export type FilmLookup = (film: Pick<KnownFilm, 'imdbId' | 'titleKey'>) => KnownFilm | undefined;

export function lookupIn(films: readonly KnownFilm[]): FilmLookup {
  const byImdbId = new Map(films.map((film) => [film.imdbId, film]));
  const byTitle = new Map<string, KnownFilm[]>();
  for (const film of films) byTitle.set(film.titleKey, [...(byTitle.get(film.titleKey) ?? []), film]);
  return ({ imdbId, titleKey }) =>
    (imdbId && byImdbId.get(imdbId)) ||
    // Two films with different IMDb ids are different films, even with equal titles.
    byTitle.get(titleKey)?.find((film) => !film.imdbId || !imdbId);
}
