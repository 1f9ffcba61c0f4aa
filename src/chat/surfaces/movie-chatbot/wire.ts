import { z } from 'zod';
import type { ConversationSummary } from '../../../database/repositories/conversations.repository.js';
import { finishReasonSchema, toFinish } from '../../wires/finish-reason.js';
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

/**
 * Pairs consecutive messages as questions with answers; a missing answer is empty. Messages before the first
 * question belong to the previous page, unless they begin the conversation.
 */
export function toMessages(messages: readonly StoredMessage[]): WireMessage[] {
  const rows: WireMessage[] = [];
  for (const message of messages) {
    const { position: id, role, content, createdAt } = message;
    const row = rows.at(-1);
    if (role === 'user' || id === 1)
      rows.push({
        id,
        content: role === 'user' ? content : '',
        bot_response: role === 'user' ? '' : content,
        created_at: createdAt.toISOString(),
        ...(role === 'assistant' && toFinish(message)),
      });
    else if (row) {
      row.bot_response = [row.bot_response, content].filter(Boolean).join('\n\n');
      Object.assign(row, toFinish(message));
    }
  }
  return rows;
}
