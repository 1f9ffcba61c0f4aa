// HTTP client of the page: resolves the API's URL, adds the access token and renews it before it expires, and
// records requests for the requests page.

import { clearSession, readSession, renewSession } from './session.js';
import { noteRequest } from './request-log.js';
import { ROOT } from './root.js';

/** A field that the API refuses. */
export interface FieldIssue {
  /** `body`, then the name of the field, then a place in it. */
  loc: readonly (string | number)[];
  msg: string;
  input?: unknown;
}

/** A refusal with its status, in the API's words. */
export class HttpError extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly retryAfterMs?: number,
    readonly issues?: readonly FieldIssue[],
  ) {
    super(message);
  }
}

export interface Request {
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Sent as JSON. */
  body?: unknown;
  form?: FormData;
  /** Sent as JSON Lines. */
  lines?: string;
  headers?: Record<string, string>;
  signal?: AbortSignal;
  /** Without a token: signing in. */
  isPublic?: boolean;
  /** Whether to omit the request from the request log: background requests. */
  isQuiet?: boolean;
}

const DEADLINE_MS = 20_000;

/**
 * Sends a request and waits for the response headers.
 * @throws HttpError for an error response; TypeError or DOMException on a network failure or timeout
 */
export async function send(path: string, request: Request = {}): Promise<Response> {
  const first = await attempt(path, request);
  if (first.status !== 401 || request.isPublic) return accept(first);
  // The session was revoked elsewhere, or this machine's clock is wrong: retried once with a new token.
  if (!(await renewSession(true))) {
    clearSession({ isExpired: true });
    throw await toError(first);
  }
  return accept(await attempt(path, request));
}

/** As `send`, for a JSON response. */
export async function sendJson<T>(path: string, request?: Request): Promise<T> {
  const response = await send(path, request);
  return (response.status === 204 ? undefined : await response.json()) as T;
}

async function attempt(path: string, request: Request): Promise<Response> {
  const {
    method = request.body === undefined && !request.form && request.lines === undefined ? 'GET' : 'POST',
    body,
    form,
    lines,
    signal,
  } = request;
  if (!request.isPublic) await renewSession();
  const token = request.isPublic ? undefined : readSession()?.accessToken;
  const headers = {
    Accept: 'application/json, text/event-stream;q=0.9, */*;q=0.8',
    ...(token && { Authorization: `Bearer ${token}` }),
    ...(body !== undefined && { 'Content-Type': 'application/json' }),
    ...(lines !== undefined && { 'Content-Type': 'application/jsonl' }),
    ...request.headers,
  };
  const note = request.isQuiet ? undefined : noteRequest({ method, path, headers, body, form });
  const deadline = new AbortController();
  const timer = setTimeout(() => deadline.abort(new DOMException('timeout', 'TimeoutError')), DEADLINE_MS);
  const cancel = () => deadline.abort(signal?.reason);
  if (signal?.aborted) cancel();
  // The signal also aborts the body; the deadline is for the headers only.
  signal?.addEventListener('abort', cancel, { once: true });
  try {
    const response = await fetch(new URL(path.replace(/^\//, ''), ROOT), {
      method,
      headers,
      body: form ?? lines ?? (body === undefined ? undefined : JSON.stringify(body)),
      signal: deadline.signal,
      cache: 'no-store',
    });
    note?.answered(response.status);
    return response;
  } catch (error) {
    note?.answered(0);
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

async function accept(response: Response): Promise<Response> {
  if (response.ok) return response;
  throw await toError(response);
}

async function toError(response: Response): Promise<HttpError> {
  const retryAfter = Number(response.headers.get('Retry-After')) * 1000;
  const body: unknown = await response.json().catch(() => undefined);
  return refusalOf(response.status, body, retryAfter || undefined);
}

/** The error of a response. @param body as JSON; undefined without one */
export const refusalOf = (status: number, body: unknown, retryAfterMs?: number): HttpError =>
  new HttpError(status, wordsOf(body) ?? `HTTP ${status}`, retryAfterMs, issuesOf(body));

/** The validation issues of an error body. */
function issuesOf(body: unknown): FieldIssue[] | undefined {
  const { detail } = (body ?? {}) as { detail?: unknown };
  return Array.isArray(detail) ? (detail as FieldIssue[]) : undefined;
}

/** Message of an error body `{"detail": …}`: a sentence, or a list of validation issues. */
function wordsOf(body: unknown): string | undefined {
  if (typeof body !== 'object' || body === null || !('detail' in body)) return undefined;
  const { detail } = body;
  if (typeof detail === 'string') return detail;
  if (!Array.isArray(detail)) return undefined;
  const issues = detail as { loc?: (string | number)[]; msg?: string }[];
  return issues.map(({ loc, msg }) => `${loc?.slice(1).join('.') || 'request'}: ${msg ?? ''}`).join('; ');
}

/** A path with its non-empty query parameters. */
export const withQuery = (path: string, query: Record<string, string | undefined>) => {
  const given = Object.entries(query).filter((entry): entry is [string, string] => Boolean(entry[1]));
  return `${path}?${new URLSearchParams(given).toString()}`;
};
