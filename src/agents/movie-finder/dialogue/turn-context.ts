import type { Criteria } from '../memory/criteria.js';
import type { Film, FilmMatch, FilmOrder } from '../../../catalogue/film.js';
import type { Compared } from '../lookup/compared.js';
import type { Memory } from '../memory/state.js';
import type { Reading } from '../reading/understand.js';
import type { SmallTalk } from '../replies/phrasing.js';
import type { AskReason } from '../replies/questions.js';

/** The input of a decision. */
export interface TurnContext {
  memory: Memory;
  reading: Reading;
  /** What the message asks for, in the catalogue's terms. */
  wanted: Criteria;
  /** The candidates; once one is confirmed, those it was chosen from. */
  shown: readonly FilmMatch[];
  confirmed: FilmMatch | null;
  /** Films whose title the message may be. */
  titles: readonly FilmMatch[];
  /** Films named as not meant. */
  refused: readonly FilmMatch[];
  /** People the message names, as the catalogue spells them. */
  people: readonly string[];
  /** A film that was named as an example, but is not in the catalogue. */
  unknownLike: string | null;
  /** The title of a film that was requested and is not in the catalogue; perhaps others of that title are. */
  missing: { title: string; others: readonly FilmMatch[] } | null;
  /** The films that the message compares. */
  compared: Compared | null;
  /** Different for each conversation and turn. */
  seed: number;
}

/** What the agent does next. */
export type Action =
  | { do: 'chat'; about: SmallTalk }
  | { do: 'ask'; criteria: Criteria; note: AskReason | null; rejected: string[] }
  /** `always` offers any result; otherwise only clear matches of the description. */
  | { do: 'search'; criteria: Criteria; rejected: string[]; always: boolean; order?: FilmOrder | null }
  | { do: 'compare'; compared: Compared }
  /** Counts the films of the catalogue that meet the criteria, or those among some films. */
  | { do: 'count'; criteria: Criteria; among: readonly Film[] | null }
  | {
      do: 'offer';
      matches: FilmMatch[];
      rejected: string[];
      answering: boolean;
      /** A title that was requested and is not in the catalogue; these are similar. */
      missing?: string;
    }
  | { do: 'confirm'; match: FilmMatch }
  /** The candidates that match a description, when there are too many; empty when none does. */
  | { do: 'clarify'; among: FilmMatch[] }
  | { do: 'answer'; films: Film[] };

export const filmsOf = (matches: readonly FilmMatch[]): Film[] => matches.map(({ film }) => film);
export const idsOf = (matches: readonly FilmMatch[]): string[] => matches.map(({ film }) => film.id);
