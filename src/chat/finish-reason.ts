import { z } from 'zod';

/** Why the model stopped before its answer was whole. */
export const finishReasonSchema = z
  .enum(['length', 'content_filter'])
  .describe('Only of an answer that is not whole: why the model stopped');

/** The field of a message in a history, for answers that are not whole. */
export const toFinish = (message?: { finishReason: z.output<typeof finishReasonSchema> | null }) =>
  message?.finishReason ? { finish_reason: message.finishReason } : {};
