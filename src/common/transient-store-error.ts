import { types } from 'node:util';

/** Classes of PostgreSQL codes that pass: connection failures, rollbacks, no resources left, shutting down. */
const TRANSIENT_CLASSES = ['08', '40', '53', '57'];
const TRANSIENT_NETWORK = [
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
];
/** Messages of drivers that have no code. A connection that ends between two statements takes its query runner with it. */
const TRANSIENT_MESSAGE =
  /timeout|Connection terminated|Connection is closed|Command timed out|not connected|is not queryable|Query runner already released/i;

/** Whether an error is transient: the store is unavailable, and the request itself is valid. */
export function isTransientStoreError(error: unknown): boolean {
  // Errors of sockets come from Node itself, which may have other classes of that name.
  if (!types.isNativeError(error)) return false;
  if ('errors' in error && Array.isArray(error.errors)) return error.errors.some(isTransientStoreError);
  const { code } = error as NodeJS.ErrnoException;
  if (
    code &&
    (TRANSIENT_NETWORK.includes(code) || (code.length === 5 && TRANSIENT_CLASSES.includes(code.slice(0, 2))))
  )
    return true;
  return TRANSIENT_MESSAGE.test(error.message);
}
