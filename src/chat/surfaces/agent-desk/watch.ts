import { setTimeout as sleep } from 'node:timers/promises';
import type { ConversationsService } from '../../../sessions/conversations.service.js';

/** Interval at which a watching tab polls for the next question. */
const POLL_INTERVAL_MS = 500;
/** Maximum questions read per poll; no more arrive between two polls. */
const LATEST = 20;

/**
 * The runs of a conversation, for a tab that only watches: the active run, then every following one, also runs that
 * ended between two polls. Continues until the signal is aborted.
 * @throws when the first read of the conversation fails; later reads are retried
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
      // A regenerated question keeps its position and gets another run.
      const isNew = !seen || position > seen.position || (position === seen.position && runId !== seen.runId);
      if (!isNew || !runId) continue;
      seen = question;
      yield runId;
    }
    await sleep(POLL_INTERVAL_MS, undefined, { signal }).catch(() => undefined);
  }
}
