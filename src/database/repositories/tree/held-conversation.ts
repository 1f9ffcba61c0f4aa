import { In, type EntityManager } from 'typeorm';
import type { JsonObject } from '../../../common/json.js';
import { Conversation } from '../../entities/conversation.entity.js';
import { Run } from '../../entities/run.entity.js';
import { RunActiveError } from '../runs/run-conflicts.js';

/** A conversation of an owner, by client-visible id. */
export interface ConversationName {
  ownerId: string;
  conversationId: string;
}

export interface HeldConversation {
  /** Row id. */
  id: string;
  headId: string | null;
}

/**
 * Why a change of the tree is refused. `not-a-question`: only a user's message can be edited, only an answer to one
 * regenerated. `head-moved`: another branch was selected meanwhile. `only-branch`: no branch would remain.
 * `not-last`: other messages follow.
 */
export type TreeRefusal =
  'no-conversation' | 'no-message' | 'not-a-question' | 'head-moved' | 'only-branch' | 'not-last';

export class TreeRefusedError extends Error {
  constructor(readonly reason: TreeRefusal) {
    super(reason);
  }
}

/**
 * Locks a conversation until the end of the transaction; later statements see all previous changes to it.
 * @throws TreeRefusedError
 */
export async function holdConversation(
  manager: EntityManager,
  { ownerId, conversationId }: ConversationName,
): Promise<HeldConversation> {
  const held = await manager.findOne(Conversation, {
    where: { ownerId, clientId: conversationId },
    select: { id: true, headId: true },
    lock: { mode: 'for_no_key_update' },
  });
  if (!held) throw new TreeRefusedError('no-conversation');
  return held;
}

/**
 * As `holdConversation`, for a conversation without active or queued runs.
 * @throws RunActiveError; TreeRefusedError
 */
export async function lockIdle(manager: EntityManager, name: ConversationName): Promise<HeldConversation> {
  const held = await holdConversation(manager, name);
  const where = { conversationRowId: held.id, status: In(['queued', 'streaming', 'waiting']) };
  if (await manager.existsBy(Run, where)) throw new RunActiveError();
  return held;
}

/**
 * The agent's state after a message, or after its nearest ancestor written by the agent.
 * @param messageId null for the beginning of the conversation
 */
export async function stateAt(manager: EntityManager, messageId: string | null): Promise<JsonObject> {
  // $1 the message's id
  const rows: { state: JsonObject }[] = await manager.query(
    `WITH RECURSIVE back AS (
       SELECT m.parent_id, r.state FROM messages m
       LEFT JOIN runs r ON r.id = m.run_id AND m.role = 'assistant' WHERE m.id = $1
       UNION ALL
       SELECT m.parent_id, r.state FROM back JOIN messages m ON m.id = back.parent_id
       LEFT JOIN runs r ON r.id = m.run_id AND m.role = 'assistant' WHERE back.state IS NULL
     )
     SELECT state FROM back WHERE state IS NOT NULL`,
    [messageId],
  );
  return rows[0]?.state ?? {};
}
