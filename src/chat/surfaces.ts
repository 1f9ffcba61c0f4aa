// The registry of surfaces: whichever a run was started in, it can be read in the events of any of them.

import { z } from 'zod';
import type { RunStream } from './stream-run.js';
import type { StreamedRun, Surface } from './surface.js';
import { agentDesk } from './surfaces/agent-desk/surface.js';
import { agUi } from './surfaces/ag-ui/surface.js';
import { aiSdk } from './surfaces/ai-sdk/surface.js';
import { movieFinder } from './surfaces/movie-finder/surface.js';
import { openAi } from './surfaces/openai/surface.js';
import { ragAssistant } from './surfaces/rag-assistant/surface.js';
import { responses } from './surfaces/responses/surface.js';
import { behind } from './wires/replay.js';

const SURFACES: Surface[] = [
  // One a line: docs/extending.md adds another.
  movieFinder,
  ragAssistant,
  agentDesk,
  openAi,
  responses,
  aiSdk,
  agUi,
];
const byName = new Map(SURFACES.map((surface) => [surface.name, surface]));

/** Of the query parameter `as`. */
export const surfaceNameSchema = z.enum(SURFACES.map(({ name }) => name));

export const eventSchemas = SURFACES.map(({ eventSchema }) => eventSchema);

/** A name as it is kept with a run; `dialect` is what rows of earlier versions call it. */
const startedSchema = z.looseObject({ surface: z.string().optional(), dialect: z.string().optional() });

/**
 * How a reader is shown a run.
 * @param as the surface that the reader requested; else the one that the run was started in, else its agent's
 * @param after offset of the last event the reader has seen
 */
export function streamOf(run: StreamedRun, as?: string, after = 0): RunStream {
  const { surface: name, dialect, ...options } = startedSchema.safeParse(run.wire).data ?? {};
  const started = byName.get(name ?? dialect ?? '');
  const surface =
    byName.get(as ?? '') ?? started ?? (run.agent === 'movie-finder' ? movieFinder : ragAssistant);
  const toSse = surface.toSse(run, surface === started ? options : {});
  const { headers } = surface;
  if (surface.needsWholeRun) return { toSse: after > 0 ? behind(toSse, after) : toSse, headers };
  return { toSse, sharedAs: surface.sharesTokens ? surface.name : undefined, after, headers };
}
