import { describe, type Criteria } from './criteria.js';
import { answer } from './facts.js';
import type { Film, FilmCatalogue, FilmMatch } from '../../catalogue/film.js';
import * as say from './phrasing.js';
import { nextSlot, question, type AskNote } from './questions.js';
import { CLEAR, findFilms } from './search.js';
import type { Move, Situation, SmallTalk } from './situation.js';
import { MAX_ASKED, type Memory, type Slot } from './state.js';

/** What a turn comes to. */
export interface Outcome {
  memory: Memory;
  offered: readonly FilmMatch[];
  confirmed: FilmMatch | null;
  /** The films the answer rests on. */
  sources: readonly FilmMatch[];
  draft: string;
}

/** Carries out a move: the only part of a turn that searches. */
export async function carryOut(
  move: Move,
  scene: Situation,
  catalogue: FilmCatalogue,
  signal: AbortSignal,
): Promise<Outcome> {
  switch (move.do) {
    case 'chat':
      return chat(scene, move.about);
    case 'ask':
      return ask(scene, move.criteria, move.rejected, move.note, catalogue);
    case 'search':
      return search(move, scene, catalogue, signal);
    case 'offer':
      return offer(scene, move, {
        left: move.matches.every((match) => scene.shown.includes(match)),
        answer: move.answering && move.matches[0] ? reply(scene, move.matches[0].film) : undefined,
      });
    case 'confirm':
      return confirm(scene, move.match);
    case 'clarify':
      return stay(scene, say.clarify(move.among, scene.shown, asksRuntime(scene), scene.memory.turn));
    case 'answer':
      return scene.memory.phase === 'qa' ? tell(scene, move.films) : tellOfOffer(scene, move.films);
  }
}

function chat(scene: Situation, about: SmallTalk): Outcome {
  const { memory, confirmed } = scene;
  const outcome = stay(scene, say.smallTalk(about, memory.phase, confirmed?.film ?? null, memory.turn));
  const asksOpenly = memory.phase === 'discovery' && about !== 'thanks' && about !== 'bye';
  return asksOpenly
    ? { ...outcome, memory: { ...outcome.memory, asked: recall(memory.asked, 'open') } }
    : outcome;
}

async function search(
  { criteria, rejected, always }: Extract<Move, { do: 'search' }>,
  scene: Situation,
  catalogue: FilmCatalogue,
  signal: AbortSignal,
): Promise<Outcome> {
  const seed = scene.reading.intents.has('surprise') ? scene.seed : null;
  const { matches, concession } = await findFilms(catalogue, criteria, rejected, seed, signal);
  const isEnough = always || matches.some(({ confidence }) => confidence >= CLEAR);
  const isNews =
    concession === null ||
    matches.some(({ film }) => !scene.shown.some((shown) => shown.film.id === film.id));
  if (matches.length === 0 || !isEnough || !isNews) {
    const turnedDown = rejected.length > scene.memory.rejected.length;
    if (scene.memory.phase === 'confirmation' && !turnedDown)
      return stay(scene, say.nothingBetter(scene.shown, scene.memory.turn));
    return ask(scene, criteria, rejected, turnedDown ? 'nothing-left' : 'nothing-found', catalogue);
  }
  const likeTitle = await titleOf(criteria, catalogue);
  const suggested = criteria.about.length === 0;
  return offer(
    scene,
    { matches, rejected, criteria },
    { concession, runtime: asksRuntime(scene), likeTitle, suggested },
  );
}

async function ask(
  { memory }: Situation,
  criteria: Criteria,
  rejected: string[],
  note: AskNote,
  catalogue: FilmCatalogue,
): Promise<Outcome> {
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
    draft: question(slot, criteria, note, memory.turn, await titleOf(criteria, catalogue)),
  };
}

function offer(
  { memory }: Situation,
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

function confirm({ memory }: Situation, match: FilmMatch): Outcome {
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
  scene: Situation,
  draft: string,
  sources: readonly FilmMatch[] = [],
  focus = scene.memory.focus,
): Outcome {
  const { memory, shown, confirmed } = scene;
  return { memory: after(memory, { focus }), offered: shown, confirmed, sources, draft };
}

function tell(scene: Situation, films: readonly Film[]): Outcome {
  const { confirmed } = scene;
  return stay(scene, films.map((film) => reply(scene, film)).join('\n'), confirmed ? [confirmed] : []);
}

function tellOfOffer(scene: Situation, films: readonly Film[]): Outcome {
  const focus = films.length === 1 ? (films[0] ?? null) : null;
  const about = scene.shown.filter(({ film }) => films.includes(film));
  const draft = say.answerOnOffer(
    films.map((film) => reply(scene, film)),
    scene.shown,
    focus,
  );
  return stay(scene, draft, about, focus?.id ?? null);
}

const UNSETTLED = { offered: [], focus: null, confirmed: null } satisfies Partial<Memory>;
const after = (memory: Memory, change: Partial<Memory>): Memory => ({
  ...memory,
  turn: memory.turn + 1,
  ...change,
});
const recall = (asked: readonly Slot[], slot: Slot): Slot[] => [...asked, slot].slice(-MAX_ASKED);

const asksRuntime = ({ reading: { taste } }: Situation) =>
  taste.shifts.includes('shorter') || taste.shifts.includes('longer');

const reply = ({ reading, people }: Situation, film: Film) => answer(film, { ...reading, people });

const toReference = ({ film, confidence }: FilmMatch) => ({ id: film.id, confidence });

const titleOf = async ({ like }: Criteria, catalogue: FilmCatalogue) =>
  like === null ? undefined : (await catalogue.get(like))?.title;

/** What a person watching may read while the move is carried out. */
export function progressOf(move: Move): string | null {
  if (move.do !== 'search') return null;
  const known = describe(move.criteria);
  return known ? `Searching the catalogue: ${known}` : 'Searching the catalogue';
}
