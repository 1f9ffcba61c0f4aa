import { ParleyError } from './errors.js';

/** Runs a few at a time, in the order in which they came, while a bounded number waits; more are refused. */
export class ConcurrencyLimiter {
  private readonly waiting: (() => void)[] = [];

  constructor(
    private free: number,
    private readonly maxWaiting: number,
  ) {}

  /** @throws ParleyError `unavailable` when too many wait already */
  async run<T>(work: () => Promise<T>): Promise<T> {
    await this.enter();
    try {
      return await work();
    } finally {
      this.leave();
    }
  }

  private enter(): Promise<void> | void {
    if (this.free > 0) {
      this.free -= 1;
      return;
    }
    if (this.waiting.length >= this.maxWaiting)
      throw new ParleyError(
        'unavailable',
        'too-busy',
        'Too many requests at once. Please try again shortly.',
        {
          retryAfter: 2,
        },
      );
    return new Promise((resolve) => this.waiting.push(resolve));
  }

  /** The place goes straight to the next in line, so that no newcomer overtakes. */
  private leave(): void {
    const next = this.waiting.shift();
    if (next) next();
    else this.free += 1;
  }
}
