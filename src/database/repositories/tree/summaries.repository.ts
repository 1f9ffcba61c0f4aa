import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import type { ConversationSummaryRow } from '../../entities/conversations/conversation-summary.entity.js';
import type { PastMessage } from '../messages.repository.js';
import { onPath, pathOf, SUMMARY_ON_PATH } from './path.js';

export type StoredSummary = Omit<
  ConversationSummaryRow,
  'conversationRowId' | 'conversation' | 'lastMessage'
>;

const COLUMNS = `s.id, s.first_message_id AS "firstMessageId", s.last_message_id AS "lastMessageId", s.position, s.content,
  s.created_at AS "createdAt"`;

/** Summaries of conversations that the caller is authorized to see. */
@Injectable()
export class SummariesRepository {
  constructor(private readonly source: DataSource) {}

  /** The newest summary of the shown path; null without one. @param before position, exclusive */
  async latest(conversationRowId: string, before = 2 ** 31 - 1): Promise<StoredSummary | null> {
    // $1 row id of the conversation, $2 the position
    const rows: StoredSummary[] = await this.source.query(
      `WITH RECURSIVE ${pathOf('id = $1')}
       SELECT ${COLUMNS} FROM conversation_summaries s
       WHERE s.conversation_id = $1 AND s.position < $2 AND ${SUMMARY_ON_PATH}
       ORDER BY s.position DESC LIMIT 1`,
      [conversationRowId, before],
    );
    return rows[0] ?? null;
  }

  /**
   * Messages of the shown path between two positions, oldest first, each truncated.
   * @param after exclusive
   * @param until inclusive
   */
  between(
    conversationRowId: string,
    { after, until }: { after: number; until: number },
    { limit, maxChars }: { limit: number; maxChars: number },
  ): Promise<(PastMessage & { id: string })[]> {
    // $1 row id of the conversation, $2 and $3 the positions, $4 how many messages, $5 how many characters of each
    return this.source.query(
      `WITH RECURSIVE ${pathOf('id = $1')}
       SELECT m.id, m.position, m.role, left(m.content, $5) AS content FROM messages m
       WHERE m.conversation_id = $1 AND m.position > $2 AND m.position <= $3 AND ${onPath('m')}
       ORDER BY m.position LIMIT $4`,
      [conversationRowId, after, until, limit, maxChars],
    );
  }

  /**
   * Stores the summary of the path to a message; replaces an earlier one.
   * @returns null when the message was deleted
   */
  async store(
    conversationRowId: string,
    lastMessageId: string,
    content: string,
  ): Promise<StoredSummary | null> {
    // $1 row id of the conversation, $2 the message, $3 the text, $4 id of the summary
    const rows: StoredSummary[] = await this.source.query(
      `WITH RECURSIVE path AS (
         SELECT m.id, m.parent_id, m.position FROM messages m WHERE m.conversation_id = $1 AND m.id = $2
         UNION ALL
         SELECT m.id, m.parent_id, m.position FROM path JOIN messages m ON m.id = path.parent_id
       )
       INSERT INTO conversation_summaries AS s (id, conversation_id, first_message_id, last_message_id, position, content)
       SELECT $4, $1, (SELECT id FROM path WHERE parent_id IS NULL), id, position, $3 FROM path WHERE id = $2
       ON CONFLICT (last_message_id) DO UPDATE SET id = $4, content = $3, created_at = now()
       RETURNING ${COLUMNS}`,
      [conversationRowId, lastMessageId, content, uuidv7()],
    );
    return rows[0] ?? null;
  }
}
