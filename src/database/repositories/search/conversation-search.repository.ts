import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { ConversationSummary } from '../conversations.repository.js';

/** A conversation in a list of search results. */
export type FoundConversation = Pick<
  ConversationSummary,
  'clientId' | 'title' | 'agent' | 'messageCount' | 'lastMessageAt'
>;

/** Finds the conversations of an account. */
@Injectable()
export class ConversationSearchRepository {
  constructor(private readonly source: DataSource) {}

  /**
   * Conversations with a title match, latest activity first, followed by those in `clientIds`.
   * @param clientIds client-visible ids, best first
   */
  find(
    ownerId: string,
    text: string,
    clientIds: readonly string[],
    limit: number,
  ): Promise<FoundConversation[]> {
    // $1 the owner's id, $2 the text, $3 client-visible ids, $4 how many
    return this.source.query(
      `SELECT client_id AS "clientId", title, agent, message_count AS "messageCount",
         last_message_at AS "lastMessageAt"
       FROM (
         SELECT *, strpos(lower(coalesce(title, '')), lower($2)) > 0 AS is_titled, array_position($3::text[], client_id) AS place
         FROM conversations WHERE owner_id = $1
       ) c
       WHERE is_titled OR place IS NOT NULL
       ORDER BY is_titled DESC, CASE WHEN is_titled THEN last_message_at END DESC, place
       LIMIT $4`,
      [ownerId, text, clientIds, limit],
    );
  }
}
