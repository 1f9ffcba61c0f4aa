import { z } from 'zod';
import { defineSurface } from '../../surface.js';
import { chunkSchema } from './schemas.js';
import { toWire } from './wire.js';

/** UI messages of Vercel's AI SDK. */
export const aiSdk = defineSurface({
  name: 'ai-sdk',
  options: z.object({ base: z.string().default('') }),
  eventSchema: chunkSchema,
  sharesTokens: false,
  needsWholeRun: true,
  headers: { 'x-vercel-ai-ui-message-stream': 'v1' },
  toSse: toWire,
});
