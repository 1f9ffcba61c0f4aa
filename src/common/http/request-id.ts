import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { inCall, readTraceparent, traceIdOf, type CallContext } from '../../telemetry/call-context.js';
import { httpRequests } from '../../telemetry/process-metrics.js';
import { openSpan } from '../../telemetry/tracing.js';

/** The part of a request by which its log lines and audit events are found. */
export interface WithRequestId {
  requestId?: string;
  call?: CallContext;
}

/**
 * Assigns a request id, returns it in `X-Request-Id`, and runs the request in its call context: log lines have the
 * id, and spans the caller's trace (`traceparent`), or a new one derived from the id.
 */
export function nameRequest(
  request: IncomingMessage & WithRequestId,
  response: ServerResponse,
  next: () => void,
): void {
  const requestId = randomUUID();
  const caller = readTraceparent(request.headers.traceparent);
  const { method = '' } = request;
  const { call, span, end } = openSpan(
    method,
    'server',
    { traceId: traceIdOf(requestId), ...caller, requestId },
    { 'http.request.method': method, 'parley.request.id': requestId },
  );
  request.requestId = requestId;
  request.call = call;
  response.setHeader('X-Request-Id', requestId);
  // Listeners of this application and of one pipeline() are more than the ten after which Node warns of a leak.
  response.setMaxListeners(20);
  response.once('close', () => {
    const [route, status] = [routePattern(request), response.statusCode];
    httpRequests.inc({ method, route, status });
    span.set({ 'http.route': route, 'http.response.status_code': status });
    if (status >= 500) span.fail(String(status));
    end(`${method} ${route}`);
  });
  inCall(call, next);
}

/** Ids for the request's log line, which is written outside of its call context. */
export const idsOfRequest = ({ call }: IncomingMessage & WithRequestId) => ({
  requestId: call?.requestId,
  traceId: call?.traceId,
});

/** Pattern of the matched route, such as `/runs/:run_id`; never the path, whose cardinality is unbounded. */
function routePattern(request: IncomingMessage): string {
  const { route } = request as { route?: { path?: unknown } };
  return typeof route?.path === 'string' ? route.path : 'none';
}
