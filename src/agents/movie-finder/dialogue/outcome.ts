import type { Criteria } from '../memory/criteria.js';
import type { FilmMatch } from '../../../catalogue/film.js';
import { MAX_ASKED, type Memory, type Slot } from '../memory/state.js';
import * as say from '../replies/phrasing.js';
import type { TurnContext } from './turn-context.js';

/** The result of a turn. */
export interface Outcome {
  memory: Memory;
  offered: readonly FilmMatch[];
  confirmed: FilmMatch | null;
  /** The films that the answer is about. */
  sources: readonly FilmMatch[];
  draft: string;
}

/** Offers films, with the words that belong to them. */
export function offer(
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

/** An answer that changes nothing. */
export function stay(
  context: TurnContext,
  draft: string,
  sources: readonly FilmMatch[] = [],
  focus = context.memory.focus,
): Outcome {
  const { memory, shown, confirmed } = context;
  return { memory: after(memory, { focus }), offered: shown, confirmed, sources, draft };
}

export const UNSETTLED = { offered: [], focus: null, confirmed: null } satisfies Partial<Memory>;
export const after = (memory: Memory, change: Partial<Memory>): Memory => ({
  ...memory,
  turn: memory.turn + 1,
  ...change,
});
export const recall = (asked: readonly Slot[], slot: Slot): Slot[] => [...asked, slot].slice(-MAX_ASKED);

export const toReference = ({ film, confidence }: FilmMatch) => ({ id: film.id, confidence });
