import { ParleyError } from '../../common/errors.js';

export interface FairLimits {
  /** Maximum concurrent tasks. */
  atOnce: number;
  /** Maximum concurrent tasks per client. */
  atOnceEach: number;
  /** Maximum queued tasks per client. */
  maxWaitingEach: number;
  /** Maximum queued tasks in total. */
  maxWaiting: number;
}

interface Waiting {
  start: () => void;
  refuse: (error: ParleyError) => void;
}

/**
 * Concurrency limiter with fair (round-robin) queueing by client: a client with a thousand tasks delays another
 * client by one of them, not by a thousand.
 */
export class FairLimiter {
  /** By client, in the order of their next turns. */
  private readonly queues = new Map<string, Waiting[]>();
  private readonly running = new Map<string, number>();
  private free: number;
  private waiting = 0;

  constructor(private readonly limits: FairLimits) {
    this.free = limits.atOnce;
  }

  /**
   * @throws ParleyError `unavailable` when the client's queue is full, or when the total is reached and this client
   * has the longest queue
   */
  async run<T>(client: string, work: () => Promise<T>): Promise<T> {
    if (!this.mayStart(client)) await this.wait(client);
    else this.start(client);
    try {
      return await work();
    } finally {
      this.leave(client);
    }
  }

  private mayStart(client: string): boolean {
    return this.free > 0 && (this.running.get(client) ?? 0) < this.limits.atOnceEach;
  }

  private start(client: string): void {
    this.free -= 1;
    this.running.set(client, (this.running.get(client) ?? 0) + 1);
  }

  private wait(client: string): Promise<void> {
    const queue = this.queues.get(client) ?? [];
    if (queue.length >= this.limits.maxWaitingEach) throw tooBusy();
    if (this.waiting >= this.limits.maxWaiting) this.dropFor(queue.length);
    this.queues.set(client, queue);
    this.waiting += 1;
    return new Promise((start, refuse) => queue.push({ start, refuse }));
  }

  /** Drops the last task of the longest queue, if that is longer than the new one's. */
  private dropFor(length: number): void {
    let longest: Waiting[] = [];
    for (const queue of this.queues.values()) if (queue.length > longest.length) longest = queue;
    if (longest.length <= length + 1) throw tooBusy();
    this.waiting -= 1;
    longest.pop()!.refuse(tooBusy());
  }

  private leave(client: string): void {
    this.free += 1;
    const left = this.running.get(client)! - 1;
    if (left > 0) this.running.set(client, left);
    else this.running.delete(client);
    for (const [next, queue] of this.queues) {
      if (!this.mayStart(next)) continue;
      // Moves the client to the end of the round.
      this.queues.delete(next);
      const { start } = queue.shift()!;
      if (queue.length > 0) this.queues.set(next, queue);
      this.waiting -= 1;
      this.start(next);
      return start();
    }
  }
}

const tooBusy = () =>
  new ParleyError('unavailable', 'too-busy', 'Too many requests at once. Please try again shortly.', {
    retryAfter: 2,
  });
