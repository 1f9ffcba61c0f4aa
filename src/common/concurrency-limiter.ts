import pLimit from 'p-limit';
import { ParleyError } from './errors.js';

/** Concurrency limiter with a bounded FIFO queue; work beyond it is refused. */
export class ConcurrencyLimiter {
  private readonly limit;
  private readonly maxAdmitted: number;

  constructor(atOnce: number, maxWaiting: number) {
    this.limit = pLimit(atOnce);
    this.maxAdmitted = atOnce + maxWaiting;
  }

  /** @throws ParleyError `unavailable` when the queue is full */
  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.limit.activeCount + this.limit.pendingCount >= this.maxAdmitted)
      throw new ParleyError(
        'unavailable',
        'too-busy',
        'Too many requests at once. Please try again shortly.',
        { retryAfter: 2 },
      );
    return this.limit(work);
  }
}
