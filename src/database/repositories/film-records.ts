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

/** A film with what is needed to find it again and to write it. */
export type KnownFilm = StoredFilm & Pick<FilmRow, 'titleKey' | 'origin'>;

export interface FilmVector {
  model: string;
  /** A signed byte for each dimension. */
  bytes: Buffer;
}

/** A change to one film. Without a vector the stored one stays unless plot or keywords differ. */
export interface FilmWrite extends KnownFilm {
  vector?: FilmVector;
}

export type IndexedFilm = StoredFilm & Pick<FilmRow, 'vector'>;

export type UnembeddedFilm = Pick<FilmRow, 'id' | 'plot' | 'keywords' | 'revision'>;

/** Finds what the database already has of a film: by IMDb id, else by title and year. */
export type FilmLookup = (film: Pick<KnownFilm, 'imdbId' | 'titleKey'>) => KnownFilm | undefined;

export function lookupIn(films: readonly KnownFilm[]): FilmLookup {
  const byImdbId = new Map(films.map((film) => [film.imdbId, film]));
  const byTitle = new Map<string, KnownFilm[]>();
  for (const film of films) byTitle.set(film.titleKey, [...(byTitle.get(film.titleKey) ?? []), film]);
  return ({ imdbId, titleKey }) =>
    (imdbId && byImdbId.get(imdbId)) ||
    // Two films with ids of their own are two films, whatever their titles.
    byTitle.get(titleKey)?.find((film) => !film.imdbId || !imdbId);
}
