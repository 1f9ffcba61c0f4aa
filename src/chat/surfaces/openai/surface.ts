import { z } from 'zod';
import { wholeEpochSeconds } from '../../../common/time/epoch.js';
import { defineSurface } from '../../surface.js';
import { chunkSchema } from './schemas.js';
import { toWire } from './wire.js';

/** OpenAI's chat completions. A projection is stateful, so that readers cannot share frames. */
export const openAi = defineSurface({
  name: 'openai',
  options: z.object({
    model: z.string().default('parley'),
    created: z.int().default(() => wholeEpochSeconds()),
    includeUsage: z.boolean().default(false),
    promptTokens: z.int().default(0),
    baseUrl: z.string().default(''),
    isJson: z.boolean().default(false),
  }),
  eventSchema: chunkSchema,
  sharesTokens: false,
  needsWholeRun: true,
  toSse: toWire,
});
