import type { z } from 'zod';
import type { JsonObject } from '../../../common/json.js';
import type { AgentEvent } from '../../agent.js';
import { ChatModel, type ChatPrompt, type OnTokens } from '../../../adapters/chat-model/chat-model.js';
import { ModelError } from '../../../adapters/openai/model-error.js';
import {
  FilmCatalogue,
  type Film,
  type FilmFilters,
  type FilmMatch,
  type FilmQuery,
} from '../../../catalogue/film.js';
import { MovieFinderAgent } from '../movie-finder.agent.js';
import { FILMS } from './films.js';
import { candidatesOf, confirmedMovieOf, phaseOf, type Phase } from '../memory/state.js';
import { alike, contentOf, fold, wordsOf } from '../reading/words.js';

/** A few dozen films searched naively: by shared words, each worth more the rarer it is. */
export class SmallCatalogue extends FilmCatalogue {
  override async search(query: FilmQuery): Promise<FilmMatch[]> {
    const wanted = stems(query.text);
    return FILMS.filter((film) => meets(film, query))
      .map((film) => ({ film, confidence: query.like ? kinship(film, query.like) : coverage(film, wanted) }))
      .filter(({ confidence }) => confidence > 0.02)
      .sort((a, b) => b.confidence - a.confidence || (b.film.rating ?? 0) - (a.film.rating ?? 0))
      .sort((a, b) => placeOf(b.film, query.order) - placeOf(a.film, query.order))
      .slice(0, query.limit);
  }

  override async count(filters: FilmFilters): Promise<number> {
    return FILMS.filter((film) => meets(film, filters)).length;
  }

  override async findByTitle(text: string): Promise<FilmMatch[]> {
    return FILMS.map((film) => ({ film, confidence: sameTitle(titleWords(text), titleWords(film.title)) }))
      .filter(({ confidence }) => confidence > 0)
      .sort((a, b) => b.confidence - a.confidence)
      .slice(0, 5);
  }

  override async findPeople(text: string): Promise<string[]> {
    const said = wordsOf(fold(text)).slice(0, 60);
    return [...PEOPLE].flatMap(([name, words]) => (isNamed(said, words) ? name : [])).slice(0, 3);
  }

  override async get(id: string): Promise<Film | null> {
    return FILMS.find((film) => film.id === id) ?? null;
  }
}

/** Returns the draft, and parses messages as configured. */
export class ScriptedModel extends ChatModel {
  readonly name = 'scripted';
  readonly prompts: ChatPrompt[] = [];
  /** Messages that it was given to parse. */
  readonly read: string[] = [];

  /** @param reading result of `structured`; 'fails' throws, absent is the offline model */
  constructor(private readonly reading?: object | 'fails') {
    super();
  }

  get isOffline() {
    return this.reading === undefined;
  }

  override async stream(prompt: ChatPrompt, onTokens: OnTokens): Promise<'stop'> {
    this.prompts.push(prompt);
    onTokens((prompt.draft ?? '').split(/(?<=\s)/));
    return 'stop';
  }

  override async structured<T>(prompt: ChatPrompt, schema: z.ZodType<T>): Promise<T | null> {
    this.read.push(prompt.message);
    if (this.reading === 'fails') throw new ModelError('model-unavailable', 'The model is unavailable.');
    return schema.parse(this.reading);
  }
}

/**
 * The user's message, the phase after it, titles of the candidates or the confirmed film (`no ` before one that must not be), the reply.
 */
export type Turn = [says: string, phase: Phase, titles: string[], reply?: RegExp];

/** Runs a dialogue and returns where it differs. */
export async function differencesOf(turns: readonly Turn[]): Promise<string[]> {
  const agent = new MovieFinderAgent(new SmallCatalogue(), new ScriptedModel());
  const wrong: string[] = [];
  let state: JsonObject = {};
  let lastReply = '';
  for (const [message, phase, titles, pattern] of turns) {
    const turn = await say(agent, message, state);
    state = turn.state;
    const found = titlesIn(state);
    const now = `“${message}” leads to ${phaseOf(state)} with ${found.join(', ') || 'no film'}`;
    const isThere = (title: string) =>
      title.startsWith('no ') ? !found.includes(title.slice(3)) : found.includes(title);
    if (phaseOf(state) !== phase) wrong.push(`${now}, not to ${phase}`);
    if (found.length > 0 !== (phase !== 'discovery') || found.length > 5) wrong.push(`${now} in number`);
    for (const title of titles.filter((wanted) => !isThere(wanted)))
      wrong.push(`${now}, but ${title} was wanted`);
    if (pattern && !pattern.test(turn.reply)) wrong.push(`${now} and says ${turn.reply}`);
    if (phase === 'discovery' && turn.reply === lastReply) wrong.push(`${now} and says the same again`);
    lastReply = turn.reply;
  }
  return wrong;
}

/** One turn: what the agent did, and the state as it comes back from the database. */
export async function say(agent: MovieFinderAgent, message: string, state: JsonObject) {
  const events: AgentEvent[] = [];
  const input = {
    ownerId: 'owner',
    conversationRowId: 'talk',
    message,
    history: [],
    state,
    hasDocuments: false,
  };
  await agent.answer(input, (event) => events.push(event), new AbortController().signal);
  const stored = events.find((event) => event.type === 'state')?.state ?? {};
  const reply = events.map((event) => (event.type === 'text' ? event.tokens.join('') : '')).join('');
  return { events, state: JSON.parse(JSON.stringify(stored)) as JsonObject, reply };
}

/** Titles of the candidates, or of the confirmed film. */
export const titlesIn = (state: JsonObject): string[] =>
  [...candidatesOf(state), confirmedMovieOf(state)].flatMap((movie) => movie?.rag_title ?? []);

/** Films have a year and a rating here, but no runtime. */
function placeOf({ year, rating }: Film, order: FilmQuery['order']): number {
  if (order === 'oldest' || order === 'newest') return order === 'newest' ? (year ?? 0) : -(year ?? 0);
  return order === 'worst' ? -(rating ?? 0) : 0;
}

const meets = (
  film: Film,
  {
    genres,
    withoutGenres,
    fromYear,
    toYear,
    person,
    like,
    exceptIds,
    minRating = 0,
    maxRating = 10,
  }: Partial<FilmQuery>,
) =>
  (genres ?? []).every((genre) => film.genres.includes(genre)) &&
  !(withoutGenres ?? []).some((genre) => film.genres.includes(genre)) &&
  (film.rating ?? 0) >= minRating &&
  (film.rating ?? 0) <= maxRating &&
  (film.year ?? 0) >= (fromYear ?? 0) &&
  (film.year ?? 0) <= (toYear ?? 9999) &&
  (!person || [...film.directors, ...film.cast].includes(person)) &&
  ![...(exceptIds ?? []), like?.id].includes(film.id);

const stems = (text: string) =>
  new Set(contentOf(fold(text)).map((word) => word.replace(/(?:ing|ed|es|s)$/, '')));
const recordOf = (film: Film) => records.get(film) ?? new Set();
const readRecord = (film: Film) =>
  stems([film.title, ...film.genres, ...film.moods, ...film.keywords, film.plot].join(' '));

function coverage(film: Film, wanted: ReadonlySet<string>): number {
  if (wanted.size === 0) return 0.5;
  const record = recordOf(film);
  const weigh = (word: string) => 1 / (1 + FILMS.filter((other) => recordOf(other).has(word)).length);
  const total = [...wanted].reduce((sum, word) => sum + weigh(word), 0);
  const hits = [...wanted].filter((word) => record.has(word));
  const hit = hits.reduce((sum, word) => sum + weigh(word), 0);
  // One word of many is next to nothing, as it is to the real catalogue.
  const share = hits.length === 1 && wanted.size > 3 ? 0.2 : 1;
  return Math.min(0.99, (share * hit) / (total + 0.05));
}

function kinship(film: Film, like: Film): number {
  const tags = ({ genres, moods, keywords }: Film) => [...genres, ...moods, ...keywords];
  const shared = tags(film).filter((tag) => tags(like).includes(tag)).length;
  return Math.min(0.9, shared / 6);
}

const titleWords = (text: string) =>
  wordsOf(fold(text)).filter((word, index) => index > 0 || !['the', 'a', 'an'].includes(word));

function sameTitle(said: readonly string[], title: readonly string[]): number {
  if (said.length === 0) return 0;
  if (said.join(' ') === title.join(' ')) return 1;
  const matches = said.length <= title.length && said.every((word, index) => alike(word, title[index] ?? ''));
  if (matches && said.length === title.length) return 0.95;
  return matches && contentOf(said.join(' ')).length > 1 ? 0.8 : 0;
}

function isNamed(said: readonly string[], name: readonly string[]): boolean {
  const surname = name.at(-1) ?? '';
  const at = said.findIndex((word) => surname.length > 3 && alike(word, surname));
  const before = said[at - 1] ?? '';
  return (
    at >= 0 &&
    (alike(before, name[0] ?? '') ||
      ['with', 'by', 'a', 'starring', 'directed', 'like', 'is'].includes(before))
  );
}

const records = new Map(FILMS.map((film) => [film, readRecord(film)]));

const PEOPLE = new Map(
  FILMS.flatMap(({ directors, cast }) => [...directors, ...cast]).map((name) => [name, wordsOf(fold(name))]),
);
