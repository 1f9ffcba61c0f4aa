import type { Criteria } from './criteria.js';
import type { Film, FilmMatch } from '../../catalogue/film.js';
import type { Memory } from './state.js';
import type { Reading } from './understand.js';

/** What the agent knows when it decides. */
export interface Situation {
  memory: Memory;
  reading: Reading;
  /** What the message asks for, in the catalogue's terms. */
  wanted: Criteria;
  /** The films on offer; once one is settled, those it was picked from. */
  shown: readonly FilmMatch[];
  confirmed: FilmMatch | null;
  /** Films whose title the message may be. */
  titles: readonly FilmMatch[];
  /** Films named to say that they are not meant. */
  refused: readonly FilmMatch[];
  /** People the message names, as the catalogue spells them. */
  people: readonly string[];
  /** A film that was named as an example, but is not in the catalogue. */
  unknownLike: string | null;
  /** Differs from conversation to conversation and from turn to turn. */
  seed: number;
}

export type SmallTalk = 'greeting' | 'thanks' | 'bye' | 'help' | 'praise' | 'nod';

/** Why there is a question instead of films. */
export type AskReason =
  /** Everything starts anew. */
  | 'fresh'
  | 'unknown-like'
  /** The films on offer were turned down. */
  | 'turned-down'
  /** The message said nothing that could be used. */
  | 'not-understood';

/** What the agent does next. */
export type Move =
  | { do: 'chat'; about: SmallTalk }
  | { do: 'ask'; criteria: Criteria; note: AskReason | null; rejected: string[] }
  /** `always` offers what there is; otherwise only what the description clearly finds. */
  | { do: 'search'; criteria: Criteria; rejected: string[]; always: boolean }
  | { do: 'offer'; matches: FilmMatch[]; rejected: string[]; answering: boolean }
  | { do: 'confirm'; match: FilmMatch }
  /** Too many fit what was said about those on offer; none when nothing did. */
  | { do: 'clarify'; among: FilmMatch[] }
  | { do: 'answer'; films: Film[] };

/** So far ahead of the second, or so many times as likely, the first film is the one that was offered. */
const CLEAR_LEAD = 0.25;
const CLEAR_RATIO = 2;

/** The films on offer have a favourite when there is only one or the first is well ahead. */
export function favourite(shown: readonly FilmMatch[]): FilmMatch | null {
  const [first, second] = shown;
  if (!first || !second) return first ?? null;
  const lead = first.confidence - second.confidence;
  return lead >= CLEAR_LEAD || first.confidence >= CLEAR_RATIO * second.confidence ? first : null;
}

export const filmsOf = (matches: readonly FilmMatch[]): Film[] => matches.map(({ film }) => film);
export const idsOf = (matches: readonly FilmMatch[]): string[] => matches.map(({ film }) => film.id);
