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
 * @param manager of a transaction that has locked the account, so that it is not deleted concurrently
 * @returns the conversation's row id
 */
export async function openConversation(manager: EntityManager, key: ConversationKey): Promise<string> {
  const { ownerId, clientId, agent } = key;
  await manager
    .createQueryBuilder()
    .insert()
    .into(Conversation)
    .values({ id: uuidv7(), ownerId, clientId, agent })
    .orIgnore()
    .execute();
  const found = await manager.findOne(Conversation, {
    where: { ownerId, clientId },
    select: { id: true },
    lock: { mode: 'for_no_key_update' },
  });
  // Deleted between the two statements, it is opened anew.
  return found?.id ?? openConversation(manager, key);
}
