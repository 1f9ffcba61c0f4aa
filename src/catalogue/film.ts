import type { StoredFilm } from '../database/repositories/film-records.js';

/** One film of the catalogue. */
export type Film = StoredFilm;

/** By which films are sorted where nothing is described; those of which it is unknown are left out. */
export type FilmOrder = 'oldest' | 'newest' | 'best' | 'worst' | 'longest' | 'shortest';

/** What is searched for. Text is searched by meaning and by words; the rest are hard filters. */
export interface FilmQuery {
  text: string;
  /** All of them. */
  genres?: string[];
  withoutGenres?: string[];
  /** Inclusive. */
  fromYear?: number;
  toYear?: number;
  /** The original language, in English. Films whose language is unknown have none of them. */
  language?: string;
  withoutLanguage?: string;
  /** Out of 10, inclusive. Films without a rating meet neither. */
  minRating?: number;
  maxRating?: number;
  /** Someone who directed or plays in it; typos are forgiven. */
  person?: string;
  /** Look near this film too: its own vector and words join the text's. */
  like?: Film;
  /** Films not to be offered (again). */
  exceptIds?: string[];
  order?: FilmOrder;
  /** At most so many, best first. */
  limit: number;
}

/** The part of a query that each film meets or does not. */
export type FilmFilters = Omit<FilmQuery, 'text' | 'like' | 'order' | 'limit'>;

export interface FilmMatch {
  film: Film;
  /**
   * 0…1: the probability that this film is the one described; comparable across queries. An exact title has 1, a
   * description that fits one film well 0.9 and more, noise less than 0.3. Each film is judged by itself: two that
   * fit equally well are both high. Where nothing but filters was given, all have 0.5.
   */
  confidence: number;
  /** In plain words, the title it was found by; set by a search for titles. */
  foundAs?: string;
}

/** The catalogue as the agent uses it. */
export abstract class FilmCatalogue {
  /**
   * Best first; empty when nothing is near, unless filters or `like` narrow it down. Without text the better rated come
   * first. Works by words alone while embeddings cannot be had.
   * @throws the signal's reason, or the database's error
   */
  abstract search(query: FilmQuery, signal?: AbortSignal): Promise<FilmMatch[]>;
  /** Number of films that pass the filters. */
  abstract count(filters: FilmFilters): Promise<number>;
  /**
   * Films whose title is the text, best first, at most 5. Tolerates typos, articles, a subtitle left out, small
   * words around it ("I think it is …"), numbers in words, and takes a year ("Heat 1995") into account.
   */
  abstract findByTitle(text: string): Promise<FilmMatch[]>;
  /** People (directors, cast) named in the text, as the catalogue spells them; typos forgiven; at most 3. */
  abstract findPeople(text: string): Promise<string[]>;
  abstract get(id: string): Promise<Film | null>;
}
