import { z } from 'zod';
import { sseFrames } from '../../../common/sse.js';
import { defineSurface } from '../../surface.js';
import { frameSchema } from './schemas.js';
import { toWire } from './wire.js';

/** S3, whose frames are also available over SSE. */
export const agentDesk = defineSurface({
  name: 'agent-desk',
  options: z.object({}),
  eventSchema: frameSchema,
  sharesTokens: true,
  toSse:
    ({ runId }) =>
    (event) =>
      sseFrames(runId, event.offset, ...toWire(runId, event)),
});
