import { Injectable } from '@nestjs/common';
import { notFound, ParleyError } from '../common/errors.js';
import { FeedbackRepository, type Feedback } from '../database/repositories/feedback.repository.js';
import { requireMessageId } from './tree-refusals.js';

/** Ratings of replies by the owners of conversations. */
@Injectable()
export class FeedbackService {
  constructor(private readonly feedback: FeedbackRepository) {}

  /** @throws ParleyError `not-found`; `not-a-reply` for a message of a user */
  async put(ownerId: string, messageId: string, feedback: Feedback): Promise<void> {
    const id = requireMessageId(messageId);
    if (await this.feedback.put(ownerId, id, feedback)) return;
    await this.requireReply(ownerId, id);
  }

  /** Removes feedback; idempotent. @throws as `put` */
  async remove(ownerId: string, messageId: string): Promise<void> {
    const id = requireMessageId(messageId);
    await this.requireReply(ownerId, id);
    await this.feedback.remove(id);
  }

  private async requireReply(ownerId: string, messageId: string): Promise<void> {
    const role = await this.feedback.roleOf(ownerId, messageId);
    if (role === null) throw notFound('Message not found');
    if (role === 'user')
      throw new ParleyError('conflict', 'not-a-reply', 'Only replies can be rated, not messages of the user');
  }
}
