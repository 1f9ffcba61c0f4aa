import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { AdminOnly } from '../auth/access.js';
import { cursor } from '../common/cursor.js';
import { ApiAnswer, ApiErrors, EXAMPLE_CONVERSATION } from '../common/openapi.js';
import { queryInteger } from '../common/schemas.js';
import { FeedbackRepository, type StoredFeedback } from '../database/repositories/feedback.repository.js';
import { feedbackCursor } from '../database/repositories/page.js';

const pageSchema = z.object({
  limit: queryInteger({ min: 1, max: 200, fallback: 50 }),
  cursor: cursor(feedbackCursor).optional(),
  rating: z
    .enum(['1', '-1'])
    .transform((rating) => (rating === '1' ? 1 : -1))
    .optional()
    .meta({ type: 'integer', enum: [1, -1] }),
});
const RUN = '019c1357-5ab8-7a3c-8f67-0f3d6ac2ff0a';
const feedbackListSchema = z
  .object({
    items: z.array(
      z.object({
        message_id: z.string(),
        conversation_id: z.string(),
        user_id: z.string(),
        agent: z.string(),
        run_id: z.string().nullable(),
        rating: z.literal([1, -1]),
        comment: z.string().nullable(),
        updated_at: z.string(),
      }),
    ),
    next: z.string().nullable().describe('the `cursor` of the next page; null on the last page'),
  })
  .meta({
    id: 'FeedbackList',
    example: {
      items: [
        {
          message_id: RUN,
          conversation_id: EXAMPLE_CONVERSATION,
          user_id: '0b6b2d2e-8a55-4f0e-9c3f-0f9a3c1c7a11',
          agent: 'assistant',
          run_id: RUN,
          rating: -1,
          comment: 'That is last year.',
          updated_at: '2026-01-31T09:30:00.000Z',
        },
      ],
      next: null,
    },
  });

const toItem = (feedback: StoredFeedback) => ({
  message_id: feedback.messageId,
  conversation_id: feedback.conversationId,
  user_id: feedback.userId,
  agent: feedback.agent,
  run_id: feedback.runId,
  rating: feedback.rating,
  comment: feedback.comment,
  updated_at: feedback.updatedAt.toISOString(),
});

/** Feedback on replies, without their texts. */
@ApiTags('Admin')
@AdminOnly()
@Controller('admin/feedback')
export class AdminFeedbackController {
  constructor(private readonly feedback: FeedbackRepository) {}

  @Get()
  @ApiOperation({ summary: "List users' ratings of replies, newest first" })
  @ApiAnswer(200, feedbackListSchema)
  @ApiErrors(403, 422)
  async listFeedback(@Query({ schema: pageSchema }) page: z.output<typeof pageSchema>) {
    const { items, next } = await this.feedback.list(page);
    return { items: items.map(toItem), next };
  }
}
