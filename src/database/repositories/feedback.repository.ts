import { Injectable } from '@nestjs/common';
import { DataSource, type Repository } from 'typeorm';
import { toInstant } from '../../common/cursor.js';
import { MessageFeedback, type Rating } from '../entities/message-feedback.entity.js';
import { Message, type MessageRole } from '../entities/message.entity.js';
import { toSlice, type FeedbackCursor, type Slice } from './page.js';

export interface Feedback {
  rating: Rating;
  comment: string | null;
}

/** Feedback as admins see it. */
export interface StoredFeedback extends Feedback {
  messageId: string;
  userId: string;
  /** Client-visible id. */
  conversationId: string;
  agent: string;
  runId: string | null;
  updatedAt: Date;
}

/** Ratings of replies by the owners of conversations. */
@Injectable()
export class FeedbackRepository {
  private readonly feedback: Repository<MessageFeedback>;

  constructor(private readonly source: DataSource) {
    this.feedback = source.getRepository(MessageFeedback);
  }

  /** The role of a message; null for another owner's or an unknown one. */
  async roleOf(ownerId: string, messageId: string): Promise<MessageRole | null> {
    const message = await this.source.manager.findOne(Message, {
      where: { id: messageId, conversation: { ownerId } },
      select: { id: true, role: true },
    });
    return message?.role ?? null;
  }

  /** Stores or replaces the feedback. @returns false when the owner has no such reply */
  async put(ownerId: string, messageId: string, { rating, comment }: Feedback): Promise<boolean> {
    // $1 the owner's id, $2 the message's id, $3 and $4 rating and comment
    const rows: unknown[] = await this.source.query(
      `INSERT INTO message_feedback (message_id, rating, comment)
       SELECT m.id, $3, $4 FROM messages m JOIN conversations c ON c.id = m.conversation_id
       WHERE m.id = $2 AND c.owner_id = $1 AND m.role = 'assistant'
       ON CONFLICT (message_id) DO UPDATE
         SET rating = excluded.rating, comment = excluded.comment, updated_at = now()
       RETURNING message_id`,
      [ownerId, messageId, rating, comment],
    );
    return rows.length > 0;
  }

  async remove(messageId: string): Promise<void> {
    await this.feedback.delete({ messageId });
  }

  /** Newest first. @param rating filter */
  async list(page: {
    limit: number;
    cursor?: FeedbackCursor;
    rating?: Rating;
  }): Promise<Slice<StoredFeedback>> {
    const { limit, cursor, rating } = page;
    const query = this.feedback
      .createQueryBuilder('f')
      .innerJoin('f.message', 'm')
      .innerJoin('m.conversation', 'c')
      .addSelect(['m.id', 'm.runId', 'c.id', 'c.ownerId', 'c.clientId', 'c.agent'])
      .addSelect(toInstant('f.updatedAt'), 'place')
      .where({ ...(rating && { rating }) })
      .orderBy('f.updatedAt', 'DESC')
      .addOrderBy('f.messageId', 'DESC')
      .limit(limit + 1);
    if (cursor) {
      const [at, id] = cursor;
      query.andWhere('(f.updatedAt, f.messageId) < (:at::timestamptz, :id::uuid)', { at, id });
    }
    const { entities, raw } = await query.getRawAndEntities<{ place: string }>();
    return toSlice(entities.map(withConversation), limit, ({ messageId }, i) => [raw[i]!.place, messageId]);
  }
}

function withConversation({ message, ...feedback }: MessageFeedback): StoredFeedback {
  const { ownerId, clientId, agent } = message!.conversation!;
  return { ...feedback, userId: ownerId, conversationId: clientId, agent, runId: message!.runId };
}
