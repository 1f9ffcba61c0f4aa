import type { EntityManager } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';

/** What identifies a conversation, and who answers in it if it is opened now. */
export interface ConversationKey {
  ownerId: string;
  /** The id clients see. */
  clientId: string;
  agent: string;
}

/** Holds what is counted per account until the transaction ends. */
export const ACCOUNT_LOCK = 'SELECT 1 FROM users WHERE id = $1 FOR NO KEY UPDATE';

/**
 * Opens a conversation without a message or a title if there is none, and holds it until the transaction ends.
 * @param manager of a transaction that holds ACCOUNT_LOCK, so that nobody opens the same one meanwhile
 * @returns the conversation's row id
 */
export async function openConversation(
  manager: EntityManager,
  { ownerId, clientId, agent }: ConversationKey,
): Promise<string> {
  const [found]: { id: string }[] = await manager.query(
    'SELECT id FROM conversations WHERE owner_id = $1 AND client_id = $2 FOR NO KEY UPDATE',
    [ownerId, clientId],
  );
  if (found) return found.id;
  const id = uuidv7();
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
