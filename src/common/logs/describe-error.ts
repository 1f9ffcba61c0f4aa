import { pino } from 'pino';
import { reasonOf } from '../startup.js';
import { isTransientStoreError } from '../transient-store-error.js';

/** Log fields of an error. An unreachable server is no bug: its stack trace is omitted. */
export function describeError(error: Error): object {
  const { code } = error as NodeJS.ErrnoException;
  if (isTransientStoreError(error)) return { message: reasonOf(error), code };
  // A fixed set of fields: errors of stores also contain statement parameters and command arguments, which are user
  // data.
  const { type, message, stack } = pino.stdSerializers.err(error);
  return { type, message, code, stack };
}
