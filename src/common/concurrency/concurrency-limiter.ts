import pLimit from 'p-limit';
import { ParleyError } from '../errors.js';

/** Concurrency limiter with a bounded FIFO queue; work beyond it is refused. */
export class ConcurrencyLimiter {
  private readonly limit;
  private readonly maxAdmitted: number;
  /** Waiting work, oldest first, with the time since which it waits. */
  private readonly waiting = new Set<{ since: number }>();

  constructor(atOnce: number, maxWaiting: number) {
    this.limit = pLimit(atOnce);
    this.maxAdmitted = atOnce + maxWaiting;
  }

  /** How long the oldest waiting work has waited, in ms; 0 when none waits. */
  get waitMs(): number {
    const [oldest] = this.waiting;
    return oldest ? performance.now() - oldest.since : 0;
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
    const waiting = { since: performance.now() };
    this.waiting.add(waiting);
    return this.limit(() => {
      this.waiting.delete(waiting);
      return work();
    });
  }
}
