import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { JsonObject } from '../../common/json.js';
import type { MessageRole, MessageStatus } from '../entities/message.entity.js';
import type { FinishReason } from '../entities/run.entity.js';
import { prepared } from '../prepared.js';

export interface StoredMessage {
  id: string;
  position: number;
  role: MessageRole;
  content: string;
  status: MessageStatus;
  /** Why a reply is not whole, when it was the model that ended it. */
  finishReason: FinishReason | null;
  sources: JsonObject[] | null;
  runId: string | null;
  createdAt: Date;
}

export type PastMessage = Pick<StoredMessage, 'position' | 'role' | 'content'>;

/** Words with which people speak of themselves, in PostgreSQL's regular expressions. */
const OF_ONESELF = '\\m(i|my|mine|me|we|our|ich|mein\\w*|wir|je|mon|ma|mes|nous|yo|mi|mis|eu|meu|io|mio)\\M';

/** A user's message without its text. */
export interface AskedQuestion {
  position: number;
  /** That answers it, or did so last. */
  runId: string | null;
  isAnswered: boolean;
}

/** Messages of a conversation that its caller has already been allowed to see, unless the owner is asked for. */
@Injectable()
export class MessagesRepository {
  constructor(private readonly source: DataSource) {}

  /**
   * The newest messages before a position, oldest first.
   * @param before exclusive; the end of the conversation when omitted
   */
  async latest(conversationRowId: string, limit: number, before?: number): Promise<StoredMessage[]> {
    const rows = await prepared<StoredMessage>(
      this.source,
      'latest-messages',
      `SELECT id, position, role, content, status, finish_reason AS "finishReason", sources, run_id AS "runId", created_at AS "createdAt"
       FROM messages
       WHERE conversation_id = $1 AND position < $2
       ORDER BY position DESC
       LIMIT $3`,
      [conversationRowId, before ?? 2 ** 31 - 1, limit],
    );
    return rows.toReversed();
  }

  /**
   * What was said before a position, oldest first: the newest messages that have so many characters together.
   * @param maxChars the message that reaches them is the last one back
   */
  async history(
    conversationRowId: string,
    before: number,
    { limit, maxChars }: { limit: number; maxChars: number },
  ): Promise<PastMessage[]> {
    return prepared(
      this.source,
      'message-history',
      `SELECT position, role, content FROM (
         SELECT position, role, content, sum(length(content)) OVER (ORDER BY position DESC) - length(content) AS behind
         FROM messages WHERE conversation_id = $1 AND position < $2 ORDER BY position DESC LIMIT $3
       ) newest
       WHERE behind < $4 ORDER BY position`,
      [conversationRowId, before, limit, maxChars],
    );
  }

  /** What users said of themselves before a position, oldest first, each message cut to so many characters. */
  async personal(
    conversationRowId: string,
    before: number,
    limit: number,
    maxChars: number,
  ): Promise<string[]> {
    const rows = await prepared<{ content: string }>(
      this.source,
      'personal-messages',
      `SELECT left(content, $4) AS content FROM messages
       WHERE conversation_id = $1 AND position < $2 AND role = 'user' AND content ~* '${OF_ONESELF}'
       ORDER BY position LIMIT $3`,
      [conversationRowId, before, limit, maxChars],
    );
    return rows.map(({ content }) => content);
  }

  /** The newest questions in a conversation, oldest first; none when the owner has no such conversation. */
  async latestQuestions(ownerId: string, clientId: string, limit: number): Promise<AskedQuestion[]> {
    const rows: AskedQuestion[] = await this.source.query(
      `SELECT q.position, q.run_id AS "runId", a.id IS NOT NULL AS "isAnswered"
       FROM conversations c
       JOIN messages q ON q.conversation_id = c.id AND q.role = 'user'
       LEFT JOIN messages a ON a.conversation_id = c.id AND a.position = q.position + 1 AND a.run_id = q.run_id
       WHERE c.owner_id = $1 AND c.client_id = $2
       ORDER BY q.position DESC
       LIMIT $3`,
      [ownerId, clientId, limit],
    );
    return rows.toReversed();
  }
}
