import { z } from 'zod';
import { boundedText, withoutHidden } from '../common/text.js';
import { keySchema } from '../idempotency/idempotency.js';

const MESSAGE_EXAMPLE = {
  id: 'e18a5b7e-8357-4c0a-b5f0-0bc6631efaf5',
  role: 'user',
  content: 'Hello there!',
  author_name: null,
  created_at: '2026-01-31T09:30:00.000000+00:00',
};
export const newMessageSchema = z
  .object({
    role: z.enum(['user', 'assistant']),
    content: boundedText(1, 4_000),
    author_name: boundedText(0, 64).overwrite(withoutHidden).nullish(),
    client_message_id: keySchema.optional(),
  })
  .meta({ id: 'NewRoomMessage', example: { role: 'user', content: 'Hello there!' } });
const messageSchema = z
  .object({
    id: z.string(),
    role: z.enum(['user', 'assistant']),
    content: z.string(),
    author_name: z.string().nullable(),
    created_at: z.string(),
    client_message_id: z.string().optional(),
  })
  .meta({ id: 'RoomMessage', example: MESSAGE_EXAMPLE });
export const roomSchema = z
  .object({ session_id: z.string(), messages: z.array(messageSchema) })
  .meta({ id: 'Room', example: { session_id: 'my-session', messages: [MESSAGE_EXAMPLE] } });
export const roomsSchema = z
  .array(z.object({ session_id: z.string(), message_count: z.int() }))
  .meta({ id: 'Rooms', example: [{ session_id: 'my-session', message_count: 3 }] });

/** What the server sends over the socket. */
export const frameSchema = z
  .discriminatedUnion('type', [
    z.object({ type: z.literal('session.sync'), session: roomSchema }).meta({
      description: 'The whole room: the first event, and again after missed messages.',
      example: { type: 'session.sync', session: { session_id: 'my-session', messages: [MESSAGE_EXAMPLE] } },
    }),
    z.object({ type: z.literal('message.created'), session_id: z.string(), message: messageSchema }).meta({
      description: 'A message was stored, over HTTP or any socket, including this one.',
      example: { type: 'message.created', session_id: 'my-session', message: MESSAGE_EXAMPLE },
    }),
    z.object({ type: z.literal('session.cleared'), session_id: z.string() }).meta({
      description: 'The room was deleted; the socket stays open.',
      example: { type: 'session.cleared', session_id: 'my-session' },
    }),
    z.object({ type: z.literal('auth.renewed'), expires_at: z.string().nullable() }).meta({
      description: 'The token of an `auth` frame was accepted: the socket stays open until it expires.',
      example: { type: 'auth.renewed', expires_at: '2026-01-31T10:00:00.000Z' },
    }),
    z.object({ type: z.literal('error'), detail: z.string(), errors: z.array(z.unknown()) }).meta({
      description:
        "The client's last frame was invalid. Only its sender receives this event; the socket stays open.",
      example: {
        type: 'error',
        detail: 'Invalid message payload.',
        errors: [
          { type: 'missing', loc: ['body', 'content'], msg: 'Field required', input: { role: 'user' } },
        ],
      },
    }),
  ])
  .meta({ id: 'RoomFrame' });

export const roomIdSchema = boundedText(1, 128);
