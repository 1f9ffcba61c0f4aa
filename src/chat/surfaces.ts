// The registry of surfaces: whichever a run was started in, it can be read in the events of any of them.

import { z } from 'zod';
import type { ToSse } from './stream-run.js';
import type { StreamedRun, Surface } from './surface.js';
import { agentDesk } from './surfaces/agent-desk/surface.js';
import { movieFinder } from './surfaces/movie-finder/surface.js';
import { openAi } from './surfaces/openai/surface.js';
import { ragAssistant } from './surfaces/rag-assistant/surface.js';

const SURFACES: Surface[] = [
  // One a line: docs/extending.md adds another.
  movieFinder,
  ragAssistant,
  agentDesk,
  openAi,
];
const byName = new Map(SURFACES.map((surface) => [surface.name, surface]));

/** Of the query parameter `as`. */
export const surfaceNameSchema = z.enum(SURFACES.map(({ name }) => name));

export const eventSchemas = SURFACES.map(({ eventSchema }) => eventSchema);

/** A name as it is kept with a run; `dialect` is what rows of earlier versions call it. */
const startedSchema = z.looseObject({ surface: z.string().optional(), dialect: z.string().optional() });

/**
 * How a reader is shown a run.
 * @param as the surface that the reader asked for; else the one that the run was started in, else its agent's
 */
export function streamOf(run: StreamedRun, as?: string): { toSse: ToSse; sharedAs: string | undefined } {
  const { surface: name, dialect, ...options } = startedSchema.safeParse(run.wire).data ?? {};
  const started = byName.get(name ?? dialect ?? '');
  const surface =
    byName.get(as ?? '') ?? started ?? (run.agent === 'movie-finder' ? movieFinder : ragAssistant);
  return {
    toSse: surface.toSse(run, surface === started ? options : {}),
    sharedAs: surface.sharesTokens ? surface.name : undefined,
  };
}
