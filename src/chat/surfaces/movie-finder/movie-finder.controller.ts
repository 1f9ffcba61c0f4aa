// S0, Movie Finder: SSE turns in phases, sessions, history. Oddities: an answer in phase `qa` sends no tokens, its
// reply is only in `done`; a failure is `error` followed by `done`; another account's session is 403 on sending,
// but 404 on reading.

import { Controller, Delete, Get, HttpCode, Param, Query, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import type { z } from 'zod';
import { confirmedMovieOf, phaseOf } from '../../../agents/movie-finder/memory/state.js';
import { toFinish } from '../../wires/finish-reason.js';
import { RequireScope } from '../../../auth/access.js';
import { CurrentUser, type Principal } from '../../../auth/principal.js';
import { linkToNext } from '../../../common/cursor.js';
import { ApiAnswer, ApiErrors } from '../../../common/openapi.js';
import type { ConversationSummary } from '../../../database/repositories/conversations.repository.js';
import { ConversationsService, type ConversationHistory } from '../../../sessions/conversations.service.js';
import { historyPageSchema, historySchema, pageSchema, sessionsSchema } from './schemas.js';
import { SESSION_NOT_FOUND } from './wire.js';
import { Audited } from '../../../auth/audit/audited.decorator.js';

const toSession = (c: ConversationSummary) => ({
  session_id: c.clientId,
  phase: phaseOf(c.state),
  updated_at: c.lastMessageAt.toISOString(),
  first_message: c.firstMessage,
  confirmed_movie: confirmedMovieOf(c.state),
});

const toHistory = ({ conversation, messages }: ConversationHistory) => ({
  session_id: conversation.clientId,
  phase: phaseOf(conversation.state),
  messages: messages.map(({ id, role, content, createdAt, finishReason, status }) => ({
    id,
    session_id: conversation.clientId,
    role,
    content,
    created_at: createdAt.toISOString(),
    ...toFinish({ finishReason, status }),
  })),
  confirmed_movie: confirmedMovieOf(conversation.state),
});

const LINK = 'The next page, if any, is linked in the `Link` header with `rel="next"`.';

@ApiTags('Movie Finder')
@RequireScope('conversations:read')
@Controller('chat')
export class MovieFinderController {
  constructor(private readonly conversations: ConversationsService) {}

  @Get('sessions')
  @ApiOperation({ summary: "List the caller's sessions, newest first", description: LINK })
  @ApiAnswer(200, sessionsSchema)
  @ApiErrors(422)
  async listMovieSessions(
    @CurrentUser() user: Principal,
    @Query({ schema: pageSchema }) page: z.output<typeof pageSchema>,
    @Res({ passthrough: true }) response: Response,
  ) {
    const { limit, offset } = page;
    const [{ items, next }, total] = await Promise.all([
      this.conversations.list(user.id, page),
      this.conversations.count(user.id),
    ]);
    if (next) response.setHeader('Link', linkToNext({ limit, cursor: next }));
    return { total, limit, offset, items: items.map(toSession) };
  }

  @Get(':session_id/history')
  @ApiOperation({
    summary: 'Get the messages of a session, oldest first',
    description: `All of them, or the newest \`limit\`. ${LINK}`,
  })
  @ApiAnswer(200, historySchema)
  @ApiErrors(404, 422)
  async getMovieSessionHistory(
    @CurrentUser() user: Principal,
    @Param('session_id') sessionId: string,
    @Query({ schema: historyPageSchema }) page: z.output<typeof historyPageSchema>,
    @Res({ passthrough: true }) response: Response,
  ) {
    const history = await this.conversations.read(user.id, sessionId, page, SESSION_NOT_FOUND);
    if (history.next) response.setHeader('Link', linkToNext({ limit: page.limit, cursor: history.next }));
    return toHistory(history);
  }

  @RequireScope('chat')
  @Delete(':session_id')
  @Audited()
  @ApiOperation({ summary: 'Delete a session and its messages' })
  @HttpCode(204)
  @ApiAnswer(204)
  @ApiErrors(404)
  async deleteMovieSession(
    @CurrentUser() user: Principal,
    @Param('session_id') sessionId: string,
  ): Promise<void> {
    await this.conversations.delete(user.id, sessionId, SESSION_NOT_FOUND);
  }
}
