export type ModelFailure =
  /** It took too long to start or to go on. */
  | 'model-timeout'
  /** It answers that we ask too much. */
  | 'model-rate-limited'
  /** It cannot be reached, answers 5xx, or the connection broke. */
  | 'model-unavailable'
  /** It refuses our key, our model name or our request. */
  | 'model-refused'
  /** The account at the server has no credit left. */
  | 'model-quota'
  /** The request is longer than the model reads. */
  | 'model-context'
  /** A content filter withheld the answer, or refused the message. */
  | 'model-filtered'
  /** It ended without an answer, or while it was still thinking. */
  | 'model-empty'
  /** Its response violates the protocol. */
  | 'model-protocol';

/** A failure of a model, with a sentence a person may read; never the server's own raw answer. */
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

/** The server limits the rate; it may send a delay. */
export class RateLimited extends ModelError {
  constructor(
    readonly retryAfterMs?: number,
    detail?: string,
  ) {
    super('model-rate-limited', 'The model is busy: it takes no more requests for now.', { detail });
  }
}

/** The server refused the request as it is; another request may be taken. */
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
  /** HTTP status, or a number the server gives in its place; 0 when there is none. */
  status: number;
  message: string;
  code: string;
  type: string;
  /** The field that is at fault, when the server names one. */
  param: string;
}
