import { z } from 'zod';
import type { ConversationSummary } from '../../../database/repositories/conversations.repository.js';
import { finishReasonSchema, toFinish } from '../../finish-reason.js';
import type { StoredMessage } from '../../../database/repositories/messages.repository.js';

export const messageSchema = z
  .object({
    id: z.int(),
    content: z.string(),
    bot_response: z.string(),
    created_at: z.string(),
    finish_reason: finishReasonSchema.optional(),
  })
  .meta({
    id: 'MovieChatMessage',
    example: {
      id: 1,
      content: 'A film about a heist in dreams',
      bot_response: 'That sounds like Inception. Is it the one?',
      created_at: '2026-01-31T09:30:00.000Z',
    },
  });

export type WireMessage = z.output<typeof messageSchema>;

export const toChat = (c: ConversationSummary) => ({
  id: c.number,
  title: c.title ?? 'New chat',
  created_at: c.createdAt.toISOString(),
});

/** Questions with their answers; an answer that is still missing is empty. */
export function toMessages(messages: readonly StoredMessage[]): WireMessage[] {
  const answers = new Map(messages.filter((m) => m.role === 'assistant').map((m) => [m.runId, m]));
  return messages
    .filter((message) => message.role === 'user')
    .map(({ position, content, runId, createdAt }) => ({
      id: position,
      content,
      bot_response: answers.get(runId)?.content ?? '',
      created_at: createdAt.toISOString(),
      ...toFinish(answers.get(runId)),
    }));
}
