import type { Request } from 'express';
import { derivedKey } from '../../wires/derived-key.js';

/** Given out at `initialize` and never stored: it makes the ids of a client's requests different from everybody else's. */
export const SESSION_HEADER = 'Mcp-Session-Id';

/** What a client of the older protocol sends with its requests, of any form; undefined for others. */
export function sessionOf(request: Request): string | undefined {
  const session = request.get(SESSION_HEADER);
  return session && session.length <= 255 ? session : undefined;
}

/** The idempotency key of a request, by which it can be cancelled on any replica. */
export const requestKey = (session: string, requestId: string | number) =>
  derivedKey('mcp', session, String(requestId));

export const isInitialize = (body: unknown) => messageOf(body).method === 'initialize';

/** The request that a client cancels in a message of its own, as the older protocol does; undefined for other messages. */
export function cancelledRequest(body: unknown): string | number | undefined {
  const { method, params } = messageOf(body);
  if (method !== 'notifications/cancelled') return undefined;
  const { requestId } = (params ?? {}) as { requestId?: unknown };
  return typeof requestId === 'string' || typeof requestId === 'number' ? requestId : undefined;
}

const messageOf = (body: unknown) => (body ?? {}) as { method?: unknown; params?: unknown };
