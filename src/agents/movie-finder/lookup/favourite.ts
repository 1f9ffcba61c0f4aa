import type { FilmMatch } from '../../../catalogue/film.js';

/** So far ahead of the second, or so many times as likely, the first film is the one that was offered. */
const CLEAR_LEAD = 0.25;
const CLEAR_RATIO = 2;

/** One candidate is clearly ahead: it is the only one, or the first by a margin. */
export function favourite(shown: readonly FilmMatch[]): FilmMatch | null {
  const [first, second] = shown;
  if (!first || !second) return first ?? null;
  const lead = first.confidence - second.confidence;
  return lead >= CLEAR_LEAD || first.confidence >= CLEAR_RATIO * second.confidence ? first : null;
}
