import type { Film, FilmCatalogue, FilmOrder } from '../../../catalogue/film.js';
import type { Comparing } from '../reading/comparing.js';
import { filmOf } from './names.js';

/** Films that a question compares. */
export interface Compared {
  order: FilmOrder;
  films: Film[];
  /** Titles that the catalogue does not have. */
  missing: string[];
}

const THIS = /^(?:it|this|that|this one|that one|(?:this|that|the) (?:film|movie))$/i;

/**
 * Looks up the films that a question compares; those on offer when it names none.
 * @param current the film that "it" refers to
 */
export async function lookUpCompared(
  catalogue: FilmCatalogue,
  comparing: Comparing | null,
  shown: readonly Film[],
  current: Film | null,
): Promise<Compared | null> {
  if (!comparing) return null;
  const { order, titles, isWho } = comparing;
  if (titles.length === 0) return shown.length > 1 ? { order, films: [...shown], missing: [] } : null;
  const compared: Compared = { order, films: [], missing: [] };
  let isNamed = false;
  for (const title of titles) {
    const isThis = THIS.test(title) && current;
    const films = isThis ? [current] : await filmsIn(catalogue, title);
    isNamed ||= !isThis && films.length > 0;
    if (films.length === 0) compared.missing.push(title);
    compared.films.push(...films.filter((film) => !compared.films.includes(film)));
  }
  return isNamed && !(isWho && compared.missing.length > 0) ? compared : null;
}

const MOST_PARTS = 6;

/** A title, or several between commas. */
async function filmsIn(catalogue: FilmCatalogue, title: string): Promise<Film[]> {
  const whole = await filmOf(catalogue, title);
  if (whole || !title.includes(',')) return whole ? [whole] : [];
  const parts = title.split(',');
  if (parts.length > MOST_PARTS) return [];
  const films: Film[] = [];
  for (const part of parts) {
    const film = await filmOf(catalogue, part.trim());
    if (!film) return [];
    films.push(film);
  }
  return films;
}
