import { Catch, Injectable } from '@nestjs/common';
import type { Request } from 'express';
import { ErrorFilter, type DescribedError } from '../../../common/http/error.filter.js';
import { InvalidInput, ParleyError } from '../../../common/errors.js';

/** Type and code by status, in OpenAI's words. */
const WORDS: Record<number, [type: string, code: string]> = {
  400: ['invalid_request_error', 'invalid_value'],
  401: ['invalid_request_error', 'invalid_api_key'],
  403: ['permission_error', 'insufficient_scope'],
  404: ['invalid_request_error', 'not_found'],
  409: ['invalid_request_error', 'conversation_busy'],
  413: ['invalid_request_error', 'request_too_large'],
  429: ['rate_limit_error', 'rate_limit_exceeded'],
};

/** Codes of Parley that OpenAI's clients know by another name. */
const CODES: Record<string, [type: string, code: string]> = {
  'model-not-found': ['invalid_request_error', 'model_not_found'],
  'idempotency-key-reused': ['idempotency_error', 'idempotency_key_reused'],
};

/** Errors as OpenAI's clients expect them: `{"error": {message, type, param, code}}`, and 400 where others get 422. */
@Catch()
@Injectable()
export class OpenAiErrorFilter extends ErrorFilter {
  protected override describe(error: unknown, request: Request): DescribedError {
    const described = super.describe(error, request);
    const status = described.status === 422 ? 400 : described.status;
    const ours = error instanceof ParleyError ? error.code : '';
    const [type, code] = CODES[ours] ?? WORDS[status] ?? ['server_error', ours || 'internal'];
    const headers = { ...described.headers };
    // Clients repeat a 409 by themselves, which helps only where the conversation is busy for a moment.
    if (ours === 'run-active') headers['Retry-After'] = '1';
    else if (status === 409) headers['x-should-retry'] = 'false';
    const [issue] = error instanceof InvalidInput ? error.issues : [];
    const named = issue?.loc.slice(1).join('.') || null;
    const message = issue ? (named ? `${named}: ${issue.msg}` : issue.msg) : messageOf(described.body);
    return {
      status,
      headers,
      body: {
        error: {
          message,
          type,
          param: code === 'model_not_found' ? 'model' : named,
          code: issue?.type.startsWith('unsupported_') ? issue.type : code,
        },
      },
    };
  }
}

const messageOf = (body: object) =>
  'detail' in body && typeof body.detail === 'string' ? body.detail : 'Request failed';
