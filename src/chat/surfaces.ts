// The surfaces whose events a run can be read in over SSE, whichever it was started in.

import { z } from 'zod';
import { sseFrames } from '../common/sse.js';
import type { StoredRun } from '../database/repositories/runs.repository.js';
import type { ToSse } from './stream-run.js';
import * as agentDesk from './surfaces/agent-desk/wire.js';
import * as agentDeskSchemas from './surfaces/agent-desk/schemas.js';
import * as movieFinder from './surfaces/movie-finder/wire.js';
import * as movieFinderSchemas from './surfaces/movie-finder/schemas.js';
import * as ragAssistant from './surfaces/rag-assistant/wire.js';
import * as ragAssistantSchemas from './surfaces/rag-assistant/schemas.js';

export const dialectSchema = z.enum(['movie-finder', 'rag-assistant', 'agent-desk']);
export type Dialect = z.output<typeof dialectSchema>;

export const eventSchemas = [
  movieFinderSchemas.eventSchema,
  ragAssistantSchemas.eventSchema,
  agentDeskSchemas.frameSchema,
];

/** How the stream of a run looked to the client that started it; kept with the run. */
export const wireSchema = z.union([
  z.object({ dialect: z.literal('rag-assistant'), citations: z.boolean(), sentinel: z.boolean() }),
  z.object({ dialect: z.enum(['movie-finder', 'agent-desk']) }),
]);
export type Wire = z.output<typeof wireSchema>;

type Streamed = Pick<StoredRun, 'runId' | 'conversationId' | 'agent' | 'wire'>;

const startedIn = ({ wire }: Streamed): Wire | undefined => wireSchema.safeParse(wire).data;

/** The events a reader gets: those it asked for, else those the run was started in, else those of its agent's surface. */
function dialectOf(run: Streamed, as?: Dialect): Dialect {
  return as ?? startedIn(run)?.dialect ?? (run.agent === 'movie-finder' ? 'movie-finder' : 'rag-assistant');
}

/** The translation for a reader of a run. */
export function toSse(run: Streamed, as?: Dialect): ToSse {
  const started = startedIn(run);
  switch (dialectOf(run, as)) {
    case 'movie-finder':
      return movieFinder.toWire(run);
    case 'rag-assistant':
      return ragAssistant.toWire(
        run,
        started?.dialect === 'rag-assistant' ? started : { citations: true, sentinel: false },
      );
    case 'agent-desk':
      return (event) => sseFrames(run.runId, event.offset, ...agentDesk.toWire(event));
  }
}

/** The dialect under which readers can share frames of tokens; the Movie Finder's depend on the phase. */
export function sharedAs(run: Streamed, as?: Dialect): Dialect | undefined {
  const dialect = dialectOf(run, as);
  return dialect === 'movie-finder' ? undefined : dialect;
}
