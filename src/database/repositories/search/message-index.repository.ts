import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { retryConflicts } from '../../retry-conflicts.js';

/** A conversation with unindexed messages, as of the look-up. */
export interface StaleConversation {
  id: string;
  /** Its last activity, as PostgreSQL writes it: a `Date` would lose the microseconds. */
  lastMessageAt: string;
}

/** A message that is not indexed yet. */
export interface UnindexedMessage {
  id: string;
  content: string;
}

/** Characters of a message that can be searched. */
const MAX_CHARS = 256 * 1024;

/** The words of messages, as far as they are stored. */
@Injectable()
export class MessageIndexRepository {
  constructor(private readonly source: DataSource) {}

  /** Conversations that have changed since they were indexed. @param ownerId of all accounts when omitted */
  stale(limit: number, ownerId?: string): Promise<StaleConversation[]> {
    // $1 the owner's id or null, $2 how many
    return this.source.query(
      `SELECT c.id, c.last_message_at::text AS "lastMessageAt"
       FROM conversations c LEFT JOIN conversation_search s ON s.conversation_id = c.id
       WHERE ($1::uuid IS NULL OR c.owner_id = $1) AND c.message_count > 0
         AND s.indexed_at IS DISTINCT FROM c.last_message_at
       LIMIT $2`,
      [ownerId ?? null, limit],
    );
  }

  unindexed(conversationRowIds: readonly string[], limit: number): Promise<UnindexedMessage[]> {
    // $1 row ids of the conversations, $2 how many
    return this.source.query(
      `SELECT m.id, left(m.content, ${MAX_CHARS}) AS content FROM messages m
       WHERE m.conversation_id = ANY($1)
         AND NOT EXISTS (SELECT FROM message_search s WHERE s.message_id = m.id)
       LIMIT $2`,
      [conversationRowIds, limit],
    );
  }

  /**
   * Stores the search words of messages; idempotent. Messages that are being deleted are skipped.
   * @param words of each message, as the text of a `tsvector`
   */
  async add(messages: readonly { id: string; words: string }[]): Promise<void> {
    // $1 the messages' ids, $2 their words
    await retryConflicts(() =>
      this.source.query(
        `INSERT INTO message_search (message_id, conversation_id, created_at, terms)
         SELECT m.id, m.conversation_id, m.created_at, (given.words || ' ''@' || c.owner_id || '''')::tsvector
         FROM unnest($1::uuid[], $2::text[]) AS given (id, words)
         JOIN messages m ON m.id = given.id
         JOIN conversations c ON c.id = m.conversation_id
         FOR KEY SHARE OF m SKIP LOCKED
         ON CONFLICT DO NOTHING`,
        [messages.map(({ id }) => id), messages.map(({ words }) => words)],
      ),
    );
  }

  /** Marks conversations as searchable in the state in which they were looked up. */
  async markIndexed(conversations: readonly StaleConversation[]): Promise<void> {
    // $1 row ids of the conversations, $2 when each had its last message
    await retryConflicts(() =>
      this.source.query(
        `INSERT INTO conversation_search (conversation_id, indexed_at)
         SELECT c.id, given.at FROM unnest($1::uuid[], $2::timestamptz[]) AS given (id, at)
         JOIN conversations c ON c.id = given.id
         FOR KEY SHARE OF c SKIP LOCKED
         ON CONFLICT (conversation_id) DO UPDATE SET indexed_at = excluded.indexed_at`,
        [conversations.map(({ id }) => id), conversations.map(({ lastMessageAt }) => lastMessageAt)],
      ),
    );
  }
}
