import { describe, type Criteria } from '../memory/criteria.js';
import { unsorted } from '../replies/comparison.js';
import { answer } from '../replies/facts.js';
import { spells } from '../lookup/names.js';
import { isBare } from '../reading/understand.js';
import { isPronoun } from '../reading/asked-title.js';
import type { Topic } from '../reading/topics.js';
import type { Film, FilmCatalogue, FilmMatch } from '../../../catalogue/film.js';
import * as say from '../replies/phrasing.js';
import { nextSlot, question, type AskNote } from '../replies/questions.js';
import { CLEAR, findFilms } from '../lookup/search.js';
import type { SmallTalk } from '../replies/phrasing.js';
import type { Action, TurnContext } from './turn-context.js';
import { after, offer, recall, stay, toReference, UNSETTLED, type Outcome } from './outcome.js';
import { compare, count, firstOfAll } from './overview.js';

/** Executes an action: the only part of a turn that searches. */
export async function execute(
  action: Action,
  context: TurnContext,
  catalogue: FilmCatalogue,
  signal: AbortSignal,
): Promise<Outcome> {
  switch (action.do) {
    case 'chat':
      return chat(context, action.about);
    case 'ask':
      return ask(context, action.criteria, action.rejected, action.note, catalogue);
    case 'search':
      return search(action, context, catalogue, signal);
    case 'offer':
      return offer(context, action, {
        left: action.missing === undefined && action.matches.every((match) => context.shown.includes(match)),
        missing: action.missing,
        answer: action.answering && action.matches[0] ? reply(context, action.matches[0].film) : undefined,
      });
    case 'confirm':
      return confirm(context, action.match);
    case 'compare':
      return compare(context, action.compared);
    case 'count':
      return count(context, action.criteria, action.among, catalogue, signal);
    case 'clarify':
      return stay(
        context,
        say.clarify(action.among, context.shown, asksRuntime(context), context.memory.turn),
      );
    case 'answer':
      return context.memory.phase === 'qa'
        ? answerOnConfirmed(context, action.films)
        : answerOnOffer(context, action.films);
  }
}

function chat(context: TurnContext, about: SmallTalk): Outcome {
  const { memory, confirmed } = context;
  const outcome = stay(context, say.smallTalk(about, memory.phase, confirmed?.film ?? null, memory.turn));
  const asksOpenly = memory.phase === 'discovery' && about !== 'thanks' && about !== 'bye';
  return asksOpenly
    ? { ...outcome, memory: { ...outcome.memory, asked: recall(memory.asked, 'open') } }
    : outcome;
}

async function search(
  { criteria, rejected, always, order = null }: Extract<Action, { do: 'search' }>,
  context: TurnContext,
  catalogue: FilmCatalogue,
  signal: AbortSignal,
): Promise<Outcome> {
  const seed = context.reading.intents.has('surprise') ? context.seed : null;
  const turnedDown =
    rejected.length > context.memory.rejected.length || (rejected.length > 0 && isBare(context.reading));
  const wish = { seed, order, isRefusal: turnedDown };
  const { matches, concession } = await findFilms(catalogue, criteria, rejected, wish, signal);
  if (order && matches.length === 0 && (order === 'longest' || order === 'shortest'))
    return stay(context, unsorted(order));
  const isEnough = always || matches.some(({ confidence }) => confidence >= CLEAR);
  const isNews =
    concession === null ||
    matches.some(({ film }) => !context.shown.some((shown) => shown.film.id === film.id));
  if (matches.length === 0 || !isEnough || !isNews) {
    if (context.memory.phase === 'confirmation' && !turnedDown)
      return stay(context, say.nothingBetter(context.shown, context.memory.turn));
    return ask(context, criteria, rejected, turnedDown ? 'nothing-left' : reasonNothing(context), catalogue);
  }
  if (order) return firstOfAll(context, { matches, rejected, criteria }, order, concession);
  const likeTitle = await titleOf(criteria, catalogue);
  const suggested = criteria.about.length === 0 || concession === 'story';
  return offer(
    context,
    { matches, rejected, criteria },
    {
      concession,
      runtime: asksRuntime(context) && concession !== 'runtime',
      notUnderstood: notUnderstood(context),
      byLanguage: criteria.withoutLanguage !== null,
      likeTitle,
      suggested,
      answer: asksAbout(context, criteria) && matches[0] ? reply(context, matches[0].film) : undefined,
    },
  );
}

/** "Who plays the Joker?": a question about the film that its words describe. */
const asksAbout = ({ reading: { isQuestion, topics } }: TurnContext, { about }: Criteria) =>
  isQuestion && about.length > 0 && topics.some((topic) => ABOUT_ONE.has(topic));
const ABOUT_ONE = new Set<Topic>(['role', 'director', 'cast', 'year', 'runtime']);

/** Words of another language that were neither read nor found to be names. */
function notUnderstood({ reading: { translation }, people }: TurnContext): string[] {
  return (translation?.unknown ?? [])
    .filter((word) => !people.some((name) => spells(name, word)))
    .slice(0, 5);
}

/** A title that the catalogue does not have, or a description without a match. */
const reasonNothing = ({ reading: { asked } }: TurnContext): AskNote =>
  asked && !isPronoun(asked) ? 'unknown-title' : 'nothing-found';

async function ask(
  context: TurnContext,
  criteria: Criteria,
  rejected: string[],
  note: AskNote,
  catalogue: FilmCatalogue,
): Promise<Outcome> {
  const { memory, reading, missing } = context;
  const asked = note === 'fresh' ? [] : memory.asked;
  const slot = nextSlot(criteria, asked);
  return {
    memory: after(memory, {
      ...UNSETTLED,
      phase: 'discovery',
      criteria,
      rejected,
      asked: recall(asked, slot),
    }),
    offered: [],
    confirmed: null,
    sources: [],
    draft: question(slot, criteria, note, memory.turn, {
      like: await titleOf(criteria, catalogue),
      missing: missing?.title ?? reading.asked?.title,
      notUnderstood: notUnderstood(context),
    }),
  };
}

function confirm({ memory }: TurnContext, match: FilmMatch): Outcome {
  return {
    memory: after(memory, { phase: 'qa', asked: [], focus: null, confirmed: toReference(match) }),
    offered: [],
    confirmed: match,
    sources: [match],
    draft: say.introduce(match.film, memory.turn),
  };
}

function answerOnConfirmed(context: TurnContext, films: readonly Film[]): Outcome {
  const { confirmed } = context;
  return stay(context, films.map((film) => reply(context, film)).join('\n'), confirmed ? [confirmed] : []);
}

function answerOnOffer(context: TurnContext, films: readonly Film[]): Outcome {
  const focus = films.length === 1 ? (films[0] ?? null) : null;
  const about = context.shown.filter(({ film }) => films.includes(film));
  const draft = say.answerOnOffer(
    films.map((film) => reply(context, film)),
    context.shown,
    focus,
  );
  return stay(context, draft, about, focus?.id ?? null);
}

const asksRuntime = ({ reading: { taste } }: TurnContext) =>
  taste.shifts.includes('shorter') || taste.shifts.includes('longer');

const reply = ({ reading, people }: TurnContext, film: Film) => answer(film, { ...reading, people });

const titleOf = async ({ like }: Criteria, catalogue: FilmCatalogue) =>
  like === null ? undefined : (await catalogue.get(like))?.title;

/** The progress message while the action is executed. */
export function progressOf(action: Action): string | null {
  if (action.do !== 'search') return null;
  const known = describe(action.criteria);
  return known ? `Searching the catalogue: ${known}` : 'Searching the catalogue';
}
