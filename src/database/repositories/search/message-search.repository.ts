import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { toInstant } from '../../../common/cursor.js';
import type { MessageRole } from '../../entities/message.entity.js';
import { toSlice, type SearchCursor, type Slice } from '../page.js';

export interface FoundMessage {
  messageId: string;
  /** Client-visible id. */
  conversationId: string;
  title: string | null;
  role: MessageRole;
  content: string;
  createdAt: Date;
  /** Relevance: higher is better; comparable within one search only. */
  rank: number;
}

export interface MessageSearchRequest {
  ownerId: string;
  /** The text of a `tsquery`. */
  tsquery: string;
  limit: number;
  cursor?: SearchCursor;
  /** Only conversations with this agent. */
  agent?: string;
  /** Only messages since then. */
  from?: Date;
}

/** Divides the rank by the logarithm of the length, so that long messages are not found first for their length. */
const BY_LENGTH = 1;

/** Finds the messages of an account by their words. */
@Injectable()
export class MessageSearchRepository {
  constructor(private readonly source: DataSource) {}

  /** The best first, of equal ones the newest. */
  async find(request: MessageSearchRequest): Promise<Slice<FoundMessage>> {
    const { ownerId, tsquery, limit, cursor, agent = null, from = null } = request;
    // $1 the owner's id, $2 the query with the word of its owner, $3 page size, $4 the agent or null, $5 the earliest
    // time or null, $6 to $8 the cursor or nulls
    const rows: (FoundMessage & { at: string })[] = await this.source.query(
      `WITH ranked AS (
         SELECT s.message_id, s.created_at, c.client_id, c.title, ts_rank(s.terms, $2::tsquery, ${BY_LENGTH}) AS rank
         FROM message_search s JOIN conversations c ON c.id = s.conversation_id
         WHERE s.terms @@ $2::tsquery AND c.owner_id = $1
           AND ($4::text IS NULL OR c.agent = $4) AND ($5::timestamptz IS NULL OR s.created_at >= $5)
       ), page AS (
         SELECT * FROM ranked
         WHERE $6::real IS NULL OR (rank, created_at, message_id) < ($6, $7::timestamptz, $8::uuid)
         ORDER BY rank DESC, created_at DESC, message_id DESC LIMIT $3
       )
       SELECT m.id AS "messageId", page.client_id AS "conversationId", page.title, m.role, m.content,
         m.created_at AS "createdAt", page.rank, ${toInstant('m.created_at')} AS at
       FROM page JOIN messages m ON m.id = page.message_id
       ORDER BY page.rank DESC, page.created_at DESC, page.message_id DESC`,
      [ownerId, `'@${ownerId}' & (${tsquery})`, limit + 1, agent, from, ...(cursor ?? [null, null, null])],
    );
    const { items, next } = toSlice(rows, limit, ({ rank, at, messageId }) => [rank, at, messageId]);
    return { items: items.map(({ at: _at, ...row }) => row), next };
  }
}
