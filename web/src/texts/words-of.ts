import { HttpError } from '../client/http.js';
import { Unreachable } from '../client/run-stream.js';
import { t } from './texts.js';

/** An error message for users; that of the API for an error response. */
export function wordsOf(error: unknown): string {
  if (error instanceof HttpError) return error.message;
  if (error instanceof Unreachable || error instanceof TypeError || error instanceof DOMException)
    return t.unreachable;
  return error instanceof Error ? error.message : String(error);
}
