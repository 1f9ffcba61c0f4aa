import type { z } from 'zod';
import { InvalidInput } from '../common/errors.js';
import { parseInput } from '../common/http/validation.pipe.js';
import type { RoomEntry } from './room-store.js';
import { newMessageSchema } from './schemas.js';

/** @param frame text of a client's frame, or null for a binary one. @throws InvalidInput */
export function fromFrame(frame: string | null): z.output<typeof newMessageSchema> {
  let value: unknown;
  try {
    value = JSON.parse(frame ?? '');
  } catch {
    throw new InvalidInput([{ type: 'json_invalid', loc: ['body'], msg: 'JSON decode error', input: {} }]);
  }
  return parseInput(newMessageSchema, value, 'body');
}

export const toRoom = (sessionId: string, messages: readonly string[]) =>
  `{"session_id":${JSON.stringify(sessionId)},"messages":[${messages.join(',')}]}`;

export const toSync = (sessionId: string, messages: readonly string[]) =>
  `{"type":"session.sync","session":${toRoom(sessionId, messages)}}`;

export const toWire = (sessionId: string, { message }: Pick<RoomEntry, 'message'>) =>
  message === null
    ? `{"type":"session.cleared","session_id":${JSON.stringify(sessionId)}}`
    : `{"type":"message.created","session_id":${JSON.stringify(sessionId)},"message":${message}}`;

/** A new token was taken. */
export const toRenewed = (expiresAt: Date | null) =>
  JSON.stringify({ type: 'auth.renewed', expires_at: expiresAt?.toISOString() ?? null });

export const toError = (detail: string, errors: InvalidInput['issues'] = []) =>
  JSON.stringify({ type: 'error', detail, errors });
