import type { z } from 'zod';
import type { JsonObject } from '../common/json.js';
import type { StoredRun } from '../database/repositories/runs/stored-run.js';
import type { ToSse } from './stream-run.js';

/** The parts of a run that its stream depends on. */
export type StreamedRun = Pick<StoredRun, 'runId' | 'conversationId' | 'agent' | 'wire'>;

/** How runs look to the clients of one document. A surface is a folder in `surfaces/`, and a line in `surfaces.ts`. */
export interface Surface<Options extends object = object> {
  /**
   * In `?as=`, and kept with every run that was started here, so that a client that resumes it gets the same events.
   */
  name: string;
  /** What a request may ask of its stream; kept with the run. Every field has a default, for runs of other surfaces. */
  options: z.ZodType<Options>;
  /** One event of the stream, for the OpenAPI document. */
  eventSchema: z.ZodType;
  /** Whether the frame of a token depends on nothing before it, so that all readers of a run can share it. */
  sharesTokens: boolean;
  /**
   * Whether a frame depends on what came before it and no frame takes text back: who resumes such a stream is shown the
   * rest of one that was read from its beginning.
   */
  needsWholeRun?: boolean;
  /** Of the response, beside those of every event stream. */
  headers?: Readonly<Record<string, string>>;
  /** The translation of one run's events. */
  toSse(run: StreamedRun, options: Options): ToSse;
}

/** @returns a surface as the registry holds it: it reads its options itself */
export const defineSurface = <Options extends object>(surface: Surface<Options>): Surface<object> => ({
  ...surface,
  toSse: (run, options) => surface.toSse(run, surface.options.parse(options)),
});

/** What is kept with a run that a surface starts. */
export const wireOf = ({ name }: Surface, options: object = {}): JsonObject => ({
  surface: name,
  ...options,
});
