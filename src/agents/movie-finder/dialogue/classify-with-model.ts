import { z } from 'zod';
import type { ChatModel } from '../../../adapters/chat-model/chat-model.js';
import type { AgentInput, Emit } from '../../agent.js';
import type { FilmMatch } from '../../../catalogue/film.js';
import { GENRES } from '../reading/lexicon.js';
import { recent, toPassage, UNDERSTANDING } from './prompt.js';
import type { Reading } from '../reading/understand.js';

/** How long a turn waits for the model to read a message the rules could not. */
const CLASSIFY_TIMEOUT_MS = 4_000;

const year = z.int().min(1880).max(2100).nullable();
const classificationSchema = z.object({
  title: z.string().max(150).nullable(),
  genres: z.array(z.enum(GENRES)).max(4),
  people: z.array(z.string().max(100)).max(3),
  from_year: year,
  to_year: year,
  description: z.string().max(400).nullable(),
  choice: z.int().min(1).max(5).nullable(),
  agrees: z.boolean(),
  turns_down: z.boolean(),
});
export type Classification = z.output<typeof classificationSchema>;

/** Classifies a message with the configured model. Null when there is none, or when it fails or takes too long. */
export async function classifyWithModel(
  model: ChatModel,
  { message, history }: Pick<AgentInput, 'message' | 'history'>,
  shown: readonly FilmMatch[],
  emit: Emit,
  signal: AbortSignal,
): Promise<Classification | null> {
  if (model.isOffline) return null;
  const prompt = {
    instructions: UNDERSTANDING,
    history: recent(history),
    message,
    passages: shown.map(({ film }, index) => toPassage(film, index)),
  };
  try {
    return await model.structured(
      prompt,
      classificationSchema,
      AbortSignal.any([signal, AbortSignal.timeout(CLASSIFY_TIMEOUT_MS)]),
      { onUsage: (usage) => emit({ type: 'usage', usage, model: model.name }) },
    );
  } catch {
    signal.throwIfAborted();
    return null;
  }
}

/** Adds criteria that only the model recognised; those of the rules stay. */
export function enrich(reading: Reading, classification: Classification): Reading {
  const { title, genres, people, from_year, to_year, description, choice } = classification;
  const { taste } = reading;
  const span = { ...(from_year !== null && { from: from_year }), ...(to_year !== null && { to: to_year }) };
  return {
    ...reading,
    intents: new Set([
      ...reading.intents,
      ...(classification.turns_down ? (['no'] as const) : []),
      ...(classification.agrees ? (['yes'] as const) : []),
    ]),
    titles: title === null ? reading.titles : [title, ...reading.titles],
    taste:
      taste.genres.length > 0
        ? taste
        : { ...taste, genres: genres.filter((genre) => !taste.withoutGenres.includes(genre)) },
    era: reading.era ?? (from_year === null && to_year === null ? null : span),
    names: [reading.names, ...people].join(' , '),
    story: description ?? reading.story,
    choice: choice === null ? null : choice - 1,
  };
}
