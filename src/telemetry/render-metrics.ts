import { timingSafeEqual, createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Registry } from 'prom-client';

/** Writes all metrics in Prometheus' text format. */
export type MetricsSource = () => Promise<string>;

const CONTENT_TYPE = Registry.PROMETHEUS_CONTENT_TYPE;

/** Handler of `/metrics`. @param token required Bearer token; none if undefined */
export function metricsHandler(read: MetricsSource, token: string | undefined) {
  return (request: IncomingMessage, response: ServerResponse): void => {
    if (request.method !== 'GET' && request.method !== 'HEAD')
      return refuse(response, 405, 'Method Not Allowed', { allow: 'GET, HEAD' });
    if (token !== undefined && !shows(request, token))
      return refuse(response, 401, 'Not authenticated', { 'www-authenticate': 'Bearer' });
    void answer(read, response);
  };
}

async function answer(read: MetricsSource, response: ServerResponse): Promise<void> {
  try {
    const text = await read();
    response.writeHead(200, { 'content-type': CONTENT_TYPE, 'cache-control': 'no-store' });
    response.end(text);
  } catch {
    refuse(response, 503, 'Service Unavailable');
  }
}

function refuse(
  response: ServerResponse,
  status: number,
  detail: string,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store', ...headers });
  response.end(JSON.stringify({ detail }));
}

/** Compares digests, so that the duration discloses nothing about the token. */
function shows({ headers }: IncomingMessage, token: string): boolean {
  const shown = /^bearer\s+(\S+)\s*$/i.exec(headers.authorization ?? '')?.[1] ?? '';
  return timingSafeEqual(digest(shown), digest(token));
}

const digest = (text: string) => createHash('sha256').update(text).digest();
