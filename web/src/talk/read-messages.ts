import { listMessages, type StoredMessage } from '../client/api.js';
import { toShown, type ShownMessage } from './shown-messages.js';

/** Minimum messages to read, since messages on other branches make pages short. */
const ENOUGH = 30;

const shownOf = (stored: readonly StoredMessage[]) => stored.filter(({ is_shown }) => is_shown).map(toShown);

/**
 * The newest messages of the shown branch, or those before a cursor, oldest first.
 * @returns the messages, and the cursor of the previous ones
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
