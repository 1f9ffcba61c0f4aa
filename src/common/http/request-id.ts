import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';

/** The part of a request by which its log lines and audit events are found. */
export interface WithRequestId {
  requestId?: string;
}

/** Gives each request an id, and returns it in `X-Request-Id`. */
export function nameRequest(
  request: IncomingMessage & WithRequestId,
  response: ServerResponse,
  next: () => void,
): void {
  request.requestId = randomUUID();
  response.setHeader('X-Request-Id', request.requestId);
  next();
}
