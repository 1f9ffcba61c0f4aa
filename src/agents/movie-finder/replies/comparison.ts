import type { Film, FilmOrder } from '../../../catalogue/film.js';
import type { Compared } from '../lookup/compared.js';
import { list, named } from './facts.js';

interface Measure {
  of: (film: Film) => number | null;
  /** What is unknown of a film. */
  unknown: string;
  isHighest: boolean;
  comparative: string;
  superlative: string;
  inWords: (value: number) => string;
}

const YEAR = {
  of: ({ year }: Film) => year,
  unknown: 'when it came out',
  inWords: (year: number) => `${year}`,
};
const RUNTIME = {
  of: ({ runtime }: Film) => runtime,
  unknown: 'how long it runs',
  inWords: (minutes: number) => `${minutes} minutes`,
};
const RATING = {
  of: ({ rating }: Film) => rating,
  unknown: 'how it is rated',
  inWords: (rating: number) => `${rating.toFixed(1)} out of 10 on IMDb`,
};
const MEASURES: Record<FilmOrder, Measure> = {
  oldest: { ...YEAR, isHighest: false, comparative: 'is older', superlative: 'is the oldest' },
  newest: { ...YEAR, isHighest: true, comparative: 'is newer', superlative: 'is the newest' },
  longest: { ...RUNTIME, isHighest: true, comparative: 'is longer', superlative: 'is the longest' },
  shortest: { ...RUNTIME, isHighest: false, comparative: 'is shorter', superlative: 'is the shortest' },
  best: { ...RATING, isHighest: true, comparative: 'is rated higher', superlative: 'is rated highest' },
  worst: { ...RATING, isHighest: false, comparative: 'is rated lower', superlative: 'is rated lowest' },
};

/** The films that come first in an order, of those of which it is known; several when they are equal. */
export function firstOf(films: readonly Film[], order: FilmOrder): Film[] {
  const { of, isHighest } = MEASURES[order];
  const values = films.flatMap((film) => of(film) ?? []);
  const first = isHighest ? Math.max(...values) : Math.min(...values);
  return films.filter((film) => of(film) === first);
}

/** "**Jaws** (1975) is older than **Alien** (1979)." */
export function comparison({ order, films, missing }: Compared): string {
  const { of, unknown, comparative, superlative, inWords } = MEASURES[order];
  const unnamed = missing.map((title) => `I have no film called **${title}**: it is not in my catalogue.`);
  const unmeasured = films
    .filter((film) => of(film) === null)
    .map((film) => `I do not know ${unknown}: the catalogue has nothing on that for ${named(film)}.`);
  const measured = films.filter((film) => of(film) !== null);
  if (measured.length === 0 && films.length > 1)
    return `I cannot compare them: of none of these films I know ${unknown}.`;
  const facts = (some: readonly Film[]) =>
    list(some.map((film) => (unit(order) ? `${named(film)}: ${inWords(of(film)!)}` : named(film))));
  const reasons = [...unnamed, ...unmeasured];
  if (measured.length < 2 || missing.length > 0)
    return [...reasons, measured.length > 0 && `I do have ${facts(measured)}.`].filter(Boolean).join(' ');
  const winners = firstOf(measured, order);
  const others = measured.filter((film) => !winners.includes(film));
  const [winner] = winners;
  if (!winner) return reasons.join(' ');
  if (others.length === 0) return [`There is no difference. ${facts(measured)}.`, ...reasons].join(' ');
  const verdict =
    winners.length > 1
      ? `${list(winners.map(named))} share the first place.`
      : others.length === 1 && others[0]
        ? `${named(winner)} ${comparative} than ${named(others[0])}.`
        : `${named(winner)} ${superlative}.`;
  const values = unit(order) ? ` ${facts(measured)}.` : '';
  return [`${verdict}${values}`, ...reasons].join(' ');
}

/** Years already stand beside the titles. */
const unit = (order: FilmOrder) => order !== 'oldest' && order !== 'newest';

const SCOPES = {
  all: 'Of all my films,',
  kind: 'Of the films I have for that,',
  found: 'Of these,',
};

/** "The oldest film I have for that is **Nosferatu** (1922)." */
export function firstInWords(film: Film, order: FilmOrder, among: keyof typeof SCOPES): string {
  const { of, superlative, inWords } = MEASURES[order];
  const value = of(film);
  return `${SCOPES[among]} ${named(film)} ${superlative}${unit(order) && value !== null ? ` (${inWords(value)})` : ''}.`;
}

/** Nothing is known by which the films could be sorted. */
export const unsorted = (order: FilmOrder): string =>
  `I cannot tell: of none of these films I know ${MEASURES[order].unknown}.`;

/** "I have 9 films for that (with Alfred Hitchcock)." */
export function counted(count: number, known: string, isAtLeast = false): string {
  const number = `${isAtLeast ? 'at least ' : ''}${count === 0 ? 'no' : count}`;
  const films = count === 1 ? '1 film' : `${number} films`;
  return known === '' ? `I have ${films} in my catalogue.` : `I have ${films} for that (${known}).`;
}

/** "2 of the 5 are that (comedy): **Airplane!** (1980) and **Big** (1988)." */
export function countedAmong(found: readonly Film[], among: number, known: string): string {
  const condition = known === '' ? '' : ` (${known})`;
  if (found.length === 0) return `As far as I know, none of the ${among} does${condition}.`;
  return `${found.length} of the ${among}${condition}: ${list(found.map(named))}.`;
}
