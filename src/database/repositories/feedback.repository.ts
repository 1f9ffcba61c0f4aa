import { Injectable } from '@nestjs/common';
import { DataSource, type Repository } from 'typeorm';
import { toInstant } from '../../common/cursor.js';
import { MessageFeedback, type Rating } from '../entities/message-feedback.entity.js';
import { Message, type MessageRole } from '../entities/message.entity.js';
import { toSlice, type FeedbackPlace, type Slice } from './page.js';

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
    cursor?: FeedbackPlace;
    rating?: Rating;
  }): Promise<Slice<StoredFeedback>> {
    const { limit, cursor, rating = null } = page;
    // $1 how many, $2 the rating or null, $3 and $4 time and message of the row before the page, or null
    const rows: (StoredFeedback & { place: string })[] = await this.source.query(
      `SELECT f.message_id AS "messageId", f.rating, f.comment, f.updated_at AS "updatedAt", c.owner_id AS "userId",
         c.client_id AS "conversationId", c.agent, m.run_id AS "runId", ${toInstant('f.updated_at')} AS place
       FROM message_feedback f
       JOIN messages m ON m.id = f.message_id
       JOIN conversations c ON c.id = m.conversation_id
       WHERE ($2::smallint IS NULL OR f.rating = $2)
         AND ($3::timestamptz IS NULL OR (f.updated_at, f.message_id) < ($3, $4::uuid))
       ORDER BY f.updated_at DESC, f.message_id DESC LIMIT $1`,
      [limit + 1, rating, ...(cursor ?? [null, null])],
    );
    const { items, next } = toSlice(rows, limit, ({ place, messageId }) => [place, messageId]);
    return { items: items.map(({ place: _place, ...row }) => row), next };
  }
}
