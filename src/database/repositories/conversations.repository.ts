import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import type { JsonObject } from '../../common/json.js';
import { preview } from '../../common/text.js';
import { retryConflicts } from '../retry-conflicts.js';
import { orKeyTaken, type IdempotencyClaim } from './idempotency.repository.js';
import { ACCOUNT_LOCK } from './open-conversation.js';
import { toCursor, toInstant } from '../../common/cursor.js';
import type { ConversationPlace, Page, Slice } from './page.js';

/** A conversation as its owner sees it in a list. */
export interface ConversationSummary {
  id: string;
  clientId: string;
  number: number;
  title: string | null;
  agent: string;
  state: JsonObject;
  messageCount: number;
  createdAt: Date;
  lastMessageAt: Date;
  firstMessage: string | null;
  lastMessage: string | null;
}

const COLUMNS = `c.id, c.client_id AS "clientId", c.number, c.title, c.agent, c.state,
  c.message_count AS "messageCount", c.created_at AS "createdAt", c.last_message_at AS "lastMessageAt"`;
/** Graphemes of a message that a list shows. */
const PREVIEW = 300;
/** The first and the newest message of each conversation, cut to what `preview` asks for. */
const WITH_EDGES = `
  SELECT ${COLUMNS},
    left(first.content, ${2 * PREVIEW}) AS "firstMessage", left(last.content, ${2 * PREVIEW}) AS "lastMessage"
  FROM conversations c
  LEFT JOIN messages first ON first.conversation_id = c.id AND first.position = 1
  LEFT JOIN messages last ON last.conversation_id = c.id AND last.position = c.message_count`;

/** Minutes after its end during which a run may still be logged. */
const LOGGED_MINUTES = 15;
/** Deletes the conversations that a query locks. */
const deleting = (held: string) => `
  WITH held AS (${held}), recent AS (
    SELECT r.id FROM runs r JOIN held ON held.id = r.conversation_id
    WHERE r.finished_at IS NULL OR r.finished_at > now() - make_interval(mins => ${LOGGED_MINUTES})
  ), deleted AS (
    DELETE FROM conversations USING held WHERE conversations.id = held.id RETURNING conversations.id
  )
  SELECT (SELECT count(*)::int FROM deleted) AS count,
    (SELECT coalesce(array_agg(id), '{}') FROM recent) AS "runIds"`;

interface DeletedConversations {
  count: number;
  runIds: string[];
}

/** With its place in the list. */
interface ListedConversation extends ConversationSummary {
  since: string;
  at: string;
}

const PAGE = `
  SELECT listed.*, ${toInstant('now()')} AS since, ${toInstant('listed."lastMessageAt"')} AS at
  FROM (
    ${WITH_EDGES}
    WHERE c.owner_id = $1
    ORDER BY c.last_message_at DESC, c.number DESC
    LIMIT $2 OFFSET $3
  ) AS listed`;
/** A conversation that has moved since the first page stands where it stood then: at its last message of that time. */
const NEXT_PAGE = `
  WITH stood AS (
    SELECT c.id, c.number,
      CASE WHEN c.last_message_at <= $3::timestamptz THEN c.last_message_at
        ELSE coalesce(
          (SELECT max(m.created_at) FROM messages m WHERE m.conversation_id = c.id AND m.created_at <= $3::timestamptz),
          c.created_at)
      END AS at
    FROM conversations c WHERE c.owner_id = $1 AND c.created_at <= $3::timestamptz
  ), page AS (
    SELECT id, number, at FROM stood WHERE (at, number) < ($4::timestamptz, $5::int)
    ORDER BY at DESC, number DESC LIMIT $2
  )
  SELECT listed.*, ${toInstant('$3::timestamptz')} AS since, ${toInstant('page.at')} AS at
  FROM page JOIN LATERAL (${WITH_EDGES} WHERE c.id = page.id) AS listed ON true
  ORDER BY page.at DESC, page.number DESC`;

export interface NewConversation {
  ownerId: string;
  clientId: string;
  agent: string;
  title: string | null;
}

/** Conversations at rest. The owner is in every where clause: a stranger's conversation does not exist. */
@Injectable()
export class ConversationsRepository {
  constructor(private readonly source: DataSource) {}

  async find(ownerId: string, clientId: string): Promise<ConversationSummary | null> {
    const rows: ConversationSummary[] = await this.source.query(
      `${WITH_EDGES} WHERE c.owner_id = $1 AND c.client_id = $2`,
      [ownerId, clientId],
    );
    return rows[0] ? withPreviews(rows[0]) : null;
  }

  async findByNumber(ownerId: string, number: number): Promise<ConversationSummary | null> {
    const rows: ConversationSummary[] = await this.source.query(
      `${WITH_EDGES} WHERE c.owner_id = $1 AND c.number = $2`,
      [ownerId, number],
    );
    return rows[0] ? withPreviews(rows[0]) : null;
  }

  /**
   * Opens a conversation without a message.
   * @param claim of the request; a repetition finds `{ number }`
   * @returns its number, or null when the account does not exist any more
   * @throws KeyTakenError
   */
  async create(
    { ownerId, clientId, agent, title }: NewConversation,
    claim?: IdempotencyClaim,
  ): Promise<number | null> {
    const opened: Promise<{ number: number }[]> = this.query(
      `WITH counted AS (
         UPDATE users SET conversations_opened = conversations_opened + 1 WHERE id = $1 RETURNING conversations_opened
       ), opened AS (
         INSERT INTO conversations (id, owner_id, client_id, number, agent, title)
         SELECT $2, $1, $3, conversations_opened, $4, $5 FROM counted RETURNING number
       ), key AS (
         INSERT INTO idempotency_keys (user_id, route, key, body_hash, result)
         SELECT $1, $6, $7, $8, jsonb_build_object('number', number) FROM opened WHERE $7::text IS NOT NULL
       )
       SELECT number FROM opened`,
      [ownerId, uuidv7(), clientId, agent, title, claim?.route, claim?.key, claim?.bodyHash],
    );
    return (await orKeyTaken(opened))[0]?.number ?? null;
  }

  async rename(ownerId: string, clientId: string, title: string): Promise<void> {
    await this.query('UPDATE conversations SET title = $3 WHERE owner_id = $1 AND client_id = $2', [
      ownerId,
      clientId,
      title,
    ]);
  }

  /**
   * Newest activity first. Pages that follow a cursor show the list as it stood at the first page, each conversation
   * once, whatever moves up meanwhile.
   */
  async list(
    ownerId: string,
    { limit, offset, cursor }: Page<ConversationPlace>,
  ): Promise<Slice<ConversationSummary>> {
    const rows: ListedConversation[] = cursor
      ? await this.source.query(NEXT_PAGE, [ownerId, limit + 1, ...cursor])
      : await this.source.query(PAGE, [ownerId, limit + 1, offset]);
    const last = rows.length > limit ? rows[limit - 1] : undefined;
    return {
      items: rows.slice(0, limit).map(({ since: _since, at: _at, ...row }) => withPreviews(row)),
      next: last ? toCursor([last.since, last.at, last.number]) : null,
    };
  }

  async count(ownerId: string): Promise<number> {
    const [row]: { count: number }[] = await this.source.query(
      'SELECT count(*)::int AS count FROM conversations WHERE owner_id = $1',
      [ownerId],
    );
    return row?.count ?? 0;
  }

  /** True when the client-visible id is in use by another account and not by this one. */
  async isForeign(ownerId: string, clientId: string): Promise<boolean> {
    const [row]: { foreign: boolean }[] = await this.source.query(
      'SELECT coalesce(bool_and(owner_id <> $1), false) AS foreign FROM conversations WHERE client_id = $2',
      [ownerId, clientId],
    );
    return row?.foreign ?? false;
  }

  /** @returns ids of its runs that may still be produced or logged; null when there is no such conversation */
  async delete(ownerId: string, clientId: string): Promise<string[] | null> {
    const [row]: DeletedConversations[] = await this.query(
      deleting('SELECT id FROM conversations WHERE owner_id = $1 AND client_id = $2 FOR UPDATE'),
      [ownerId, clientId],
    );
    return row?.count ? row.runIds : null;
  }

  /**
   * Holds the account: of two who lock several conversations each, one waits for the other before it locks any.
   * @returns as `delete`
   */
  async deleteAll(ownerId: string): Promise<string[]> {
    const [row]: DeletedConversations[] = await this.query(
      deleting(
        `WITH account AS (${ACCOUNT_LOCK})
         SELECT id FROM conversations WHERE owner_id = $1 AND EXISTS (SELECT FROM account) FOR UPDATE`,
      ),
      [ownerId],
    );
    return row?.runIds ?? [];
  }

  private query<T>(text: string, values: unknown[]): Promise<T> {
    return retryConflicts(() => this.source.query(text, values));
  }
}

const withPreviews = (row: ConversationSummary): ConversationSummary => ({
  ...row,
  firstMessage: row.firstMessage && preview(row.firstMessage, PREVIEW),
  lastMessage: row.lastMessage && preview(row.lastMessage, PREVIEW),
});
