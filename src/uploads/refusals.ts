import { READ_KINDS } from '../ingestion/parsers/file-kinds.js';
import { InvalidInput, notFound, ParleyError } from '../common/errors.js';

/** Errors for refused uploads. */

export const fileTooLarge = (megabytes: number) =>
  new ParleyError('too-large', 'file-too-large', `File too large (max ${megabytes}MB)`);

export const quotaExceeded = (megabytes: number) =>
  new ParleyError('too-large', 'quota-exceeded', `Storage quota exceeded (max ${megabytes}MB)`);

/** @param reason why a file of a supported type is refused */
export const unsupportedType = (reason = 'Unsupported file type.') =>
  new ParleyError('unsupported', 'unsupported-file-type', `${reason} Supported are ${READ_KINDS}.`);

export const fileMissing = () =>
  new InvalidInput([{ type: 'missing', loc: ['body', 'file'], msg: 'Field required', input: null }]);

/** @param reason a sentence for the person who uploads it */
export const unreadable = (reason: string) =>
  new InvalidInput([{ type: 'value_error', loc: ['body', 'file'], msg: reason, input: null }]);

/** The form around the file, not the file, is wrong. */
export const brokenForm = (reason: string) => new ParleyError('invalid', 'parse-error', reason);

export const tooManyUploads = () =>
  new ParleyError('rate-limited', 'too-many-uploads', 'Too many uploads at once', { retryAfter: 1 });

export const attachmentNotFound = () => notFound('Attachment not found');
