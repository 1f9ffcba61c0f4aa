import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { JsonObject } from '../../common/json.js';
import type { MessageRole, MessageStatus } from '../entities/message.entity.js';
import { prepared } from '../prepared.js';

export interface StoredMessage {
  id: string;
  position: number;
  role: MessageRole;
  content: string;
  status: MessageStatus;
  sources: JsonObject[] | null;
  runId: string | null;
  createdAt: Date;
}

/** Messages of a conversation that its caller has already been allowed to see. */
@Injectable()
export class MessagesRepository {
  constructor(private readonly source: DataSource) {}

  /**
   * The newest messages before a position, oldest first.
   * @param before exclusive; the end of the conversation when omitted
   */
  async latest(conversationId: string, limit: number, before?: number): Promise<StoredMessage[]> {
    const rows = await prepared<StoredMessage>(
      this.source,
      'latest-messages',
      `SELECT id, position, role, content, status, sources, run_id AS "runId", created_at AS "createdAt"
       FROM messages
       WHERE conversation_id = $1 AND position < $2
       ORDER BY position DESC
       LIMIT $3`,
      [conversationId, before ?? 2 ** 31 - 1, limit],
    );
    return rows.toReversed();
  }
}
