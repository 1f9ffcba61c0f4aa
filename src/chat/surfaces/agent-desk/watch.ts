import { setTimeout as sleep } from 'node:timers/promises';
import type { ConversationsService } from '../../../sessions/conversations.service.js';

/** Interval at which a watching tab polls for the next question. */
const POLL_INTERVAL_MS = 500;
/** Questions read by each poll; no more arrive in between. */
const LATEST = 20;

/**
 * The runs of a conversation for a tab that only watches: the one that is being answered now, then each that
 * follows, also one that was over before it was noticed. Goes on until the signal.
 * @throws when the conversation cannot be read at the beginning; later it tries again
 */
export async function* runsOf(
  conversations: ConversationsService,
  { ownerId, conversationId }: { ownerId: string; conversationId: string },
  signal: AbortSignal,
): AsyncGenerator<string> {
  const look = () => conversations.questionsIfAny(ownerId, conversationId, LATEST);

  let seen = (await look()).findLast(({ isAnswered }) => isAnswered);
  while (!signal.aborted) {
    for (const question of await look().catch(() => [])) {
      const { position, runId } = question;
      // A question that is answered again keeps its place and gets another run.
      const isNew = !seen || position > seen.position || (position === seen.position && runId !== seen.runId);
      if (!isNew || !runId) continue;
      seen = question;
      yield runId;
    }
    await sleep(POLL_INTERVAL_MS, undefined, { signal }).catch(() => undefined);
  }
}
