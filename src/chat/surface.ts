import type { z } from 'zod';
import type { JsonObject } from '../common/json.js';
import type { StoredRun } from '../database/repositories/runs/stored-run.js';
import type { ToSse } from './stream-run.js';

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
