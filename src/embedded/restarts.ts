/** Deaths in this time count together. */
const WINDOW_MS = 60_000;
const MAX_IN_WINDOW = 5;
const FIRST_PAUSE_MS = 100;

/** Restart policy of a crashed program: backoff, and a limit. */
export class Restarts {
  private readonly deaths: number[] = [];

  /**
   * Records an exit.
   * @param now in ms, of a monotonic clock
   * @returns delay in ms, doubled with each exit; undefined after five exits within a minute
   */
  next(now: number): number | undefined {
    while (this.deaths.length > 0 && now - this.deaths[0]! > WINDOW_MS) this.deaths.shift();
    this.deaths.push(now);
    return this.deaths.length < MAX_IN_WINDOW ? FIRST_PAUSE_MS * 2 ** (this.deaths.length - 1) : undefined;
  }
}
