import { defineSurface } from '../../surface.js';
import { responseEventSchema, responseOptionsSchema } from './schemas.js';
import { toWire } from './wire.js';

/** OpenAI's Responses. */
export const responses = defineSurface({
  name: 'responses',
  options: responseOptionsSchema,
  eventSchema: responseEventSchema,
  sharesTokens: false,
  needsWholeRun: true,
  toSse: (run, options) => toWire(run, options),
});
