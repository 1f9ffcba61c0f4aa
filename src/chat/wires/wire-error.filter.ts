import { Catch, Injectable } from '@nestjs/common';
import type { Request } from 'express';
import { InvalidInput, ParleyError } from '../../common/errors.js';
import { fieldOf, pathOf, sentenceOf } from './sentence.js';
import { ForeignAttachment } from '../../uploads/attachment-access.js';
import { ErrorFilter, type DescribedError } from '../../common/http/error.filter.js';

/** A wire-independent error; each wire renders it in its own body. */
export interface WireError {
  status: number;
  /** Parley's code; empty without one. */
  code: string;
  /** One sentence. */
  message: string;
  /** Path of the invalid field, such as `messages.0.role`. */
  field: string | null;
  /** Kind of the validation issue; empty for other errors. */
  issue: string;
}

/**
 * Exception filter for clients that read one sentence: `{"detail": "…"}`, and 400 where Parley's own surfaces
 * respond with 422. Wires with another body override `bodyOf`.
 */
@Catch()
@Injectable()
export class WireErrorFilter extends ErrorFilter {
  protected override describe(error: unknown, request: Request): DescribedError {
    const described = super.describe(error, request);
    const status = described.status === 422 ? 400 : described.status;
    const code = error instanceof ParleyError ? error.code : '';
    const headers = { ...described.headers };
    // Clients repeat a 409 by themselves, which helps only where the conversation is busy for a moment.
    if (code === 'run-active') headers['Retry-After'] = '1';
    else if (status === 409) headers['x-should-retry'] = 'false';
    const field =
      error instanceof ForeignAttachment ? pathOf(request.body, error.attachmentId) : fieldOf(error);
    const [issue] = error instanceof InvalidInput ? error.issues : [];
    const message = issue ? sentenceOf(error as InvalidInput) : detailOf(described.body);
    return {
      status,
      headers,
      body: this.bodyOf({ status, code, message, field, issue: issue?.type ?? '' }),
    };
  }

  protected bodyOf({ message }: WireError): object {
    return { detail: message };
  }
}

const detailOf = (body: object) =>
  'detail' in body && typeof body.detail === 'string' ? body.detail : 'Request failed';
