/** Error kinds, independent of the surface. The error filter maps them to HTTP statuses. */
export type ErrorKind =
  | 'invalid'
  | 'unauthenticated'
  | 'forbidden'
  | 'not-found'
  | 'conflict'
  | 'too-large'
  | 'unsupported'
  | 'rate-limited'
  | 'unavailable';

export interface ErrorOptions {
  /** Seconds before a retry; sent as `Retry-After`. */
  retryAfter?: number;
  /** The limit that was exceeded; sent as `RateLimit-Policy` and `RateLimit`. */
  rateLimit?: RateLimit;
  cause?: unknown;
}

/** A limit as draft-ietf-httpapi-ratelimit-headers names it. */
export interface RateLimit {
  policy: string;
  quota: number;
  unit?: 'requests' | 'concurrent-requests' | 'tokens';
  /** Seconds until the quota is available again; omitted for a limit without a window. */
  window?: number;
  /** Remaining quota; 0 by default. */
  remaining?: number;
}

/**
 * An error that is shown to the client.
 * @param code stable and kebab-case; for logs, tests and the few codes with a specific status
 * @param detail becomes `{"detail": …}`; must not contain secrets
 */
export class ParleyError extends Error {
  readonly retryAfter?: number;
  readonly rateLimit?: RateLimit;

  constructor(
    readonly kind: ErrorKind,
    readonly code: string,
    readonly detail: string | object,
    options: ErrorOptions = {},
  ) {
    super(typeof detail === 'string' ? detail : code, { cause: options.cause });
    this.retryAfter = options.retryAfter;
    this.rateLimit = options.rateLimit;
  }
}

/** One entry of a 422 body, as FastAPI words it. */
export interface FieldIssue {
  type: string;
  loc: (string | number)[];
  msg: string;
  input: unknown;
  ctx?: Record<string, unknown>;
}

/** Validation error; `detail` is the list of issues. */
export class InvalidInput extends ParleyError {
  constructor(readonly issues: FieldIssue[]) {
    super('invalid', 'invalid-input', issues);
  }
}

export const notFound = (detail = 'Not Found') => new ParleyError('not-found', 'not-found', detail);
