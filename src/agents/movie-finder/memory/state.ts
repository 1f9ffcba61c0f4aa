import { z } from 'zod';
import type { JsonObject } from '../../../common/json.js';
import { criteriaSchema, NO_CRITERIA } from './criteria.js';
import type { Film, FilmMatch } from '../../../catalogue/film.js';

export const phaseSchema = z.enum(['discovery', 'confirmation', 'qa']);
export type Phase = z.output<typeof phaseSchema>;

/** A film as clients see it. The `imdb_` half is null or empty for a film without an IMDb id. */
export const candidateSchema = z
  .object({
    rag_title: z.string(),
    rag_year: z.int().nullable(),
    rag_director: z.string(),
    rag_genre: z.array(z.string()),
    rag_cast: z.array(z.string()),
    rag_plot: z.string(),
    imdb_id: z.string().nullable(),
    imdb_title: z.string().nullable(),
    imdb_year: z.int().nullable(),
    imdb_rating: z.number().nullable(),
    imdb_plot: z.string().nullable(),
    imdb_genres: z.array(z.string()),
    imdb_directors: z.array(z.string()),
    imdb_stars: z.array(z.string()),
    imdb_poster_url: z.string().nullable(),
    confidence: z.number().min(0).max(1),
  })
  .meta({
    id: 'MovieCandidate',
    example: {
      rag_title: 'Groundhog Day',
      rag_year: 1993,
      rag_director: 'Harold Ramis',
      rag_genre: ['Comedy', 'Fantasy', 'Romance'],
      rag_cast: ['Bill Murray', 'Andie MacDowell'],
      rag_plot: 'A weatherman wakes up to the same winter day in a small town, again and again.',
      imdb_id: 'tt0107048',
      imdb_title: 'Groundhog Day',
      imdb_year: 1993,
      imdb_rating: 8,
      imdb_plot: 'A weatherman wakes up to the same winter day in a small town, again and again.',
      imdb_genres: ['Comedy', 'Fantasy', 'Romance'],
      imdb_directors: ['Harold Ramis'],
      imdb_stars: ['Bill Murray', 'Andie MacDowell'],
      imdb_poster_url: null,
      confidence: 0.92,
    },
  });
export type Candidate = z.output<typeof candidateSchema>;

/** Criteria that discovery asks for, in this order. */
const slotSchema = z.enum(['open', 'genre', 'era', 'mood', 'scene']);
export type Slot = z.output<typeof slotSchema>;

/** How many rejected films are remembered. */
const MAX_REJECTED = 100;
/** So many questions are remembered. */
export const MAX_ASKED = 20;
const filmIds = z.array(z.string().max(200)).max(MAX_REJECTED);

const memorySchema = z.object({
  phase: phaseSchema,
  /** Answers given so far; picks the wording. */
  turn: z.int().min(0),
  criteria: criteriaSchema,
  /** What was requested so far, latest last. */
  asked: z.array(slotSchema).max(MAX_ASKED),
  /** The candidates, in the order shown. */
  offered: z.array(z.object({ id: z.string().max(200), confidence: z.number().min(0).max(1) })).max(5),
  /** Of those the one being talked about. */
  focus: z.string().nullable(),
  rejected: filmIds,
  confirmed: z.object({ id: z.string().max(200), confidence: z.number().min(0).max(1) }).nullable(),
});

/** The agent's state of a conversation. */
export type Memory = z.output<typeof memorySchema>;

export const freshMemory = (): Memory => ({
  phase: 'discovery',
  turn: 0,
  criteria: NO_CRITERIA,
  asked: [],
  offered: [],
  focus: null,
  rejected: [],
  confirmed: null,
});

/** Reads the memory back; anything that is not one starts afresh. */
export function parseMemory(state: JsonObject): Memory {
  const { success, data } = memorySchema.safeParse(state.memory);
  return success ? data : freshMemory();
}

/** The state to store: the memory, and the films in it as clients see them. */
export function toState(
  memory: Memory,
  offered: readonly FilmMatch[],
  confirmed: FilmMatch | null,
): JsonObject {
  const rejected = memory.rejected.slice(-MAX_REJECTED);
  return {
    memory: { ...memory, rejected },
    phase: memory.phase,
    candidates: memory.phase === 'confirmation' ? offered.map(toCandidate) : [],
    confirmed_movie: memory.phase === 'qa' && confirmed ? toCandidate(confirmed) : null,
  };
}

function toCandidate({ film, confidence }: FilmMatch): Candidate {
  return {
    rag_title: film.title,
    rag_year: film.year,
    rag_director: film.directors.join(', '),
    rag_genre: film.genres,
    rag_cast: film.cast,
    rag_plot: film.plot,
    ...imdbHalf(film),
    confidence,
  };
}

const imdbHalf = (film: Film) =>
  film.imdbId === null
    ? {
        imdb_id: null,
        imdb_title: null,
        imdb_year: null,
        imdb_rating: null,
        imdb_plot: null,
        imdb_genres: [],
        imdb_directors: [],
        imdb_stars: [],
        imdb_poster_url: null,
      }
    : {
        imdb_id: film.imdbId,
        imdb_title: film.title,
        imdb_year: film.year,
        imdb_rating: film.rating,
        imdb_plot: film.plot,
        imdb_genres: film.genres,
        imdb_directors: film.directors,
        imdb_stars: film.cast,
        imdb_poster_url: film.poster,
      };

/** The phase of a conversation; `discovery` for one this agent has not answered in yet. */
export const phaseOf = (state: JsonObject): Phase => phaseSchema.catch('discovery').parse(state.phase);

/** The candidates; empty outside `confirmation`. */
export const candidatesOf = (state: JsonObject): Candidate[] => candidatesSchema.parse(state.candidates);
const candidatesSchema = z.array(candidateSchema).catch([]);

/** The film the user confirmed; null outside `qa`. */
export const confirmedMovieOf = (state: JsonObject): Candidate | null =>
  confirmedSchema.parse(state.confirmed_movie);
const confirmedSchema = candidateSchema.nullable().catch(null);
