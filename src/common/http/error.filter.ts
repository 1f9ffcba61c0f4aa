import { ArgumentsHost, Catch, HttpException, Injectable, type ExceptionFilter } from '@nestjs/common';
import type { Request, Response } from 'express';
import { Config } from '../../config/config.js';
import { allowedMethods } from './allowed-methods.js';
import { ParleyError, type ErrorKind, type RateLimit } from '../errors.js';
import { Logger } from '../logger.js';
import { routeOf } from './request-log.js';
import { isTransientStoreError } from '../transient-store-error.js';

const STATUS_OF_KIND: Record<ErrorKind, number> = {
  invalid: 422,
  unauthenticated: 401,
  forbidden: 403,
  'not-found': 404,
  conflict: 409,
  'too-large': 413,
  unsupported: 415,
  'rate-limited': 429,
  unavailable: 503,
};

/** Codes whose status the documents of the clients fix otherwise than their kind would. */
const STATUS_OF_CODE: Record<string, number> = {
  'field-errors': 400,
  'parse-error': 400,
  'other-wire': 400,
  'login-bad-credentials': 400,
  'reset-password-bad-token': 400,
  'verify-user-bad-token': 400,
  'verify-user-already-verified': 400,
  'update-user-email-already-exists': 400,
  'fetch-failed': 502,
};

/** Maps errors to statuses and bodies, for all routes. */
@Catch()
@Injectable()
export class ErrorFilter implements ExceptionFilter {
  constructor(
    private readonly config: Config,
    private readonly logger: Logger,
  ) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<Request>();
    const response = http.getResponse<Response>();
    const { status, body, headers } = this.describe(error, request);
    if (status >= 500 && status !== 503)
      this.logger.error({ err: error, path: routeOf(request) }, 'request failed');
    // After the first byte the status cannot change; the stream is truncated, which its reader detects.
    if (response.headersSent) response.destroy();
    else response.status(status).set(headers).json(body);
  }

  protected describe(error: unknown, request: Request): DescribedError {
    if (error instanceof ParleyError) return this.describeRefusal(error);
    if (error instanceof HttpException && error.getStatus() === 404) return describeUnrouted(request);
    if (error instanceof HttpException && error.getStatus() < 500)
      return { status: error.getStatus(), body: { detail: error.message }, headers: {} };
    if (isTransientStoreError(error))
      return { status: 503, body: { detail: 'Service Unavailable' }, headers: { 'Retry-After': '2' } };
    return { status: 500, body: { detail: 'Internal Server Error' }, headers: {} };
  }

  private describeRefusal({ kind, code, detail, retryAfter, rateLimit }: ParleyError): DescribedError {
    const status =
      code === 'register-user-already-exists'
        ? this.config.env.REGISTER_CONFLICT_STATUS
        : (STATUS_OF_CODE[code] ?? STATUS_OF_KIND[kind]);
    const headers: Record<string, string> = {};
    if (status === 401) headers['WWW-Authenticate'] = 'Bearer';
    if (retryAfter !== undefined) headers['Retry-After'] = String(Math.ceil(retryAfter));
    if (rateLimit) Object.assign(headers, rateLimitHeaders(rateLimit, retryAfter));
    // A map of fields is the whole body.
    return { status, body: code === 'field-errors' ? (detail as object) : { detail }, headers };
  }
}

/** An error as a response. */
export interface DescribedError {
  status: number;
  body: object;
  headers: Record<string, string>;
}

/** By default nothing remains, since the request was refused. */
function rateLimitHeaders(limit: RateLimit, retryAfter = 1): Record<string, string> {
  const { policy, quota, unit, window, remaining = 0 } = limit;
  const parameters = [`q=${quota}`, unit && `qu="${unit}"`, window && `w=${window}`].filter(Boolean);
  return {
    'RateLimit-Policy': `"${policy}";${parameters.join(';')}`,
    RateLimit: `"${policy}";r=${remaining};t=${Math.ceil(retryAfter)}`,
  };
}

function describeUnrouted(request: Request): DescribedError {
  const allowed = allowedMethods(request);
  const bodyOf = OPENAI_PATH.test(request.path) ? toOpenAiBody : toDetail;
  if (allowed.length === 0) return { status: 404, body: bodyOf('Not Found', 'not_found'), headers: {} };
  const body = bodyOf('Method Not Allowed', 'method_not_allowed');
  return { status: 405, body, headers: { Allow: allowed.join(', ') } };
}

/** Paths under `/v1` other than the rooms' are OpenAI's: its clients read no other error body. */
const OPENAI_PATH = /^\/v1\/(?!chat\/sessions)/;

const toDetail = (detail: string) => ({ detail });
const toOpenAiBody = (message: string, code: string) => ({
  error: { message, type: 'invalid_request_error', param: null, code },
});
