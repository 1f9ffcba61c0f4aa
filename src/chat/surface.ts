import type { Provider, Type } from '@nestjs/common';
import type { z } from 'zod';
import type { JsonObject } from '../common/json.js';
import type { StoredRun } from '../database/repositories/runs/stored-run.js';
import type { RunStream, ToSse } from './stream-run.js';
import { behind } from './wires/replay.js';

/** The parts of a run that its stream depends on. */
export type StreamedRun = Pick<StoredRun, 'runId' | 'conversationId' | 'agent' | 'wire'>;

/**
 * A wire format for runs, for the clients of one API document. A surface is a folder in `surfaces/` and a line in
 * `surfaces.ts`.
 */
export interface Surface<Options extends object = object> {
  /**
   * Name in `?as=`, stored with every run started here, so that a client that resumes the run gets the same events.
   */
  name: string;
  /** Stream options of a request, stored with the run. Every field has a default, for runs of other surfaces. */
  options: z.ZodType<Options>;
  /** One event of the stream, for the OpenAPI document. */
  eventSchema: z.ZodType;
  /** Whether the frame of a token is independent of previous events, so that all readers of a run can share it. */
  sharesTokens: boolean;
  /**
   * Whether frames depend on previous events and no frame can retract text: a resumed stream is then the rest of a
   * replay from the beginning.
   */
  needsWholeRun?: boolean;
  /** Additional response headers. */
  headers?: Readonly<Record<string, string>>;
  /** The translation of a run's events. */
  toSse(run: StreamedRun, options: Options): ToSse;
}

/** What the folder of a surface adds to the application: the `surface-parts.ts` of each. */
export interface SurfaceParts {
  /** The format of its streams; absent where it has none of its own. */
  surface?: Surface;
  controllers: Type[];
  providers?: Provider[];
  /** Name and description of its routes in the OpenAPI document; absent where they share the tag of others. */
  tag?: readonly [name: string, description: string];
}

/** Registers a surface's option schema: the result parses stored options itself. */
export const defineSurface = <Options extends object>(surface: Surface<Options>): Surface<object> => ({
  ...surface,
  toSse: (run, options) => surface.toSse(run, surface.options.parse(options)),
});

/** The `wire` value stored with a run that a surface starts. */
export const wireOf = ({ name }: Surface, options: object = {}): JsonObject => ({
  surface: name,
  ...options,
});

/**
 * Stream options for a reader of a run in the events of a surface.
 * @param options stored with the run if this surface started it
 * @param after offset of the last event received
 */
export function streamIn(surface: Surface, run: StreamedRun, options: object = {}, after = 0): RunStream {
  const toSse = surface.toSse(run, options);
  const { headers } = surface;
  if (surface.needsWholeRun) return { toSse: after > 0 ? behind(toSse, after) : toSse, headers };
  return { toSse, sharedAs: surface.sharesTokens ? surface.name : undefined, after, headers };
}
