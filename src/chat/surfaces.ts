// Registry of surfaces: a run can be read in the events of any of them.

import { z } from 'zod';
import type { RunStream } from './stream-run.js';
import { streamIn, type StreamedRun, type SurfaceParts } from './surface.js';
import { agUiParts } from './surfaces/ag-ui/surface-parts.js';
import { agentDeskParts } from './surfaces/agent-desk/surface-parts.js';
import { aiSdkParts } from './surfaces/ai-sdk/surface-parts.js';
import { mcpParts } from './surfaces/mcp/surface-parts.js';
import { movieChatbotParts } from './surfaces/movie-chatbot/surface-parts.js';
import { movieFinderParts } from './surfaces/movie-finder/surface-parts.js';
import { movieFinder } from './surfaces/movie-finder/surface.js';
import { openAiParts } from './surfaces/openai/surface-parts.js';
import { ragAssistantParts } from './surfaces/rag-assistant/surface-parts.js';
import { ragAssistant } from './surfaces/rag-assistant/surface.js';
import { responsesParts } from './surfaces/responses/surface-parts.js';

export const SURFACES: readonly SurfaceParts[] = [
  // One per line; docs/extending.md describes how to add one.
  movieFinderParts,
  movieChatbotParts,
  agentDeskParts,
  ragAssistantParts,
  openAiParts,
  responsesParts,
  aiSdkParts,
  agUiParts,
  mcpParts,
];
const STREAMED = SURFACES.flatMap(({ surface }) => surface ?? []);
const byName = new Map(STREAMED.map((surface) => [surface.name, surface]));

/** Values of the query parameter `as`. */
export const surfaceNameSchema = z.enum(STREAMED.map(({ name }) => name));

export const eventSchemas = STREAMED.map(({ eventSchema }) => eventSchema);

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
  return streamIn(surface, run, surface === started ? options : {}, after);
}
