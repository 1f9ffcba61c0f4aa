import { z } from 'zod';
import { defineSurface } from '../../surface.js';
import { eventSchema } from './events.js';
import { toWire } from './wire.js';

/** S4. */
export const ragAssistant = defineSurface({
  name: 'rag-assistant',
  options: z.object({
    citations: z.boolean().default(true),
    sentinel: z.boolean().default(false),
    reasoning: z.boolean().default(false),
    base: z.string().default(''),
  }),
  eventSchema,
  sharesTokens: true,
  toSse: toWire,
});
