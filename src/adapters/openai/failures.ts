// Maps failures of a model server to a code, a message for users, and whether a retry helps.

import { ModelError, RateLimited, RequestRefused, type Refusal } from './model-error.js';
import { readRefusal, redact } from './refusal.js';

/** Context of a request: for messages, and for redacting secrets. */
export interface Asked {
  /** Path of the request, without its query. */
  path?: string;
  secrets?: readonly string[];
}

const CONTEXT =
  /context_length_exceeded|context (?:length|window|size|limit)|maximum (?:context|prompt|input)|too many (?:input |prompt )?tokens|(?:prompt|input|request) (?:is )?too (?:long|large)|exceeds? the (?:available )?context|\bn_ctx\b|max_tokens must be at least|reduce the length|string_above_max_length|range of input length/i;
/** The same in words that a rate limit may use too. */
const LENGTH =
  /\b(?:prompt|inputs?|token count|request)\b.{0,60}\bexceed(?:s|ed)?\b.{0,40}\b(?:length|tokens|token limit)\b|\bmust have less than \d+ tokens|max_new_tokens\W+must be <=/i;
/** Chat templates that refuse the roles of a request do so with 500 on some servers. */
const ROLES =
  /\b(?:system|developer) (?:role|message|instruction)s?\b.{0,30}\bnot (?:supported|allowed|enabled)|\broles must alternate/i;
const QUOTA =
  /insufficient[_ ](?:quota|balance|credits?|funds)|exceeded your current quota|credit balance|out of credits?|billing_hard_limit|billing_not_active|payment required/i;
const MODEL =
  /model_not_found|model_not_exist|not found, try pulling|(?:model|deployment)\b.{0,80}(?:not found|does not exist|not exist|is not available|not supported|not a valid)|(?:no such|unknown|invalid|unsupported) model|DeploymentNotFound|not a valid model|no endpoints found/i;
const FILTER = /content[_ ]?filter|content management policy|ResponsibleAI|content_policy|moderation/i;

/**
 * The failure for a status other than 2xx.
 * @param body of the response, or its beginning
 * @param retryAfter the `Retry-After` header: seconds or a date
 */
export function failureOfStatus(
  status: number,
  body: unknown = '',
  retryAfter?: string,
  asked: Asked = {},
): ModelError {
  if (status < 400)
    return new ModelError(
      'model-refused',
      'The model server answered with a redirect, which is not followed.',
    );
  return failureOf(readRefusal(body, status), retryAfter, asked);
}

/** The failure for an error object inside a stream; its code may be a status or a word. */
export const failureOfErrorObject = (error: unknown, asked: Asked = {}): ModelError =>
  failureOf(readRefusal(error, 0), undefined, asked);

function failureOf(refusal: Refusal, retryAfter: string | undefined, { path, secrets }: Asked): ModelError {
  const { status, message, code, type } = refusal;
  const words = `${code} ${type} ${message}`;
  const detail = redact([status || '', code, message].filter(Boolean).join(' '), secrets) || undefined;
  const http = status ? ` (HTTP ${status})` : '';
  const refused = (kind: ConstructorParameters<typeof RequestRefused>[1], sentence: string) =>
    new RequestRefused(refusal, kind, sentence, detail);

  // Sent with any status, also 429 and 500: a retry does not help.
  if (status === 402 || QUOTA.test(words))
    return refused('model-quota', `The account at the model server has no credit left${http}.`);
  const isTooLong = status === 413 || CONTEXT.test(words) || (status !== 429 && LENGTH.test(words));
  if (status !== 401 && status !== 403 && isTooLong)
    return refused(
      'model-context',
      'The message is longer than the model can read. MODEL_CONTEXT_TOKENS says how much that is.',
    );
  if (status === 429 || (!status && /rate.?limit/i.test(words)))
    return new RateLimited(retryAfter === undefined ? undefined : parseRetryAfter(retryAfter), detail);
  if (status === 400 && FILTER.test(`${code} ${type}`))
    return refused('model-filtered', 'The content filter of the model server refused this message.');
  if ((status >= 500 && !ROLES.test(words)) || status === 408)
    return new ModelError('model-unavailable', `The model server is out of order${http}.`, { detail });
  if (status === 401 || status === 403)
    return refused('model-refused', `The model server refused the API key${http}.`);
  if (status >= 400 && MODEL.test(words))
    return refused('model-refused', `The model server does not have the model that is configured${http}.`);
  if (status === 404 || status === 405)
    return refused(
      'model-refused',
      `The model server does not know this address${http}${path ? `: ${path}` : ''}.`,
    );
  if (status) return refused('model-refused', `The model server refused the request${http}.`);
  return new ModelError('model-unavailable', 'The model server reported an error while it answered.', {
    detail,
  });
}

/** A connection that could not be made or broke. */
export const connectionFailure = (cause: unknown) =>
  new ModelError('model-unavailable', 'The connection to the model server failed.', {
    cause,
    detail: reasonOf(cause),
  });

const reasonOf = (cause: unknown) =>
  typeof cause === 'object' && cause !== null && 'code' in cause ? String(cause.code) : undefined;

export const protocolFailure = (what: string) =>
  new ModelError('model-protocol', `The model server sent an invalid response: ${what}.`);

export const endedEarly = () => new ModelError('model-unavailable', 'The answer of the model ended early.');

/** @returns milliseconds from now; undefined without a usable value */
export function parseRetryAfter(header: string, now = Date.now()): number | undefined {
  const seconds = Number(header);
  const ms = Number.isNaN(seconds) ? Date.parse(header) - now : seconds * 1_000;
  return Number.isNaN(ms) ? undefined : Math.max(0, ms);
}
