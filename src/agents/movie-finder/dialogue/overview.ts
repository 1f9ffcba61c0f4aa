import type { Film, FilmCatalogue, FilmMatch, FilmOrder } from '../../../catalogue/film.js';
import type { Compared } from '../lookup/compared.js';
import { countFilms, isMetBy } from '../lookup/count.js';
import { findFilms, type Concession } from '../lookup/search.js';
import { countOf, describe, isEmpty, type Criteria } from '../memory/criteria.js';
import { comparison, counted, countedAmong, firstInWords, firstOf, unsorted } from '../replies/comparison.js';
import { pick, QUESTIONS } from '../replies/questions.js';
import { offer, stay, type Outcome } from './outcome.js';
import { filmsOf, type TurnContext } from './turn-context.js';

const ABOUT_EITHER = 'Ask me about any of them, or tell me which one you would like.';
const LISTED = 5;
const UNCOUNTED = 'I cannot count films by what happens in them.';

/** Answers which of some films is the oldest, the best rated and so on. */
export function compare(context: TurnContext, compared: Compared): Outcome {
  const { memory, shown } = context;
  const { films, order } = compared;
  const answer = comparison(compared);
  const matches = films.map((film): FilmMatch => ({ film, confidence: 1 }));
  if (memory.phase !== 'discovery' || films.length < 2) {
    const [first, ...others] = firstOf(films, order);
    const isShown = shown.some(({ film }) => film === first);
    const focus = first && isShown && others.length === 0 ? first.id : memory.focus;
    const wayOn = memory.phase === 'discovery' ? ` ${pick(memory.turn, ...QUESTIONS.open)}` : '';
    return stay(context, `${answer}${wayOn}`, matches, focus);
  }
  return offer(context, { matches, rejected: memory.rejected }, { answer, asksBack: ABOUT_EITHER });
}

/** Answers how many films meet the criteria: of the catalogue, or of those on offer. */
export async function count(
  context: TurnContext,
  criteria: Criteria,
  among: readonly Film[] | null,
  catalogue: FilmCatalogue,
  signal: AbortSignal,
): Promise<Outcome> {
  const { memory, shown } = context;
  if (among) {
    const isDescribed = criteria.about.length > 0 || criteria.like !== null;
    // A story too short to search by is no condition that can be checked either.
    if (isDescribed || (isEmpty(criteria) && context.reading.content.length > 0))
      return stay(context, UNCOUNTED);
    const found = among.filter((film) => isMetBy(film, criteria));
    const those = shown.filter(({ film }) => found.includes(film));
    const focus = those.length === 1 ? (found[0]?.id ?? null) : memory.focus;
    return stay(context, countedAmong(found, among.length, describe(criteria)), those, focus);
  }
  if (isEmpty(criteria)) return stay(context, `${counted(await catalogue.count({}), '')} ${wayOn(context)}`);
  const { about, like, ...rest } = criteria;
  const isDescribed = about.length > 0 || like !== null;
  const { number, isAtLeast } = isDescribed ? NOT_COUNTED : await countFilms(catalogue, criteria, signal);
  if (number === 0) return stay(context, `${counted(0, describe(criteria))} ${wayOn(context)}`);
  const wish = { seed: null, isRefusal: false };
  const { matches, concession } = await findFilms(catalogue, criteria, [], wish, signal);
  const answer =
    number === null
      ? uncounted(countOf({ ...rest, about: [], like: null }) > 0)
      : counted(number, describe(criteria), isAtLeast);
  if (matches.length === 0) return stay(context, `${answer} ${wayOn(context)}`);
  const lead = number !== null && number <= LISTED ? answer : `${answer} Some of them:`;
  return offer(
    context,
    { matches, rejected: memory.rejected, criteria },
    { answer: number === null ? answer : lead, concession, asksBack: ABOUT_EITHER },
  );
}

const NOT_COUNTED = { number: null, isAtLeast: false };

/** Offers the films of a kind that come first in an order. */
export function firstOfAll(
  context: TurnContext,
  found: { matches: FilmMatch[]; rejected: string[]; criteria: Criteria },
  order: FilmOrder,
  concession: Concession | null,
): Outcome {
  const [first] = firstOf(filmsOf(found.matches), order);
  const answer = first ? firstInWords(first, order, scopeOf(found.criteria)) : unsorted(order);
  if (!first) return stay(context, answer);
  return offer(context, found, { answer, concession, asksBack: ABOUT_EITHER });
}

/** Films found by a description are the nearest to it, not all that fit. */
const scopeOf = (criteria: Criteria) =>
  criteria.about.length > 0 || criteria.like !== null ? 'found' : isEmpty(criteria) ? 'all' : 'kind';

const uncounted = (hasMore: boolean) =>
  `I cannot count films by what happens in them${hasMore ? ' together with the rest' : ''}; these come close:`;

const wayOn = ({ memory }: TurnContext) =>
  memory.phase === 'discovery' ? pick(memory.turn, ...QUESTIONS.open) : '';
