import type { StoredMessage } from '../../../database/repositories/messages.repository.js';
import { toMessages } from './wire.js';

const at = new Date('2026-01-31T09:30:00Z');
const stored = (
  position: number,
  role: 'user' | 'assistant',
  content: string,
  runId: string,
): StoredMessage => ({
  id: `m${position}`,
  position,
  role,
  content,
  runId,
  status: 'complete',
  sources: null,
  toolCalls: null,
  finishReason: null,
  createdAt: at,
});
const row = (id: number, content: string, bot_response: string) => ({
  id,
  content,
  bot_response,
  created_at: at.toISOString(),
});

describe('messages of the Movie Chatbot', () => {
  it.each([
    ['nothing', [], []],
    [
      'a question with its answer',
      [stored(1, 'user', 'q', 'a'), stored(2, 'assistant', 'r', 'a')],
      [row(1, 'q', 'r')],
    ],
    [
      'a question whose answer failed before the next one',
      [stored(1, 'user', 'q1', 'a'), stored(2, 'user', 'q2', 'b'), stored(3, 'assistant', 'r2', 'b')],
      [row(1, 'q1', ''), row(2, 'q2', 'r2')],
    ],
    ['an answer whose question is on the page before', [stored(2, 'assistant', 'r', 'a')], []],
  ])('%s', (_name, messages, rows) => {
    expect(toMessages(messages)).toEqual(rows);
  });
});
