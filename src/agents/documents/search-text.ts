import type { ChatTurn } from '../../adapters/chat-model/chat-model.js';
import { stems } from '../../adapters/chat-model/extract.js';

/** A message with more telling words than this stands alone. */
const FEW_WORDS = 5;
const LEANS =
  /^(?:and|but|or|what about|how about|also|why|then)\b|\b(?:it|its|that|this|those|these|they|them|their|there|he|she|his|her)\b/i;

/** What to search for: the message, with the user's message before it when it would mean little alone. */
export function toSearchText(message: string, history: readonly ChatTurn[]): string {
  const previous = history.findLast(({ role }) => role === 'user');
  if (!previous || !LEANS.test(message) || stems(message).size > FEW_WORDS) return message;
  return `${previous.content}\n${message}`;
}
