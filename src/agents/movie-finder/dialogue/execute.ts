import { describe, type Criteria } from '../memory/criteria.js';
import { answer } from '../replies/facts.js';
import { spells } from '../lookup/names.js';
import { isPronoun } from '../reading/asked-title.js';
import type { Topic } from '../reading/topics.js';
import type { Film, FilmCatalogue, FilmMatch } from '../../../catalogue/film.js';
import * as say from '../replies/phrasing.js';
import { nextSlot, question, type AskNote } from '../replies/questions.js';
import { CLEAR, findFilms } from '../lookup/search.js';
import type { SmallTalk } from '../replies/phrasing.js';
import type { Action, TurnContext } from './turn-context.js';
import { MAX_ASKED, type Memory, type Slot } from '../memory/state.js';

/** The result of a turn. */
export interface Outcome {
  memory: Memory;
  offered: readonly FilmMatch[];
  confirmed: FilmMatch | null;
  /** The films that the answer is about. */
  sources: readonly FilmMatch[];
  draft: string;
}

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
  { criteria, rejected, always }: Extract<Action, { do: 'search' }>,
  context: TurnContext,
  catalogue: FilmCatalogue,
  signal: AbortSignal,
): Promise<Outcome> {
  const seed = context.reading.intents.has('surprise') ? context.seed : null;
  const { matches, concession } = await findFilms(catalogue, criteria, rejected, seed, signal);
  const isEnough = always || matches.some(({ confidence }) => confidence >= CLEAR);
  const isNews =
    concession === null ||
    matches.some(({ film }) => !context.shown.some((shown) => shown.film.id === film.id));
  if (matches.length === 0 || !isEnough || !isNews) {
    const turnedDown = rejected.length > context.memory.rejected.length;
    if (context.memory.phase === 'confirmation' && !turnedDown)
      return stay(context, say.nothingBetter(context.shown, context.memory.turn));
    return ask(context, criteria, rejected, turnedDown ? 'nothing-left' : reasonNothing(context), catalogue);
  }
  const likeTitle = await titleOf(criteria, catalogue);
  const suggested = criteria.about.length === 0;
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

function offer(
  { memory }: TurnContext,
  {
    matches,
    rejected,
    criteria = memory.criteria,
  }: { matches: FilmMatch[]; rejected: string[]; criteria?: Criteria },
  notes: say.OfferNotes,
): Outcome {
  return {
    memory: after(memory, {
      ...UNSETTLED,
      phase: 'confirmation',
      criteria,
      rejected,
      offered: matches.map(toReference),
    }),
    offered: matches,
    confirmed: null,
    sources: matches,
    draft: say.offer(matches, notes, memory.turn),
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

/** An answer that changes nothing. */
function stay(
  context: TurnContext,
  draft: string,
  sources: readonly FilmMatch[] = [],
  focus = context.memory.focus,
): Outcome {
  const { memory, shown, confirmed } = context;
  return { memory: after(memory, { focus }), offered: shown, confirmed, sources, draft };
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

const UNSETTLED = { offered: [], focus: null, confirmed: null } satisfies Partial<Memory>;
const after = (memory: Memory, change: Partial<Memory>): Memory => ({
  ...memory,
  turn: memory.turn + 1,
  ...change,
});
const recall = (asked: readonly Slot[], slot: Slot): Slot[] => [...asked, slot].slice(-MAX_ASKED);

const asksRuntime = ({ reading: { taste } }: TurnContext) =>
  taste.shifts.includes('shorter') || taste.shifts.includes('longer');

const reply = ({ reading, people }: TurnContext, film: Film) => answer(film, { ...reading, people });

const toReference = ({ film, confidence }: FilmMatch) => ({ id: film.id, confidence });

const titleOf = async ({ like }: Criteria, catalogue: FilmCatalogue) =>
  like === null ? undefined : (await catalogue.get(like))?.title;

/** The progress message while the action is executed. */
export function progressOf(action: Action): string | null {
  if (action.do !== 'search') return null;
  const known = describe(action.criteria);
  return known ? `Searching the catalogue: ${known}` : 'Searching the catalogue';
}
