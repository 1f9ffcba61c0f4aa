import type { EntityManager } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { Conversation } from '../entities/conversation.entity.js';

/** Key of a conversation, and its agent if it is created. */
export interface ConversationKey {
  ownerId: string;
  /** The id clients see. */
  clientId: string;
  agent: string;
}

/**
 * Creates an empty conversation if it does not exist, and locks it until the end of the transaction.
 * @param manager of a transaction that has locked the account, so that it is not created concurrently
 * @returns the conversation's row id
 */
export async function openConversation(
  manager: EntityManager,
  { ownerId, clientId, agent }: ConversationKey,
): Promise<string> {
  const found = await manager.findOne(Conversation, {
    where: { ownerId, clientId },
    select: { id: true },
    lock: { mode: 'for_no_key_update' },
  });
  if (found) return found.id;
  const id = uuidv7();
  // $1 the account's id, $2 row id of the conversation, $3 the id clients see, $4 the agent's id
  await manager.query(
    `WITH counted AS (
       UPDATE users SET conversations_opened = conversations_opened + 1 WHERE id = $1 RETURNING conversations_opened
     )
     INSERT INTO conversations (id, owner_id, client_id, number, agent)
     SELECT $2, $1, $3, conversations_opened, $4 FROM counted`,
    [ownerId, id, clientId, agent],
  );
  return id;
}
