import { z } from 'zod';
import { defineSurface } from '../../surface.js';
import { agUiEventSchema } from './schemas.js';
import { toWire } from './wire.js';

/** AG-UI. */
export const agUi = defineSurface({
  name: 'ag-ui',
  options: z.object({
    threadId: z.string().optional(),
    clientRunId: z.string().optional(),
    base: z.string().default(''),
  }),
  eventSchema: agUiEventSchema,
  sharesTokens: false,
  needsWholeRun: true,
  toSse: (run, options) => toWire(run, options),
});
