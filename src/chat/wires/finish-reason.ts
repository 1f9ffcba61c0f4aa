import { z } from 'zod';
import type { StoredMessage } from '../../database/repositories/messages.repository.js';

/** Why an answer is not whole: the model stopped, or it failed, was stopped or lost its process (`error`). */
export const finishReasonSchema = z
  .enum(['length', 'content_filter', 'error'])
  .describe('Only for an incomplete answer: the reason; `error` also if it was stopped');

/** The field of a message in a history, for answers that are not whole. */
export function toFinish(message?: Pick<StoredMessage, 'finishReason' | 'status'>): {
  finish_reason?: z.output<typeof finishReasonSchema>;
} {
  const reason = message?.finishReason ?? (message && message.status !== 'complete' ? 'error' : undefined);
  return reason ? { finish_reason: reason } : {};
}
