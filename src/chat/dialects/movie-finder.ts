// S0, Movie Finder: SSE turns in phases, sessions, history.
// Oddities: an answer in phase `qa` sends no tokens, its reply is only in `done`; a failure is `error`, then
// still `done`; another account's session is 403 on sending, but 404 on reading.

import { Controller, Delete, Get, HttpCode, Param, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import {
  candidateSchema,
  candidatesOf,
  confirmedMovieOf,
  phaseOf,
  phaseSchema,
} from '../../agents/movie-finder/state.js';
import { CurrentUser, type Principal } from '../../auth/principal.js';
import { ParleyError } from '../../common/errors.js';
import { ApiAnswer } from '../../common/openapi.js';
import { queryInteger, uuid } from '../../common/schemas.js';
import { sseFrames } from '../../common/sse.js';
import { boundedText } from '../../common/text.js';
import { parseInput } from '../../common/validation.pipe.js';
import type { ConversationSummary } from '../../database/repositories/conversations.repository.js';
import { ConversationsService, type ConversationHistory } from '../../sessions/conversations.service.js';
import type { StartRun, StartedRun } from '../run.service.js';
import type { ToSse } from '../stream-run.js';

export const sendSchema = (maxMessage: number) =>
  z.object({ session_id: uuid(), message: boundedText(1, maxMessage) }).meta({ id: 'MovieFinderMessage' });

export const eventSchema = z
  .discriminatedUnion('type', [
    z.object({ type: z.literal('token'), content: z.string() }),
    z.object({ type: z.literal('error'), detail: z.string() }),
    z.object({
      type: z.literal('done'),
      session_id: z.string(),
      reply: z.string(),
      phase: phaseSchema,
      candidates: z.array(candidateSchema).optional(),
      confirmed_movie: candidateSchema.optional(),
    }),
  ])
  .meta({ id: 'MovieFinderEvent' });

const sessionsSchema = z
  .object({
    total: z.int(),
    limit: z.int(),
    offset: z.int(),
    items: z.array(
      z.object({
        session_id: z.string(),
        phase: phaseSchema,
        updated_at: z.string(),
        first_message: z.string().nullable(),
        confirmed_movie: candidateSchema.nullable(),
      }),
    ),
  })
  .meta({ id: 'MovieFinderSessions' });

const historySchema = z
  .object({
    session_id: z.string(),
    phase: phaseSchema,
    messages: z.array(
      z.object({
        id: z.string(),
        session_id: z.string(),
        role: z.enum(['user', 'assistant']),
        content: z.string(),
        created_at: z.string(),
      }),
    ),
    confirmed_movie: candidateSchema.nullable(),
  })
  .meta({ id: 'MovieFinderHistory' });

const pageSchema = z.object({
  limit: queryInteger({ min: 1, max: 100, fallback: 20 }),
  offset: queryInteger({ min: 0, max: 2 ** 31 - 1, fallback: 0 }),
});

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

  /** The sessions of the caller, newest first. */
  @Get('sessions')
  @ApiAnswer(200, sessionsSchema)
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

  /** All messages of a session, oldest first. */
  @Get(':session_id/history')
  @ApiAnswer(200, historySchema)
  async history(@CurrentUser() user: Principal, @Param('session_id') sessionId: string) {
    return toHistory(await this.conversations.read(user.id, sessionId, MAX_HISTORY, SESSION_NOT_FOUND));
  }

  /** Deletes a session and its messages. */
  @Delete(':session_id')
  @HttpCode(204)
  @ApiAnswer(204)
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
