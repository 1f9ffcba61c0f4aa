/** What went wrong, in words every surface understands. The error filter turns kinds into statuses. */
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
  /** Seconds after which another try makes sense; sent as `Retry-After`. */
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
  /** Seconds after which the quota is available again; left out where it is not a matter of time. */
  window?: number;
  /** What is left of it; nothing when omitted. */
  remaining?: number;
}

/**
 * A refusal the client may see.
 * @param code stable and kebab-case; for logs, tests and the few codes with a status of their own
 * @param detail becomes `{"detail": …}`; never holds a secret
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

/** Input that does not fit its schema; `detail` is the list of what does not. */
export class InvalidInput extends ParleyError {
  constructor(readonly issues: FieldIssue[]) {
    super('invalid', 'invalid-input', issues);
  }
}

export const notFound = (detail = 'Not Found') => new ParleyError('not-found', 'not-found', detail);
