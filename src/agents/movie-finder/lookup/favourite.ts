import type { FilmMatch } from '../../../catalogue/film.js';

/** So far ahead of the second, or so many times as likely, the first film is the one that was offered. */
const CLEAR_LEAD = 0.25;
const CLEAR_RATIO = 2;

/** There is a favourite among the candidates when there is only one or the first is well ahead. */
export function favourite(shown: readonly FilmMatch[]): FilmMatch | null {
  const [first, second] = shown;
  if (!first || !second) return first ?? null;
  const lead = first.confidence - second.confidence;
  return lead >= CLEAR_LEAD || first.confidence >= CLEAR_RATIO * second.confidence ? first : null;
}
