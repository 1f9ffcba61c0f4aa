import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { NextFunction, Request, RequestHandler, Response } from 'express';
import { InvalidInput, ParleyError } from '../errors.js';
import { nestsTooDeep } from '../json.js';

interface WithBodyError extends Request {
  bodyError?: unknown;
}

/** Error of Express's body parsers. */
interface BodyParserError {
  type?: string;
  message?: string;
  /** Of a body that is too large: the limit in bytes. */
  limit?: number;
}

/**
 * Defers the error of an unparsable body until the guards have run: authentication is checked first, and an unknown
 * path is reported as such.
 */
export const deferErrors =
  (parse: RequestHandler): RequestHandler =>
  (request: WithBodyError, response: Response, next: NextFunction) =>
    parse(request, response, (error?: unknown) => {
      if (error) request.bodyError = error;
      else if (nestsTooDeep(request.body)) {
        request.bodyError = {
          type: 'entity.parse.failed',
          message: 'Nested too deeply',
        } satisfies BodyParserError;
        request.body = undefined;
      }
      next();
    });

/** Wording of a controller's errors for unparsable bodies; FastAPI's by default. */
export const RefusesBodiesAs = Reflector.createDecorator<'fastapi' | 'django'>();

/** Refuses a request whose body could not be parsed. Stands after the guard that authenticates. */
@Injectable()
export class BodyGuard implements CanActivate {
  constructor(private readonly reflector: Reflector) {}

  canActivate(context: ExecutionContext): boolean {
    if (context.getType() !== 'http') return true;
    const request = context.switchToHttp().getRequest<WithBodyError>();
    const isDjango = this.reflector.get(RefusesBodiesAs, context.getClass()) === 'django';
    if (request.bodyError) throw toRefusal(request.bodyError as BodyParserError, isDjango);
    if (isDjango) refuseUnreadType(request);
    return true;
  }
}

function toRefusal({ type, message = '', limit }: BodyParserError, isDjango: boolean): ParleyError {
  switch (type) {
    case 'entity.too.large':
    case 'parameters.too.many': {
      const most = limit
        ? `: at most ${Math.floor(limit / 1024)} KB (MAX_BODY_KB); larger files go to POST /upload`
        : '';
      return new ParleyError('too-large', 'body-too-large', `Request body is too large${most}`);
    }
    case 'encoding.unsupported':
    case 'charset.unsupported':
      return new ParleyError(
        'unsupported',
        'unsupported-encoding',
        'Unsupported content encoding or charset',
      );
    case 'entity.parse.failed': {
      // The parser's message quotes the body, which may contain a secret, in double quotation marks.
      const error = message.replace(/,? *"[^]*$/, '') || 'Invalid JSON';
      if (isDjango) return new ParleyError('invalid', 'parse-error', `JSON parse error - ${error}`);
      return new InvalidInput([
        { type: 'json_invalid', loc: ['body', 0], msg: 'JSON decode error', input: {}, ctx: { error } },
      ]);
    }
    default:
      if (isDjango)
        return new ParleyError('invalid', 'parse-error', 'JSON parse error - The body could not be read');
      return new InvalidInput([
        { type: 'value_error', loc: ['body'], msg: 'The body could not be read', input: null },
      ]);
  }
}

/** Refuses a body with an unsupported content type. */
function refuseUnreadType({ headers, body }: Request): void {
  const type = headers['content-type'];
  if (body !== undefined || !type || headers['content-length'] === '0') return;
  throw new ParleyError('unsupported', 'unsupported-type', `Unsupported media type "${type}" in request.`);
}
