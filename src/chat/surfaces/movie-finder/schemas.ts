import { z } from 'zod';
import { candidateSchema, phaseSchema } from '../../../agents/movie-finder/memory/state.js';
import { finishReasonSchema } from '../../wires/finish-reason.js';
import { cursor } from '../../../common/cursor.js';
import { EXAMPLE_CONVERSATION } from '../../../common/openapi.js';
import { queryInteger, uuid } from '../../../common/schemas.js';
import { boundedText } from '../../../common/text.js';
import { conversationCursor, messageCursor } from '../../../database/repositories/page.js';

const SESSION = EXAMPLE_CONVERSATION;
const TIME = '2026-01-31T09:30:00.000Z';
const MOVIE = candidateSchema.meta()?.example;

export const sendSchema = (maxMessage: number) =>
  z.object({ session_id: uuid(), message: boundedText(1, maxMessage) }).meta({
    id: 'MovieFinderMessage',
    title: 'Movie Finder: with a session_id',
    example: { session_id: SESSION, message: 'Something with Tom Hanks' },
  });

export const eventSchema = z
  .discriminatedUnion('type', [
    z.object({ type: z.literal('token'), content: z.string() }).meta({
      description: 'A part of the reply; none in phase `qa`.',
      example: { type: 'token', content: 'Sounds like ' },
    }),
    z.object({ type: z.literal('reset'), reply: z.string() }).meta({
      description: 'For a client that resumes after events which are no longer kept: the whole reply so far.',
      example: { type: 'reset', reply: 'Sounds like ' },
    }),
    z.object({ type: z.literal('error'), detail: z.string() }).meta({
      description: 'The answer failed; `done` follows.',
      example: { type: 'error', detail: 'The model is busy.' },
    }),
    z
      .object({
        type: z.literal('done'),
        session_id: z.string(),
        reply: z.string(),
        phase: phaseSchema,
        candidates: z.array(candidateSchema).optional(),
        confirmed_movie: candidateSchema.optional(),
        finish_reason: finishReasonSchema.optional(),
      })
      .meta({
        description: 'The whole reply: sent once, as the last event.',
        example: {
          type: 'done',
          session_id: SESSION,
          reply: 'Sounds like Groundhog Day. Is that the one?',
          phase: 'confirmation',
          candidates: [MOVIE],
        },
      }),
  ])
  .meta({ id: 'MovieFinderEvent' });

export const sessionsSchema = z
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
  .meta({
    id: 'MovieFinderSessions',
    example: {
      total: 1,
      limit: 20,
      offset: 0,
      items: [
        {
          session_id: SESSION,
          phase: 'qa',
          updated_at: TIME,
          first_message: 'The same day again and again',
          confirmed_movie: MOVIE,
        },
      ],
    },
  });

export const historySchema = z
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
        finish_reason: finishReasonSchema.optional(),
      }),
    ),
    confirmed_movie: candidateSchema.nullable(),
  })
  .meta({
    id: 'MovieFinderHistory',
    example: {
      session_id: SESSION,
      phase: 'discovery',
      messages: [
        {
          id: '019c1357-5ab8-7a3c-8f67-0f3d6ac2ff0a',
          session_id: SESSION,
          role: 'user',
          content: 'The same day again and again',
          created_at: TIME,
        },
      ],
      confirmed_movie: null,
    },
  });

export const pageSchema = z.object({
  limit: queryInteger({ min: 1, max: 100, fallback: 20 }),
  offset: queryInteger({ min: 0, max: 2 ** 31 - 1, fallback: 0 }),
  cursor: cursor(conversationCursor).optional(),
});

/** More messages than a session is likely to have. */
const MAX_HISTORY = 10_000;
export const historyPageSchema = z.object({
  limit: queryInteger({ min: 1, max: MAX_HISTORY, fallback: MAX_HISTORY }),
  cursor: cursor(messageCursor).optional(),
});
