import type { IdempotencyClaim } from '../database/repositories/idempotency.repository.js';
import { claimOf } from '../idempotency/idempotency.js';
import type { StartRun } from '../runs/run.service.js';

/** The keys of messages are those of one route, whichever endpoint a message comes through. */
const ROUTE = 'POST /chat';

/** Where the claim of a message is stored. */
export const keptUnder = (userId: string, key: string) => ({ userId, route: ROUTE, key });

/**
 * The claim of a message under the key its client gave it; undefined when it gave none. A client that loses its socket
 * and repeats the message over HTTP repeats it. What makes two messages the same is what is asked, and of whom; that
 * they go to the same conversation, `RunService.start` sees: the first of a conversation may not have named it.
 * @throws InvalidInput for a key that is empty or too long
 */
export function claimOfMessage(turn: StartRun, key: string | undefined): IdempotencyClaim | undefined {
  const { ownerId, agent, switchesAgent = false, message, context = null, documents = {} } = turn;
  return claimOf(ownerId, ROUTE, key, { agent, switchesAgent, message, context, documents });
}
