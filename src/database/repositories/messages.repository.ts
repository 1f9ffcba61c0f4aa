import { Injectable } from '@nestjs/common';
import { DataSource, type Repository } from 'typeorm';
import { Message, OF_ONESELF } from '../entities/message.entity.js';
import { prepared } from '../prepared.js';
import { onPath, pathOf, SUMMARY_ON_PATH } from './tree/path.js';

export type StoredMessage = Pick<
  Message,
  | 'id'
  | 'position'
  | 'role'
  | 'content'
  | 'status'
  | 'finishReason'
  | 'sources'
  | 'toolCalls'
  | 'runId'
  | 'createdAt'
>;

const COLUMNS = {
  id: true,
  position: true,
  role: true,
  content: true,
  status: true,
  finishReason: true,
  sources: true,
  toolCalls: true,
  runId: true,
  createdAt: true,
} as const;

/** The same columns of a message `m`, in SQL. */
export const MESSAGE = `m.id, m.position, m.role, m.content, m.status, m.finish_reason AS "finishReason", m.sources,
  m.tool_calls AS "toolCalls", m.run_id AS "runId", m.created_at AS "createdAt"`;

export type PastMessage = Pick<StoredMessage, 'position' | 'role' | 'content'>;

/** What precedes a message. */
export interface PastMessages {
  /** Oldest first; those after the summary. */
  history: PastMessage[];
  /** Text of the summary that stands for the messages before these; undefined without one. */
  summary?: string;
}

const PATH = pathOf('id = $1');

/** A user's message without its text. */
export interface AskedQuestion {
  position: number;
  /** That answers it, or did so last. */
  runId: string | null;
  isAnswered: boolean;
}

/**
 * Messages of a conversation that the caller is authorized to see, unless an owner is a parameter. Only those on
 * the shown path; for others see `MessageTreeRepository`.
 */
@Injectable()
export class MessagesRepository {
  private readonly messages: Repository<Message>;

  constructor(private readonly source: DataSource) {
    this.messages = source.getRepository(Message);
  }

  /**
   * The newest messages before a position, oldest first.
   * @param before exclusive; the end of the conversation when omitted
   */
  async latest(conversationRowId: string, limit: number, before?: number): Promise<StoredMessage[]> {
    // $1 row id of the conversation, $2 the position, $3 how many messages
    const rows = await prepared<StoredMessage>(
      this.source,
      'latest-messages',
      `WITH RECURSIVE ${PATH}
       SELECT ${MESSAGE} FROM messages m
       WHERE conversation_id = $1 AND position < $2 AND ${onPath('m')}
       ORDER BY position DESC
       LIMIT $3`,
      [conversationRowId, before ?? 2 ** 31 - 1, limit],
    );
    return rows.toReversed();
  }

  /**
   * Messages after a given one, in the requested order.
   * @param page.behind id of a message; the first page when omitted
   */
  async listed(
    conversationRowId: string,
    { limit, behind, newestFirst }: { limit: number; behind?: string; newestFirst: boolean },
  ): Promise<StoredMessage[]> {
    const [sign, order] = newestFirst ? ['<', 'DESC'] : ['>', 'ASC'];
    // $1 row id of the conversation, $2 id of a message or null, $3 how many messages
    return this.source.query(
      `WITH RECURSIVE ${PATH}
       SELECT ${MESSAGE} FROM messages m
       WHERE conversation_id = $1 AND ${onPath('m')} AND ($2::uuid IS NULL OR position ${sign}
         (SELECT position FROM messages WHERE conversation_id = $1 AND id = $2))
       ORDER BY position ${order}
       LIMIT $3`,
      [conversationRowId, behind ?? null, limit],
    );
  }

  /**
   * The user message of a run, on the shown path or not; null while the run is queued, or when a later run replaced
   * it.
   */
  question(conversationRowId: string, runId: string): Promise<StoredMessage | null> {
    return this.messages.findOne({ where: { conversationRowId, runId, role: 'user' }, select: COLUMNS });
  }

  /** One message of a conversation, on the shown path or not; null when it does not exist. */
  find(conversationRowId: string, id: string): Promise<StoredMessage | null> {
    return this.messages.findOne({ where: { conversationRowId, id }, select: COLUMNS });
  }

  /**
   * The newest messages before a position within a total number of characters, back to the last summary.
   * @param maxChars the message that reaches the limit is included
   */
  async history(
    conversationRowId: string,
    before: number,
    { limit, maxChars }: { limit: number; maxChars: number },
  ): Promise<PastMessages> {
    // $1 row id of the conversation, $2 the position, $3 and $4 how many messages and characters at most
    const rows = await prepared<Omit<PastMessage, 'role'> & { role: PastMessage['role'] | 'summary' }>(
      this.source,
      'message-history',
      `WITH RECURSIVE ${PATH}, summary AS (
         SELECT s.position, s.content FROM conversation_summaries s
         WHERE s.conversation_id = $1 AND s.position < $2 AND ${SUMMARY_ON_PATH}
         ORDER BY s.position DESC LIMIT 1
       )
       SELECT position, 'summary' AS role, content FROM summary
       UNION ALL
       SELECT position, role, content FROM (
         SELECT position, role, content, sum(length(content)) OVER (ORDER BY position DESC) - length(content) AS behind
         FROM messages m WHERE conversation_id = $1 AND position < $2 AND ${onPath('m')}
           AND position > coalesce((SELECT position FROM summary), 0)
         ORDER BY position DESC LIMIT $3
       ) newest
       WHERE behind < $4 ORDER BY position`,
      [conversationRowId, before, limit, maxChars],
    );
    const summary = rows.find(({ role }) => role === 'summary');
    return {
      history: rows.filter((row): row is PastMessage => row.role !== 'summary'),
      ...(summary && { summary: summary.content }),
    };
  }

  /** Users' statements about themselves before a position, oldest first, each truncated. */
  async personal(
    conversationRowId: string,
    before: number,
    limit: number,
    maxChars: number,
  ): Promise<string[]> {
    // $1 row id of the conversation, $2 the position, $3 how many messages, $4 how many characters of each
    const rows = await prepared<{ content: string }>(
      this.source,
      'personal-messages',
      `WITH RECURSIVE ${PATH}
       SELECT left(content, $4) AS content FROM messages m
       WHERE conversation_id = $1 AND position < $2 AND ${onPath('m')}
         AND role = 'user' AND content ~* '${OF_ONESELF}'
       ORDER BY position LIMIT $3`,
      [conversationRowId, before, limit, maxChars],
    );
    return rows.map(({ content }) => content);
  }

  /** The newest user messages of a conversation, oldest first; empty when the owner has no such conversation. */
  async latestQuestions(ownerId: string, clientId: string, limit: number): Promise<AskedQuestion[]> {
    // $1 the owner's id, $2 client-visible id of the conversation, $3 number of messages
    const rows: AskedQuestion[] = await this.source.query(
      `WITH RECURSIVE ${pathOf('owner_id = $1 AND client_id = $2')}
       SELECT q.position, q.run_id AS "runId", a.id IS NOT NULL AS "isAnswered"
       FROM messages q
       LEFT JOIN messages a
         ON a.conversation_id = q.conversation_id AND a.position = q.position + 1 AND a.run_id = q.run_id
       WHERE q.conversation_id = (SELECT id FROM head) AND q.role = 'user' AND ${onPath('q')}
       ORDER BY q.position DESC
       LIMIT $3`,
      [ownerId, clientId, limit],
    );
    return rows.toReversed();
  }
}
