// Conversations open in this tab: an answer continues while another view is shown.

import { Conversation } from './conversation.js';

const MAX_OPEN = 8;
const open = new Map<string, Conversation>();

export function openConversation(id: string): Conversation {
  const known = open.get(id) ?? new Conversation(id);
  // Ordered by use: the most recent is last.
  open.delete(id);
  open.set(id, known);
  for (const [other, conversation] of open) {
    if (open.size <= MAX_OPEN) break;
    if (conversation.isAnswering || other === id) continue;
    conversation.leave();
    open.delete(other);
  }
  return known;
}

export function closeConversation(id: string): void {
  open.get(id)?.leave();
  open.delete(id);
}

export function closeAll(): void {
  for (const id of open.keys()) closeConversation(id);
}
