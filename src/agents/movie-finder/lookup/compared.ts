import type { Film, FilmCatalogue, FilmOrder } from '../../../catalogue/film.js';
import type { Comparing } from '../reading/comparing.js';
import { isNamedBy, TITLE_MEANT } from './names.js';

/** Films that a question compares. */
export interface Compared {
  order: FilmOrder;
  films: Film[];
  /** Titles that the catalogue does not have. */
  missing: string[];
}

const THIS = /^(?:it|this|that|this one|that one|he|she|them|(?:this|that|the) (?:film|movie))$/i;

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
  const { order, titles } = comparing;
  if (titles.length === 0) return shown.length > 1 ? { order, films: [...shown], missing: [] } : null;
  const compared: Compared = { order, films: [], missing: [] };
  for (const title of titles) {
    const films = THIS.test(title) && current ? [current] : await filmsIn(catalogue, title);
    if (films.length === 0) compared.missing.push(title);
    compared.films.push(...films.filter((film) => !compared.films.includes(film)));
  }
  return compared;
}

/** A title, or several between commas. */
async function filmsIn(catalogue: FilmCatalogue, title: string): Promise<Film[]> {
  const whole = await filmOf(catalogue, title);
  if (whole || !title.includes(',')) return whole ? [whole] : [];
  const parts = await Promise.all(title.split(',').map((part) => filmOf(catalogue, part.trim())));
  return parts.every((film) => film !== null) ? parts : [];
}

/** The film of a title. */
export async function filmOf(catalogue: FilmCatalogue, title: string): Promise<Film | null> {
  const found = await catalogue.findByTitle(title);
  const meant = found.find((match) => match.confidence >= TITLE_MEANT && isNamedBy(title, match));
  return meant?.film ?? null;
}
