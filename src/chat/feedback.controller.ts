// `/messages/{id}/feedback`: ratings of replies by the owner of a conversation.

import { Body, Controller, Delete, HttpCode, Param, Put } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { RequireScope } from '../auth/access.js';
import { CurrentUser, type Principal } from '../auth/principal.js';
import { ApiAnswer, ApiErrors } from '../common/openapi.js';
import { boundedText } from '../common/text.js';
import { FeedbackService } from '../sessions/feedback.service.js';
import { Audited } from '../auth/audit/audited.decorator.js';

const feedbackSchema = z
  .object({ rating: z.literal([1, -1]), comment: boundedText(0, 4_000).nullish() })
  .meta({ id: 'Feedback', example: { rating: -1, comment: 'That is last year.' } });
const storedSchema = z
  .object({ message_id: z.string(), rating: z.literal([1, -1]), comment: z.string().nullable() })
  .meta({
    id: 'StoredFeedback',
    example: {
      message_id: '019c1357-5ab8-7a3c-8f67-0f3d6ac2ff0a',
      rating: -1,
      comment: 'That is last year.',
    },
  });

@ApiTags('Conversations')
@RequireScope('chat')
@Controller('messages/:message_id/feedback')
export class FeedbackController {
  constructor(private readonly feedback: FeedbackService) {}

  @Put()
  @ApiOperation({ summary: 'Rate a reply', description: 'Replaces an earlier rating.' })
  @ApiAnswer(200, storedSchema)
  @ApiErrors(404, 409, 422)
  async rateMessage(
    @CurrentUser() user: Principal,
    @Param('message_id') messageId: string,
    @Body({ schema: feedbackSchema }) { rating, comment }: z.output<typeof feedbackSchema>,
  ) {
    await this.feedback.put(user.id, messageId, { rating, comment: comment || null });
    return { message_id: messageId, rating, comment: comment || null };
  }

  @Delete()
  @Audited()
  @HttpCode(204)
  @ApiOperation({ summary: 'Delete the rating of a reply' })
  @ApiAnswer(204)
  @ApiErrors(404, 409)
  async deleteRating(@CurrentUser() user: Principal, @Param('message_id') messageId: string): Promise<void> {
    await this.feedback.remove(user.id, messageId);
  }
}
