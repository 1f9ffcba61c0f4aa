// Log of the page's API requests, newest first, with the raw events of their responses: for developers of clients.

import { Signal } from './signal.js';

export interface LoggedRequest {
  id: number;
  at: Date;
  method: string;
  path: string;
  body?: unknown;
  fileName?: string;
  headers: Record<string, string>;
  /** Undefined while pending, 0 when the API was unreachable. */
  status?: number;
}

export interface LoggedEvent {
  id: string;
  data: string;
}

const MAX_REQUESTS = 100;
const MAX_EVENTS = 2_000;

export const requests = new Signal<readonly LoggedRequest[]>([]);
let count = 0;

interface Sent {
  method: string;
  path: string;
  headers: Record<string, string>;
  body?: unknown;
  form?: FormData;
}

export function noteRequest({ method, path, headers, body, form }: Sent): { answered(status: number): void } {
  const file = form?.get('file');
  const id = (count += 1);
  const entry: LoggedRequest = {
    id,
    at: new Date(),
    method,
    path,
    body,
    headers,
    fileName: file instanceof File ? file.name : undefined,
  };
  requests.set([entry, ...requests.get()].slice(0, MAX_REQUESTS));
  return {
    answered(status) {
      requests.set(requests.get().map((known) => (known.id === id ? { ...known, status } : known)));
    },
  };
}

/** Raw events of the latest answer. */
export const rawEvents = new Signal<readonly LoggedEvent[]>([]);

export function noteEvents(events: readonly LoggedEvent[], isFirst: boolean): void {
  rawEvents.set([...(isFirst ? [] : rawEvents.get()), ...events].slice(-MAX_EVENTS));
}

const SHOWN_HEADERS = ['Content-Type', 'Idempotency-Key', 'Last-Event-ID'];
const quoted = (text: string) => `'${text.replaceAll("'", String.raw`'\''`)}'`;

/**
 * The request as a curl command. The token is a variable, as copied text may be pasted anywhere.
 * @param root the API's URL
 */
export function toCurl({ method, path, headers, body, fileName }: LoggedRequest, root: string): string {
  const isStream = path.endsWith('/stream') || path.endsWith('/continue') || path === '/chat';
  const parts = [`curl${isStream ? ' -N' : ''} ${quoted(root.replace(/\/$/, '') + path)}`];
  const implied = body !== undefined || fileName ? 'POST' : 'GET';
  if (method !== implied) parts.push(`-X ${method}`);
  if (headers.Authorization) parts.push('-H "Authorization: Bearer $TOKEN"');
  for (const name of SHOWN_HEADERS)
    if (headers[name]) parts.push(`-H ${quoted(`${name}: ${headers[name]}`)}`);
  if (body !== undefined) parts.push(`-d ${quoted(JSON.stringify(withoutSecrets(body)))}`);
  if (fileName) parts.push(`-F ${quoted(`file=@${fileName}`)}`);
  return parts.join(' \\\n  ');
}

const SECRETS = new Set(['password', 'refresh_token', 'token', 'code']);
const withoutSecrets = (body: unknown) =>
  typeof body === 'object' && body !== null && !Array.isArray(body)
    ? Object.fromEntries(
        Object.entries(body).map(([key, value]) => [key, SECRETS.has(key) ? '…' : (value as unknown)]),
      )
    : body;
