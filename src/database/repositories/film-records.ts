import type { FilmOrigin } from '../entities/film.entity.js';

/** One film. Lists are ordered as billed; unknown values are null or empty. */
export interface StoredFilm {
  id: string;
  imdbId: string | null;
  title: string;
  year: number | null;
  directors: string[];
  cast: string[];
  genres: string[];
  /** IMDb's, 0…10. */
  rating: number | null;
  poster: string | null;
  moods: string[];
  keywords: string[];
  plot: string;
  /** The title it had where it was made, when that is another one. */
  originalTitle: string | null;
  /** Minutes. */
  runtime: number | null;
  /** As printed on the poster: "PG-13", "R", "FSK 12". */
  ageRating: string | null;
  /** The original language in English: "Japanese". */
  language: string | null;
}

/** A film with what is needed to find it again and to write it. */
export interface KnownFilm extends StoredFilm {
  titleKey: string;
  origin: FilmOrigin;
}

export interface FilmVector {
  model: string;
  /** A signed byte for each dimension. */
  bytes: Buffer;
}

/** A change to one film. Without a vector the stored one stays unless plot or keywords differ. */
export interface FilmWrite extends KnownFilm {
  vector?: FilmVector;
}

export interface IndexedFilm extends StoredFilm {
  vector: Buffer | null;
}

export interface UnembeddedFilm extends Pick<StoredFilm, 'id' | 'plot' | 'keywords'> {
  revision: number;
}

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
