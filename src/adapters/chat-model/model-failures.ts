import { ModelError } from './chat-model.js';

/** The server asks us to slow down; it may say for how long. */
export class RateLimited extends ModelError {
  constructor(readonly retryAfterMs?: number) {
    super('model-rate-limited', 'The model is busy: it takes no more requests for now.');
  }
}

/**
 * What an HTTP status other than 2xx means.
 * @param retryAfter the `Retry-After` header: seconds or a date
 */
export function failureOfStatus(status: number, retryAfter?: string): ModelError {
  if (status === 429)
    return new RateLimited(retryAfter === undefined ? undefined : parseRetryAfter(retryAfter));
  if (status >= 500 || status === 408)
    return new ModelError('model-unavailable', `The model server is out of order (HTTP ${status}).`);
  return new ModelError('model-refused', refusal(status));
}

function refusal(status: number): string {
  if (status < 400) return 'The model server answered with a redirect, which is not followed.';
  if (status === 401 || status === 403) return `The model server refused the API key (HTTP ${status}).`;
  if (status === 404) return 'The model server does not know this model or this address (HTTP 404).';
  return `The model server refused the request (HTTP ${status}).`;
}

/** What an error object inside a stream means; servers put a status or a word into its code. */
export function failureOfErrorObject(error: unknown): ModelError {
  const { code, type } = (typeof error === 'object' && error !== null ? error : {}) as Record<
    string,
    unknown
  >;
  const status = Number(code);
  if (status >= 400 && status < 600) return failureOfStatus(status);
  if (/rate.?limit|quota/i.test(`${String(code)} ${String(type)}`)) return new RateLimited();
  return new ModelError('model-unavailable', 'The model server reported an error while it answered.');
}

/** A connection that could not be made or broke. */
export const connectionFailure = (cause: unknown) =>
  new ModelError('model-unavailable', 'The connection to the model server failed.', { cause });

export const protocolFailure = (what: string) =>
  new ModelError('model-protocol', `The model server sent something that cannot be understood: ${what}.`);

/** @returns milliseconds from now; undefined when the header says nothing usable */
export function parseRetryAfter(header: string, now = Date.now()): number | undefined {
  const seconds = Number(header);
  const ms = Number.isNaN(seconds) ? Date.parse(header) - now : seconds * 1_000;
  return Number.isNaN(ms) ? undefined : Math.max(0, ms);
}
