import type { Request } from 'express';
import { derivedKey } from '../../wires/derived-key.js';

/** Issued at `initialize` and never stored: it makes the request ids of different clients distinct. */
export const SESSION_HEADER = 'Mcp-Session-Id';

/** The session id of an older-protocol request, in any format; undefined for others. */
export function sessionOf(request: Request): string | undefined {
  const session = request.get(SESSION_HEADER);
  return session && session.length <= 255 ? session : undefined;
}

/** The idempotency key of a request, by which it can be cancelled on any replica. */
export const requestKey = (session: string, requestId: string | number) =>
  derivedKey('mcp', session, String(requestId));

export const isInitialize = (body: unknown) => messageOf(body).method === 'initialize';

/** Id of the request cancelled by a notification of the older protocol; undefined for other messages. */
export function cancelledRequest(body: unknown): string | number | undefined {
  const { method, params } = messageOf(body);
  if (method !== 'notifications/cancelled') return undefined;
  const { requestId } = (params ?? {}) as { requestId?: unknown };
  return typeof requestId === 'string' || typeof requestId === 'number' ? requestId : undefined;
}

const messageOf = (body: unknown) => (body ?? {}) as { method?: unknown; params?: unknown };
