import { pino } from 'pino';
import { reasonOf } from '../startup.js';
import { isTransientStoreError } from '../transient-store-error.js';

/** The fields of an error in a log line. An unreachable server is not a bug: the stack trace is left out. */
export function describeError(error: Error): object {
  const { code } = error as NodeJS.ErrnoException;
  if (isTransientStoreError(error)) return { message: reasonOf(error), code };
  // Errors of stores have more: the parameters of a statement and the arguments of a command, which are what users wrote.
  const { type, message, stack } = pino.stdSerializers.err(error);
  return { type, message, code, stack };
}
