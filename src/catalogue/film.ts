import type { StoredFilm } from '../database/repositories/film-records.js';

/** One film of the catalogue. */
export type Film = StoredFilm;

/** What is searched for. Text is searched by meaning and by words; the rest are hard filters. */
export interface FilmQuery {
  text: string;
  /** All of them. */
  genres?: string[];
  withoutGenres?: string[];
  /** Inclusive. */
  fromYear?: number;
  toYear?: number;
  /** Someone who directed or plays in it; typos are forgiven. */
  person?: string;
  /** Look near this film too: its own vector and words join the text's. */
  like?: Film;
  /** Films not to be offered (again). */
  exceptIds?: string[];
  /** At most so many, best first. */
  limit: number;
}

export interface FilmMatch {
  film: Film;
  /**
   * 0…1: the probability that this film is the one described; comparable across queries. An exact title has 1, a
   * description that fits one film well 0.9 and more, noise less than 0.3. Each film is judged by itself: two that
   * fit equally well are both high. Where nothing but filters was given, all have 0.5.
   */
  confidence: number;
}

/** The catalogue as the agent uses it. */
export abstract class FilmCatalogue {
  /**
   * Best first; empty when nothing is near, unless filters or `like` narrow it down. Without text the better rated come
   * first. Works by words alone while embeddings cannot be had.
   * @throws the signal's reason, or the database's error
   */
  abstract search(query: FilmQuery, signal?: AbortSignal): Promise<FilmMatch[]>;
  /**
   * Films whose title is the text, best first, at most 5. Tolerates typos, articles, a subtitle left out, small
   * words around it ("I think it is …"), numbers in words, and takes a year ("Heat 1995") into account.
   */
  abstract findByTitle(text: string): Promise<FilmMatch[]>;
  /** People (directors, cast) named in the text, as the catalogue spells them; typos forgiven; at most 3. */
  abstract findPeople(text: string): Promise<string[]>;
  abstract get(id: string): Promise<Film | null>;
}
