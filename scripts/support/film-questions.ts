import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import {
  ChatModel,
  type ChatPrompt,
  type FinishReason,
  type OnTokens,
} from '../../src/adapters/chat-model/chat-model.js';
import { MovieFinderAgent } from '../../src/agents/movie-finder/movie-finder.agent.js';
import {
  candidatesOf,
  confirmedMovieOf,
  phaseOf,
  phaseSchema,
} from '../../src/agents/movie-finder/memory/state.js';
import type { AgentEvent } from '../../src/agents/agent.js';
import type { Film, FilmCatalogue } from '../../src/catalogue/film.js';
import type { JsonObject } from '../../src/common/json.js';

const titles = z.array(z.string());
/** A message of a person, and the expected result of the agent. "Films" are those on offer or settled. */
const turnSchema = z.strictObject({
  says: z.string(),
  /** The first film. */
  first: z.string().optional(),
  /** Films that must be there: all of them, or with `any` at least one. */
  among: titles.optional(),
  any: z.boolean().optional(),
  without: titles.optional(),
  empty: z.boolean().optional(),
  /** At least so many films. */
  min: z.int().optional(),
  /** No film that was shown in an earlier turn. */
  fresh: z.boolean().optional(),
  /** Each film: made in these years, of this genre, … */
  from: z.int().optional(),
  to: z.int().optional(),
  genre: z.string().optional(),
  genreAny: titles.optional(),
  notGenre: z.string().optional(),
  mood: z.string().optional(),
  lacksMood: z.string().optional(),
  director: z.string().optional(),
  cast: z.string().optional(),
  phase: phaseSchema.optional(),
  /** A phase it must not be. */
  not: phaseSchema.optional(),
  /** A regular expression the reply must match. */
  reply: z.string().optional(),
});
const questionSchema = z.strictObject({
  split: z.enum(['tune', 'held']),
  kind: z.enum(['story', 'titles', 'dialogue', 'languages', 'overview']),
  turns: z.array(turnSchema).min(1),
});
type ExpectedTurn = z.output<typeof turnSchema>;
export type FilmQuestion = z.output<typeof questionSchema>;

/** Reads the questions of `test/eval/film-questions.json`. */
export async function readFilmQuestions(): Promise<FilmQuestion[]> {
  const text = await readFile('test/eval/film-questions.json', 'utf8');
  return z.object({ questions: z.array(questionSchema) }).parse(JSON.parse(text)).questions;
}

export type Kind = FilmQuestion['kind'];
export type Figures = Partial<Record<Kind, { right: number; of: number }>>;

/** Plays all questions of a split. Returns the number of expected answers of each kind, and the unexpected ones. */
export async function playQuestions(
  questions: readonly FilmQuestion[],
  split: FilmQuestion['split'],
  catalogue: FilmCatalogue,
  films: readonly Film[],
): Promise<{ figures: Figures; problems: string[] }> {
  const figures: Figures = {};
  const problems: string[] = [];
  for (const question of questions.filter((one) => one.split === split)) {
    const found = await playQuestion(question, catalogue, films);
    const figure = (figures[question.kind] ??= { right: 0, of: 0 });
    figure.of++;
    if (found.length === 0) figure.right++;
    problems.push(...found);
  }
  return { figures, problems };
}

/**
 * How many films are first, and how many are offered at all, when they are described to the agent in a first message.
 */
export async function playDescriptions(
  descriptions: readonly { text: string; title: string }[],
  catalogue: FilmCatalogue,
  films: readonly Film[],
): Promise<{ first: number; offered: number }> {
  const missed = async (expect: (title: string) => Omit<ExpectedTurn, 'says'>) => {
    let count = 0;
    for (const { text, title } of descriptions) {
      const turns = [{ says: text, ...expect(title) }];
      const problems = await playQuestion({ split: 'held', kind: 'story', turns }, catalogue, films);
      count += Math.min(1, problems.length);
    }
    return count;
  };
  return {
    first: descriptions.length - (await missed((title) => ({ first: title }))),
    offered: descriptions.length - (await missed((title) => ({ among: [title] }))),
  };
}

interface Answered {
  films: Film[];
  phase: string;
  reply: string;
}

/**
 * Plays a question without a model, each time in a conversation of its own. Returns the differences from the expected
 * answer.
 */
async function playQuestion(
  { turns }: FilmQuestion,
  catalogue: FilmCatalogue,
  films: readonly Film[],
): Promise<string[]> {
  const agent = new MovieFinderAgent(catalogue, new DraftingModel());
  const shown = new Set<string>();
  const problems: string[] = [];
  let state: JsonObject = {};
  for (const turn of turns) {
    const events: AgentEvent[] = [];
    const input = {
      ownerId: 'owner',
      conversationRowId: 'eval',
      message: turn.says,
      history: [],
      state,
      hasDocuments: false,
    };
    await agent.answer(input, (event) => events.push(event), new AbortController().signal);
    state = events.find((event) => event.type === 'state')?.state ?? {};
    const answered = {
      films: [...candidatesOf(state), confirmedMovieOf(state)].flatMap(
        (candidate) =>
          films.find(({ title, year }) => title === candidate?.rag_title && year === candidate.rag_year) ??
          [],
      ),
      phase: phaseOf(state),
      reply: events.map((event) => (event.type === 'text' ? event.tokens.join('') : '')).join(''),
    };
    for (const problem of problemsOf(turn, answered, shown)) {
      const found = answered.films.map(({ title }) => title).join(', ') || 'no film';
      problems.push(
        `"${turn.says}" ${problem}: ${answered.phase}, ${found}; ${answered.reply.replace(/\s+/g, ' ').slice(0, 220)}`,
      );
    }
    for (const { title } of answered.films) shown.add(title);
  }
  return problems;
}

function problemsOf(
  turn: ExpectedTurn,
  { films, phase, reply }: Answered,
  shown: ReadonlySet<string>,
): string[] {
  const names = films.map(({ title }) => title);
  const { among, from, to, min = 0 } = turn;
  const each = (isRight: (film: Film) => boolean) => films.every(isRight);
  const checks: [unknown, boolean, string][] = [
    [turn.first, names[0] === turn.first, `has not ${turn.first} first`],
    [
      among,
      turn.any ? !!among?.some((one) => names.includes(one)) : !!among?.every((one) => names.includes(one)),
      `lacks ${among?.join(', ')}`,
    ],
    [turn.without, !turn.without?.some((one) => names.includes(one)), `offers ${turn.without?.join(', ')}`],
    [turn.empty, names.length === 0, 'offers films'],
    [min, names.length >= min, `offers fewer than ${min}`],
    [turn.fresh, !names.some((name) => shown.has(name)), 'offers a film again'],
    [from, each(({ year }) => (year ?? 0) >= (from ?? 0)), `is older than ${from}`],
    [to, each(({ year }) => (year ?? 9999) <= (to ?? 9999)), `is newer than ${to}`],
    [turn.genre, each(({ genres }) => genres.includes(turn.genre ?? '')), `is not all ${turn.genre}`],
    [
      turn.genreAny,
      each(({ genres }) => !!turn.genreAny?.some((genre) => genres.includes(genre))),
      `is none of ${turn.genreAny?.join(', ')}`,
    ],
    [turn.notGenre, each(({ genres }) => !genres.includes(turn.notGenre ?? '')), `has ${turn.notGenre}`],
    [
      turn.mood,
      films.slice(0, 3).every(({ moods }) => moods.includes(turn.mood ?? '')),
      `is not ${turn.mood}`,
    ],
    [turn.lacksMood, each(({ moods }) => !moods.includes(turn.lacksMood ?? '')), `is ${turn.lacksMood}`],
    [
      turn.director,
      each(({ directors }) => directors.includes(turn.director ?? '')),
      `is not by ${turn.director}`,
    ],
    [turn.cast, each(({ cast }) => cast.includes(turn.cast ?? '')), `is not with ${turn.cast}`],
    [turn.phase, phase === turn.phase, `is not in ${turn.phase}`],
    [turn.not, phase !== turn.not, `is in ${turn.not}`],
    [turn.reply, new RegExp(turn.reply ?? '', 'i').test(reply), `does not say ${turn.reply}`],
  ];
  return checks.flatMap(([asked, isRight, problem]) => (asked !== undefined && !isRight ? [problem] : []));
}

/** Says the draft at once, as the offline model does at a reading pace. */
class DraftingModel extends ChatModel {
  readonly name = 'draft';
  readonly isOffline = true;

  override async stream({ draft = '' }: ChatPrompt, onTokens: OnTokens): Promise<FinishReason> {
    onTokens([draft]);
    return 'stop';
  }

  override async structured(): Promise<null> {
    return null;
  }
}
