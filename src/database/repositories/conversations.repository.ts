import { Injectable } from '@nestjs/common';
import { DataSource, IsNull, Not, type Repository, type SelectQueryBuilder } from 'typeorm';
import type { QueryDeepPartialEntity } from 'typeorm/query-builder/QueryPartialEntity.js';
import { v7 as uuidv7 } from 'uuid';
import type { JsonObject } from '../../common/json.js';
import { preview } from '../../common/text.js';
import { Conversation } from '../entities/conversation.entity.js';
import { Message } from '../entities/message.entity.js';
import { retryConflicts } from '../retry-conflicts.js';
import { orKeyTaken, type IdempotencyClaim } from './idempotency.repository.js';
import { toInstant } from '../../common/cursor.js';
import { deleting, type DeletedConversations } from './deleting-conversations.js';
import { toSlice, type ConversationCursor, type Page, type Slice } from './page.js';

/** A conversation in its owner's list. */
export interface ConversationSummary extends Omit<Conversation, 'owner' | 'ownerId'> {
  firstMessage: string | null;
  lastMessage: string | null;
}

/** Which conversations are listed. */
export interface ConversationPage extends Page<ConversationCursor> {
  /** Filter by pinned state; no filter when omitted. */
  isPinned?: boolean;
}

/** Graphemes of a message that a list shows. */
const PREVIEW = 300;
/** Whether a message `first` begins the path of a conversation `c`; several can after the first one was edited. */
const IS_FIRST = `first.position = 1 AND (NOT c.isBranched OR first.id IN (
    WITH RECURSIVE path AS (
      SELECT id, parent_id FROM messages WHERE id = c.head_id
      UNION ALL
      SELECT m.id, m.parent_id FROM path JOIN messages m ON m.id = path.parent_id
    )
    SELECT id FROM path WHERE parent_id IS NULL))`;
const IS_LAST = `last.position = c.messageCount AND (NOT c.isBranched OR last.id = c.headId)`;

/** Computed columns of a listed conversation; the last two are its cursor position. */
interface ListedColumns extends Pick<ConversationSummary, 'firstMessage' | 'lastMessage'> {
  since: string;
  at: string;
}

/**
 * Keeps the list stable while paging: a conversation with newer activity keeps its position as of the first page.
 * :ownerId the account's id, :since time of the first page, :at and :number the cursor position, :rows page size,
 * :isPinned the filter, or null
 */
const NEXT_PAGE = `
  WITH stood AS (
    SELECT id, number,
      CASE WHEN last_message_at <= :since::timestamptz THEN last_message_at
        ELSE coalesce(
          (SELECT max(m.created_at) FROM messages m
           WHERE m.conversation_id = conversations.id AND m.created_at <= :since::timestamptz),
          created_at)
      END AS at
    FROM conversations WHERE owner_id = :ownerId AND created_at <= :since::timestamptz
      AND (:isPinned::boolean IS NULL OR (pinned_at IS NOT NULL) = :isPinned)
  )
  SELECT id, at FROM stood WHERE (at, number) < (:at::timestamptz, :number::int)
  ORDER BY at DESC, number DESC LIMIT :rows::int`;

export interface NewConversation {
  ownerId: string;
  clientId: string;
  agent: string;
  title: string | null;
  metadata?: JsonObject;
}

/** Stored conversations. The owner is in every where clause: another user's conversation does not exist. */
@Injectable()
export class ConversationsRepository {
  private readonly conversations: Repository<Conversation>;

  constructor(private readonly source: DataSource) {
    this.conversations = source.getRepository(Conversation);
  }

  find(ownerId: string, clientId: string): Promise<ConversationSummary | null> {
    return this.findBy({ ownerId, clientId });
  }

  findByNumber(ownerId: string, number: number): Promise<ConversationSummary | null> {
    return this.findBy({ ownerId, number });
  }

  /**
   * Creates a conversation without a message.
   * @param claim of the request; a retry finds `{ number }`
   * @returns its number, or null when the account was deleted
   * @throws KeyTakenError
   */
  async create(
    { ownerId, clientId, agent, title, metadata }: NewConversation,
    claim?: IdempotencyClaim,
  ): Promise<number | null> {
    // $1 the account's id, $2 row id of the conversation, $3 client-visible id, $4 the agent's id, $5 title or
    // null, $6 to $8 route, key and body hash of the claim, or null, $9 metadata from the client, or null
    const opened: Promise<{ number: number }[]> = this.query(
      `WITH owner AS (
         SELECT id FROM users WHERE id = $1 FOR KEY SHARE
       ), opened AS (
         INSERT INTO conversations (id, owner_id, client_id, agent, title, metadata)
         SELECT $2, id, $3, $4, $5, $9 FROM owner RETURNING number
       ), key AS (
         INSERT INTO idempotency_keys (user_id, route, key, body_hash, result)
         SELECT $1, $6, $7, $8, jsonb_build_object('number', number) FROM opened WHERE $7::text IS NOT NULL
       )
       SELECT number FROM opened`,
      [ownerId, uuidv7(), clientId, agent, title, claim?.route, claim?.key, claim?.bodyHash, metadata],
    );
    return (await orKeyTaken(opened))[0]?.number ?? null;
  }

  /** Updates fields; omitted ones are unchanged. Pinning a pinned conversation keeps its time. */
  async change(
    ownerId: string,
    clientId: string,
    { title, pinned, metadata }: { title?: string; pinned?: boolean; metadata?: JsonObject },
  ): Promise<void> {
    const changes: QueryDeepPartialEntity<Conversation> = {
      ...(title !== undefined && { title }),
      ...(pinned !== undefined && { pinnedAt: pinned ? () => 'coalesce(pinned_at, now())' : null }),
      ...(metadata && { metadata: metadata as object }),
    };
    if (Object.keys(changes).length > 0)
      await retryConflicts(() => this.conversations.update({ ownerId, clientId }, changes));
  }

  async rename(ownerId: string, clientId: string, title: string): Promise<void> {
    await retryConflicts(() => this.conversations.update({ ownerId, clientId }, { title }));
  }

  /**
   * Newest activity first. Pages that follow a cursor show a consistent list as of the first page, each
   * conversation once, despite concurrent activity.
   */
  async list(
    ownerId: string,
    { limit, offset, cursor, isPinned }: ConversationPage,
  ): Promise<Slice<ConversationSummary>> {
    const query = this.withEdges();
    if (cursor) {
      const [since, at, number] = cursor;
      query
        .addCommonTableExpression(NEXT_PAGE, 'page')
        .setParameters({ ownerId, since, at, number, rows: limit + 1, isPinned: isPinned ?? null })
        .innerJoin('page', 'page', 'page.id = c.id')
        .addSelect(toInstant(':since::timestamptz'), 'since')
        .addSelect(toInstant('page.at'), 'at')
        .orderBy('page.at', 'DESC');
    } else
      query
        .where({ ownerId, ...(isPinned !== undefined && { pinnedAt: isPinned ? Not(IsNull()) : IsNull() }) })
        .addSelect(toInstant('now()'), 'since')
        .addSelect(toInstant('c.lastMessageAt'), 'at')
        .orderBy('c.lastMessageAt', 'DESC')
        .limit(limit + 1)
        .offset(offset);
    const { entities, raw } = await query.addOrderBy('c.number', 'DESC').getRawAndEntities<ListedColumns>();
    const summaries = entities.map((conversation, i) => withPreviews(conversation, raw[i]!));
    return toSlice(summaries, limit, ({ number }, i) => [raw[i]!.since, raw[i]!.at, number]);
  }

  count(ownerId: string): Promise<number> {
    return this.conversations.countBy({ ownerId });
  }

  /** True when another account uses the client-visible id and this one does not. */
  async isForeign(ownerId: string, clientId: string): Promise<boolean> {
    const row = await this.conversations
      .createQueryBuilder('c')
      .select('coalesce(bool_and(c.ownerId <> :ownerId), false)', 'foreign')
      .where({ clientId })
      .setParameter('ownerId', ownerId)
      .getRawOne<{ foreign: boolean }>();
    return row?.foreign ?? false;
  }

  /** @returns ids of its runs that may still be produced or logged; null when the conversation does not exist */
  async delete(ownerId: string, clientId: string): Promise<string[] | null> {
    // $1 the account's id, $2 the id clients see
    const [row]: DeletedConversations[] = await this.query(
      deleting('SELECT id FROM conversations WHERE owner_id = $1 AND client_id = $2 FOR UPDATE'),
      [ownerId, clientId],
    );
    return row?.count ? row.runIds : null;
  }

  /**
   * Locks the account first, which prevents deadlocks between concurrent deletions of several conversations.
   * @returns as `delete`
   */
  async deleteAll(ownerId: string): Promise<string[]> {
    // $1 the account's id
    const [row]: DeletedConversations[] = await this.query(
      deleting(
        `WITH account AS (SELECT 1 FROM users WHERE id = $1 FOR NO KEY UPDATE)
         SELECT id FROM conversations WHERE owner_id = $1 AND EXISTS (SELECT FROM account) FOR UPDATE`,
      ),
      [ownerId],
    );
    return row?.runIds ?? [];
  }

  private async findBy(
    where: { ownerId: string } & ({ clientId: string } | { number: number }),
  ): Promise<ConversationSummary | null> {
    const { entities, raw } = await this.withEdges().where(where).getRawAndEntities<ListedColumns>();
    return entities[0] ? withPreviews(entities[0], raw[0]!) : null;
  }

  /** Conversations `c` with their first and newest messages, truncated to the length of `preview`. */
  private withEdges(): SelectQueryBuilder<Conversation> {
    return this.conversations
      .createQueryBuilder('c')
      .leftJoin(Message, 'first', `first.conversationRowId = c.id AND ${IS_FIRST}`)
      .leftJoin(Message, 'last', `last.conversationRowId = c.id AND ${IS_LAST}`)
      .addSelect(`left(first.content, ${2 * PREVIEW})`, 'firstMessage')
      .addSelect(`left(last.content, ${2 * PREVIEW})`, 'lastMessage');
  }

  private query<T>(text: string, values: unknown[]): Promise<T> {
    return retryConflicts(() => this.source.query(text, values));
  }
}

const withPreviews = (
  { ownerId: _ownerId, ...conversation }: Conversation,
  { firstMessage, lastMessage }: ListedColumns,
): ConversationSummary => ({
  ...conversation,
  firstMessage: firstMessage && preview(firstMessage, PREVIEW),
  lastMessage: lastMessage && preview(lastMessage, PREVIEW),
});
