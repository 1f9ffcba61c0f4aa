// S0, Movie Finder: SSE turns in phases, sessions, history.
// Oddities: an answer in phase `qa` sends no tokens, its reply is only in `done`; a failure is `error`, then
// still `done`; another account's session is 403 on sending, but 404 on reading.

import { Controller, Delete, Get, HttpCode, Param, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import { candidatesOf, confirmedMovieOf, phaseOf } from '../../agents/movie-finder/state.js';
import { CurrentUser, type Principal } from '../../auth/principal.js';
import { ParleyError } from '../../common/errors.js';
import { ApiAnswer, ApiErrors } from '../../common/openapi.js';
import { sseFrames } from '../../common/sse.js';
import { parseInput } from '../../common/validation.pipe.js';
import type { ConversationSummary } from '../../database/repositories/conversations.repository.js';
import { ConversationsService, type ConversationHistory } from '../../sessions/conversations.service.js';
import type { StartRun, StartedRun } from '../run.service.js';
import type { ToSse } from '../stream-run.js';
import { historySchema, pageSchema, sendSchema, sessionsSchema } from './movie-finder.schemas.js';

const SESSION_NOT_FOUND = 'Session not found';
/** More messages than a session is likely to have; the newest are shown. */
const MAX_HISTORY = 10_000;

/** @throws InvalidInput */
export function fromWire(
  body: unknown,
  ownerId: string,
  maxMessage: number,
): StartRun & { conversationId: string } {
  const { session_id, message } = parseInput(sendSchema(maxMessage), body, 'body');
  return { ownerId, conversationId: session_id, agent: 'movie-finder', message };
}

/** The phase of a turn comes before its tokens and decides whether they are sent. */
export function toWire({ runId, conversationId }: StartedRun): ToSse {
  let phase = 'discovery';
  const done = (reply: string, state: ConversationSummary['state']) => {
    const candidates = candidatesOf(state);
    const movie = confirmedMovieOf(state);
    const now = phaseOf(state);
    return JSON.stringify({
      type: 'done',
      session_id: conversationId,
      reply,
      phase: now,
      ...(now === 'confirmation' && candidates.length > 0 && { candidates }),
      ...(now === 'qa' && movie && { confirmed_movie: movie }),
    });
  };
  return (event) => {
    switch (event.type) {
      case 'state':
        phase = phaseOf(event.state);
        return '';
      case 'reset':
        phase = phaseOf(event.state);
        return sseFrames(runId, event.offset, JSON.stringify({ type: 'reset', reply: event.reply }));
      case 'token':
        if (phase === 'qa') return '';
        return sseFrames(runId, event.offset, `{"type":"token","content":${JSON.stringify(event.text)}}`);
      case 'completed':
        return sseFrames(runId, event.offset, done(event.reply, event.state));
      case 'failed': {
        const error = JSON.stringify({ type: 'error', detail: event.message });
        return sseFrames(runId, event.offset, error, done(event.reply, event.state));
      }
      case 'started':
      case 'log':
      case 'sources':
        return '';
    }
  };
}

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
  messages: messages.map(({ id, role, content, createdAt }) => ({
    id,
    session_id: conversation.clientId,
    role,
    content,
    created_at: createdAt.toISOString(),
  })),
  confirmed_movie: confirmedMovieOf(conversation.state),
});

@ApiTags('Movie Finder')
@Controller('chat')
export class MovieFinderController {
  constructor(private readonly conversations: ConversationsService) {}

  @Get('sessions')
  @ApiOperation({ summary: 'The sessions of the caller, newest first' })
  @ApiAnswer(200, sessionsSchema)
  @ApiErrors(422)
  async sessions(
    @CurrentUser() user: Principal,
    @Query({ schema: pageSchema }) page: z.output<typeof pageSchema>,
  ) {
    const [items, total] = await Promise.all([
      this.conversations.list(user.id, page),
      this.conversations.count(user.id),
    ]);
    return { total, ...page, items: items.map(toSession) };
  }

  @Get(':session_id/history')
  @ApiOperation({ summary: 'All messages of a session, oldest first' })
  @ApiAnswer(200, historySchema)
  @ApiErrors(404)
  async history(@CurrentUser() user: Principal, @Param('session_id') sessionId: string) {
    return toHistory(await this.conversations.read(user.id, sessionId, MAX_HISTORY, SESSION_NOT_FOUND));
  }

  @Delete(':session_id')
  @ApiOperation({ summary: 'Deletes a session and its messages' })
  @HttpCode(204)
  @ApiAnswer(204)
  @ApiErrors(404)
  async remove(@CurrentUser() user: Principal, @Param('session_id') sessionId: string): Promise<void> {
    await this.conversations.delete(user.id, sessionId, SESSION_NOT_FOUND);
  }
}

/** The session id of another account is refused before the stream. */
export async function refuseForeign(
  conversations: ConversationsService,
  { ownerId, conversationId }: StartRun,
) {
  if (conversationId && (await conversations.isForeign(ownerId, conversationId)))
    throw new ParleyError('forbidden', 'foreign-session', SESSION_NOT_FOUND);
}
