import type { NextFunction, Request, Response } from 'express';
import multer, { MulterError } from 'multer';
import { InvalidInput } from '../common/errors.js';

/** A log-in form is a handful of short fields. */
const readFields = multer({
  limits: { fields: 10, fieldSize: 8 * 1024, fieldNameSize: 100, files: 0 },
}).none();

/** Reads a multipart log-in form. A middleware, since guards need its fields and run before interceptors. */
export function readLogInForm(request: Request, response: Response, next: NextFunction): void {
  readFields(request, response, (error?: unknown) => next(error && toInvalidInput(error as Error)));
}

function toInvalidInput(error: Error): InvalidInput {
  const field = error instanceof MulterError && error.field ? [error.field] : [];
  return new InvalidInput([{ type: 'form_invalid', loc: ['body', ...field], msg: error.message, input: {} }]);
}
