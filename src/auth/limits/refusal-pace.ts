/** Refusals per second and network, and the burst without delay: an office mistypes, too. */
const PER_SECOND = 10;
const AT_ONCE = 20;
const INTERVAL_MS = 1_000 / PER_SECOND;
/** Maximum delay in ms, within the timeouts of proxies; and maximum delayed refusals of all networks. */
const MAX_WAIT_MS = 10_000;
const MAX_WAITING = 2_000;

/**
 * Throttles refusals for a network that retries immediately. A refusal is cheap, but thousands per second would
 * take the processor from other requests.
 */
export class RefusalPace {
  /** Virtual end time of each network's refusals so far, if sent at the allowed rate; oldest first. */
  private readonly endsAt = new Map<string, number>();
  private waiting = 0;

  /** Delays a refusal to the network's rate, by ten seconds at most; no delay when too many networks' are pending. */
  async wait(network: string): Promise<void> {
    const now = performance.now();
    this.forgetBefore(now);
    if (this.waiting >= MAX_WAITING) return;
    const credit = AT_ONCE * INTERVAL_MS;
    const next = Math.max(now, this.endsAt.get(network) ?? 0) + INTERVAL_MS;
    // More connections than the rate serves in that time get the longest delay, not none.
    const endsAt = Math.min(next, now + credit + MAX_WAIT_MS);
    const ms = endsAt - now - credit;
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
