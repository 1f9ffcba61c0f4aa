import { countOf, isEmpty, merge, type Criteria } from '../memory/criteria.js';
import type { Film, FilmMatch } from '../../../catalogue/film.js';
import { TITLE_MEANT } from '../lookup/names.js';
import type { SmallTalk } from '../replies/phrasing.js';
import { idsOf, type Action, type TurnContext } from './turn-context.js';
import { isBare, saysTaste, type Reading } from '../reading/understand.js';

/** From this similarity on a title is meant, even where the message could be a question. */
const TITLE_CERTAIN = 0.9;
/** Films whose titles are about equally similar are offered together. */
const TITLE_SPREAD = 0.1;
/** Words that may accompany small talk, and that make a question without a verb. */
const SHORT = 3;

export const isCertain = ({ confidence }: FilmMatch) => confidence >= TITLE_CERTAIN;

/**
 * True when the message is a question about a film.
 * @param fragments whether "cast" alone is a question
 */
export function asks({ isQuestion, topics, text, intents, limits }: Reading, fragments: boolean): boolean {
  if (intents.has('help') || intents.has('surprise')) return false;
  if (isQuestion) return topics.length > 0 || !(intents.has('other') || intents.has('more'));
  const limitsRating = limits.minRating !== null || limits.maxRating !== null;
  return (
    fragments &&
    !limitsRating &&
    topics.length > 0 &&
    text.split(' ').length <= SHORT &&
    !intents.has('request')
  );
}

/** Hello, thanks and the like, when the message is nothing else. */
export function smallTalk(reading: Reading): SmallTalk | null {
  const { intents, content } = reading;
  if (saysTaste(reading.taste) || reading.era || reading.like) return null;
  const talk = (['help', 'bye', 'thanks', 'praise', 'greeting'] as const).find((intent) =>
    intents.has(intent),
  );
  return talk && content.length < SHORT ? talk : null;
}

/** Offers films by their title; null when none is similar enough. */
export function offerOf(
  { memory, reading, people }: TurnContext,
  titles: readonly FilmMatch[],
): Action | null {
  const meant = titles.filter(({ confidence }) => confidence >= TITLE_MEANT);
  const top = Math.max(0, ...meant.map(({ confidence }) => confidence));
  const near = meant.filter(({ confidence }) => confidence > top - TITLE_SPREAD);
  const matches = ofItsKind(near, reading);
  if (matches.length === 0) return null;
  const ids = idsOf(matches);
  const { isQuestion, topics, taste, text } = reading;
  const asksTrait =
    (saysTaste(taste) || people.length > 0 || reading.era !== null) &&
    !/^(?:and |so )?(?:is|was) (?:it|this|that)\b/.test(text);
  const answering = isQuestion && (topics.length > 0 || asksTrait);
  return { do: 'offer', matches, rejected: memory.rejected.filter((id) => !ids.includes(id)), answering };
}

/** "The original" is the oldest of them, "the remake" the newest. */
function ofItsKind(matches: FilmMatch[], { intents }: Reading): FilmMatch[] {
  const years = matches.map(({ film }) => film.year ?? 0);
  if (intents.has('original')) return matches.filter(({ film }) => film.year === Math.min(...years));
  return intents.has('remake') ? matches.filter(({ film }) => film.year === Math.max(...years)) : matches;
}

/** Removes candidates. */
export function turnDown(context: TurnContext, films: readonly Film[]): Action {
  const { memory, shown, wanted } = context;
  const rejected = [...memory.rejected, ...films.map(({ id }) => id)];
  const left = shown.filter(({ film }) => !films.includes(film));
  if (left.length > 0) return { do: 'offer', matches: left, rejected, answering: false };
  const criteria = merge(memory.criteria, wanted);
  // The description is searched for again; rejected films are not offered twice.
  return countOf(criteria) > 1 && (isSuggested(criteria, shown) || memory.rejected.length > 0)
    ? { do: 'search', criteria, rejected, always: true }
    : lookOrAsk(context, criteria, rejected, false);
}

/**
 * The user chooses among suggestions instead of looking for one film: several were offered, or a kind was requested.
 */
const isSuggested = ({ about }: Criteria, shown: readonly FilmMatch[]) =>
  shown.length > 1 || about.length === 0;

/** Searches again, with films rejected or criteria added; null when the message does neither. */
export function searchAgain({ memory, reading, wanted, shown, refused }: TurnContext): Action | null {
  const { intents } = reading;
  const turnsDown =
    intents.has('other') || intents.has('more') || intents.has('surprise') || refusesAll(reading);
  if (isEmpty(wanted) && !turnsDown && refused.length === 0) return null;
  const isRequest = intents.has('request') && !turnsDown && wanted.genres.length > 0;
  const startsAnew = countOf(wanted) > 0 && (intents.has('replace') || isRequest);
  const criteria = startsAnew ? wanted : merge(memory.criteria, wanted);
  const rejected = [...memory.rejected, ...idsOf(refused), ...(turnsDown ? idsOf(shown) : [])];
  if (isEmpty(criteria) && !intents.has('surprise'))
    return { do: 'ask', criteria, note: 'turned-down', rejected };
  const isOnlyDescribed = countOf(criteria) === criteria.about.length;
  return { do: 'search', criteria, rejected, always: isBare(reading) || !isOnlyDescribed };
}

/** "No", but not "no horror", which narrows the choice down. */
const refusesAll = ({ intents, unwanted, taste, text }: Reading) => {
  const narrows = unwanted.length + taste.withoutGenres.length + taste.withoutMoods.length > 0;
  return (intents.has('no') || intents.has('seen')) && !(narrows && /^(?:no|not|nothing) [^,]/.test(text));
};

/**
 * Searches once two criteria are known or there is a description; otherwise asks for more.
 * @param always whether to search with whatever is known, because the user asked for films
 */
export function lookOrAsk(
  context: TurnContext,
  criteria: Criteria,
  rejected: string[],
  always: boolean,
): Action {
  const { reading, wanted } = context;
  if (always || (countOf(criteria) > 1 && !isEmpty(wanted)))
    return { do: 'search', criteria, rejected, always: true };
  if (wanted.about.length > 0 && reading.content.length > 0)
    return { do: 'search', criteria, rejected, always: false };
  return { do: 'ask', criteria, note: reasonToAsk(context, criteria), rejected };
}

function reasonToAsk({ memory, reading, wanted }: TurnContext, criteria: Criteria) {
  if (memory.phase === 'discovery')
    return isEmpty(wanted) && reading.intents.size === 0 ? 'not-understood' : null;
  if (!isEmpty(criteria)) return null;
  return memory.phase === 'qa' ? 'fresh' : 'turned-down';
}
