import type { IdempotencyClaim } from '../database/repositories/idempotency.repository.js';
import { claimOf } from '../idempotency/idempotency.js';
import type { StartRun } from '../runs/run.service.js';

/** Idempotency keys of messages share one scope, whichever endpoint receives them. */
const ROUTE = 'POST /chat';

/** Storage key of a message's claim. */
export const idempotencyKeyOf = (userId: string, key: string) => ({ userId, route: ROUTE, key });

/**
 * The idempotency claim of a message; undefined without a key. A client that loses its WebSocket may retry the
 * message over HTTP. The fingerprint covers the content and the agent; the conversation is compared by
 * `RunService.start`, since the first message of a conversation may not name it.
 * @throws InvalidInput for an empty or too long key
 */
export function claimOfMessage(turn: StartRun, key: string | undefined): IdempotencyClaim | undefined {
  const { ownerId, agent, switchesAgent = false, message, context = null, documents = {} } = turn;
  return claimOf(ownerId, ROUTE, key, { agent, switchesAgent, message, context, documents });
}
