import { listMessages, type StoredMessage } from '../client/api.js';
import { toShown, type ShownMessage } from './shown-messages.js';

/** So many messages are read at least, where branches that are not shown make pages short. */
const ENOUGH = 30;

const shownOf = (stored: readonly StoredMessage[]) => stored.filter(({ is_shown }) => is_shown).map(toShown);

/**
 * The newest messages of the selected branch, or those before a place, oldest first.
 * @returns them, and the cursor of those before them
 */
export async function readMessages(
  conversationId: string,
  { cursor, limit, isQuiet }: { cursor?: string; limit?: number; isQuiet: boolean },
): Promise<{ shown: ShownMessage[]; next: string | null }> {
  let { messages, next } = await listMessages(conversationId, { cursor, limit, isQuiet });
  let shown = shownOf(messages);
  while (next && shown.length < ENOUGH) {
    ({ messages, next } = await listMessages(conversationId, { cursor: next, limit: 500, isQuiet }));
    shown = [...shownOf(messages), ...shown];
  }
  return { shown, next };
}
