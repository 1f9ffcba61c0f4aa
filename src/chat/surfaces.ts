// Registry of surfaces: a run can be read in the events of any of them.

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
  // One per line; docs/extending.md describes how to add one.
  movieFinder,
  ragAssistant,
  agentDesk,
  openAi,
  responses,
  aiSdk,
  agUi,
];
const byName = new Map(SURFACES.map((surface) => [surface.name, surface]));

/** Values of the query parameter `as`. */
export const surfaceNameSchema = z.enum(SURFACES.map(({ name }) => name));

export const eventSchemas = SURFACES.map(({ eventSchema }) => eventSchema);

/** The stored surface name; `dialect` in rows of earlier versions. */
const startedSchema = z.looseObject({ surface: z.string().optional(), dialect: z.string().optional() });

/**
 * Stream options for a reader of a run.
 * @param as the requested surface; by default the one that started the run, or else its agent's
 * @param after offset of the last event received
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
