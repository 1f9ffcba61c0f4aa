/** What one network is refused a second, and how many of that at once without a wait: an office mistypes, too. */
const PER_SECOND = 20;
const AT_ONCE = 20;
const INTERVAL_MS = 1_000 / PER_SECOND;
/** The longest wait, within the patience of proxies; and how many may wait, of all networks. */
const MAX_WAIT_MS = 10_000;
const MAX_WAITING = 2_000;

/**
 * Delays refusals of a network that comes again as soon as it is refused. A refusal costs little, but a network that
 * gets thousands a second takes the processor from everybody else.
 */
export class RefusalPace {
  /** When the refusals of a network so far would have been sent one after the other, by network; oldest first. */
  private readonly endsAt = new Map<string, number>();
  private waiting = 0;

  /** Waits until the network may have its next refusal; not at all when too many wait already. */
  async wait(network: string): Promise<void> {
    const now = performance.now();
    this.forgetBefore(now);
    const endsAt = Math.max(now, this.endsAt.get(network) ?? 0) + INTERVAL_MS;
    const ms = endsAt - now - AT_ONCE * INTERVAL_MS;
    if (ms > MAX_WAIT_MS || this.waiting >= MAX_WAITING) return;
    this.endsAt.delete(network);
    this.endsAt.set(network, endsAt);
    if (ms <= 0) return;
    this.waiting += 1;
    await new Promise<void>((resolve) => setTimeout(resolve, ms).unref());
    this.waiting -= 1;
  }

  private forgetBefore(now: number): void {
    for (const [network, endsAt] of this.endsAt) {
      if (endsAt > now) return;
      this.endsAt.delete(network);
    }
  }
}
