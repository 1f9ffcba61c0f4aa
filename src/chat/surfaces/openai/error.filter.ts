import { Catch, Injectable } from '@nestjs/common';
import { WireErrorFilter, type WireError } from '../../wires/wire-error.filter.js';

/** Type and code by status, in OpenAI's words. */
const WORDS: Record<number, [type: string, code: string]> = {
  400: ['invalid_request_error', 'invalid_value'],
  401: ['invalid_request_error', 'invalid_api_key'],
  403: ['permission_error', 'insufficient_scope'],
  404: ['invalid_request_error', 'not_found'],
  405: ['invalid_request_error', 'method_not_allowed'],
  409: ['invalid_request_error', 'conflict'],
  413: ['invalid_request_error', 'request_too_large'],
  415: ['invalid_request_error', 'unsupported_media_type'],
  429: ['rate_limit_error', 'rate_limit_exceeded'],
};

/** Parley's error codes mapped to OpenAI's error type, code and parameter. */
const CODES: Record<string, [type: string, code: string, param?: string]> = {
  'model-not-found': ['invalid_request_error', 'model_not_found', 'model'],
  'idempotency-key-reused': ['idempotency_error', 'idempotency_key_reused'],
  'foreign-attachment': ['invalid_request_error', 'file_not_found'],
  'budget-exceeded': ['insufficient_quota', 'insufficient_quota'],
  'run-active': ['invalid_request_error', 'conversation_busy'],
  'previous-response-not-found': [
    'invalid_request_error',
    'previous_response_not_found',
    'previous_response_id',
  ],
};

/** Errors as OpenAI's clients expect them: `{"error": {message, type, param, code}}`. */
@Catch()
@Injectable()
export class OpenAiErrorFilter extends WireErrorFilter {
  protected override bodyOf(error: WireError) {
    return toOpenAiError(error);
  }
}

function toOpenAiError({ status, code: ours, message, field, issue }: WireError) {
  const [type, code, param = field] = CODES[ours] ?? WORDS[status] ?? ['server_error', ours || 'internal'];
  return { error: { message, type, param, code: issue.startsWith('unsupported_') ? issue : code } };
}
