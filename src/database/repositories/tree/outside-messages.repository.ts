import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import type { MessageRole } from '../../entities/message.entity.js';
import { retryConflicts } from '../../retry-conflicts.js';
import { MESSAGE, type StoredMessage } from '../messages.repository.js';
import { lockIdle, type ConversationName } from './held-conversation.js';

/** Appends to the head of a locked conversation: $1 conversation, $2 id, $3 head, $4 role, $5 content. */
const APPEND = `
  WITH c AS (
    UPDATE conversations SET message_count = message_count + 1, head_id = $2, last_message_at = clock_timestamp()
    WHERE id = $1 RETURNING message_count
  )
  INSERT INTO messages AS m (id, conversation_id, parent_id, position, role, content, created_at)
  SELECT $2, $1, $3, message_count, $4, $5, clock_timestamp() FROM c
  RETURNING ${MESSAGE}`;

/** Messages that no run writes. */
@Injectable()
export class OutsideMessagesRepository {
  constructor(private readonly source: DataSource) {}

  /** @throws RunActiveError while the conversation is being answered; TreeRefusedError */
  append(name: ConversationName, message: { role: MessageRole; content: string }): Promise<StoredMessage> {
    return retryConflicts(() =>
      this.source.transaction(async (manager) => {
        const { id, headId } = await lockIdle(manager, name);
        const [stored]: [StoredMessage] = await manager.query(APPEND, [
          id,
          uuidv7(),
          headId,
          message.role,
          message.content,
        ]);
        return stored;
      }),
    );
  }
}
