import { Injectable } from '@nestjs/common';
import { DataSource, LessThan, type Repository } from 'typeorm';
import { Message } from '../entities/message.entity.js';
import { prepared } from '../prepared.js';

export type StoredMessage = Pick<Message, keyof typeof STORED>;
const STORED = {
  id: true,
  position: true,
  role: true,
  content: true,
  status: true,
  finishReason: true,
  sources: true,
  runId: true,
  createdAt: true,
} as const;

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
  private readonly messages: Repository<Message>;

  constructor(private readonly source: DataSource) {
    this.messages = source.getRepository(Message);
  }

  /**
   * The newest messages before a position, oldest first.
   * @param before exclusive; the end of the conversation when omitted
   */
  async latest(conversationRowId: string, limit: number, before?: number): Promise<StoredMessage[]> {
    const rows = await this.messages.find({
      where: { conversationRowId, ...(before !== undefined && { position: LessThan(before) }) },
      select: STORED,
      order: { position: 'DESC' },
      take: limit,
    });
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
    // $1 row id of the conversation, $2 the position, $3 and $4 how many messages and characters at most
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
    // $1 row id of the conversation, $2 the position, $3 how many messages, $4 how many characters of each
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
    const rows = await this.messages
      .createQueryBuilder('question')
      .innerJoin('question.conversation', 'conversation')
      .leftJoin(
        Message,
        'answer',
        `answer.conversationRowId = question.conversationRowId AND answer.position = question.position + 1
         AND answer.runId = question.runId`,
      )
      .select('question.position', 'position')
      .addSelect('question.runId', 'runId')
      .addSelect('answer.id IS NOT NULL', 'isAnswered')
      .where({ role: 'user', conversation: { ownerId, clientId } })
      .orderBy('question.position', 'DESC')
      .limit(limit)
      .getRawMany<AskedQuestion>();
    return rows.toReversed();
  }
}
