export type ModelFailure =
  /** The first token or the next one exceeded its deadline. */
  | 'model-timeout'
  /** Rate limit of the server. */
  | 'model-rate-limited'
  /** It cannot be reached, answers 5xx, or the connection broke. */
  | 'model-unavailable'
  /** It refuses our key, our model name or our request. */
  | 'model-refused'
  /** The account at the server has no credit left. */
  | 'model-quota'
  /** The request exceeds the model's context size. */
  | 'model-context'
  /** A content filter withheld the answer, or refused the message. */
  | 'model-filtered'
  /** It ended without an answer, or while it was still thinking. */
  | 'model-empty'
  /** Its response violates the protocol. */
  | 'model-protocol';

/** A failure of a model, with a message for users; never the server's raw response. */
export class ModelError extends Error {
  /** The server's own words, bounded and without secrets: for logs and admins. */
  readonly detail?: string;

  constructor(
    readonly code: ModelFailure,
    message: string,
    { detail, ...options }: ErrorOptions & { detail?: string } = {},
  ) {
    super(message, options);
    this.detail = detail;
  }
}

/** The server's rate limit, with its delay if given. */
export class RateLimited extends ModelError {
  constructor(
    readonly retryAfterMs?: number,
    detail?: string,
  ) {
    super('model-rate-limited', 'The model is busy: it takes no more requests for now.', { detail });
  }
}

/** The server rejected the request in this form; a modified request may succeed. */
export class RequestRefused extends ModelError {
  readonly #refusal: Refusal;

  constructor(refusal: Refusal, code: ModelFailure, message: string, detail?: string) {
    super(code, message, { detail });
    this.#refusal = refusal;
  }

  /** The server's response, for programs; not enumerable, so that logs leave it out. */
  get refusal(): Refusal {
    return this.#refusal;
  }
}

/** A server's error body for a refused request. Raw: not for logs. */
export interface Refusal {
  /** HTTP status, or the number a server gives instead; 0 without one. */
  status: number;
  message: string;
  code: string;
  type: string;
  /** The invalid field, if the server names it. */
  param: string;
}
