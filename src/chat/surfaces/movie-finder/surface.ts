import { z } from 'zod';
import { defineSurface } from '../../surface.js';
import { eventSchema } from './schemas.js';
import { toWire } from './wire.js';

/** S0. Its tokens depend on the phase, so that readers cannot share them. */
export const movieFinder = defineSurface({
  name: 'movie-finder',
  options: z.object({}),
  eventSchema,
  sharesTokens: false,
  toSse: (run) => toWire(run),
});
