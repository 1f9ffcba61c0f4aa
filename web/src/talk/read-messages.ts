import { listMessages, type StoredMessage, type StoredSummary } from '../client/api.js';
import { toShown, type ShownMessage } from './shown-messages.js';

/** Minimum messages to read, since messages on other branches make pages short. */
const ENOUGH = 30;

const shownOf = (stored: readonly StoredMessage[]) => stored.filter(({ is_shown }) => is_shown).map(toShown);

/**
 * The newest messages of the shown branch, or those before a cursor, oldest first.
 * @returns the messages, the summary of earlier ones if there is one, and the cursor of the previous ones
 */
export async function readMessages(
  conversationId: string,
  { cursor, limit, isQuiet }: { cursor?: string; limit?: number; isQuiet: boolean },
): Promise<{ shown: ShownMessage[]; summary?: StoredSummary; next: string | null }> {
  const newest = await listMessages(conversationId, { cursor, limit, isQuiet });
  let { messages, next } = newest;
  let shown = shownOf(messages);
  while (next && shown.length < ENOUGH) {
    ({ messages, next } = await listMessages(conversationId, { cursor: next, limit: 500, isQuiet }));
    shown = [...shownOf(messages), ...shown];
  }
  return { shown, summary: newest.summary, next };
}
