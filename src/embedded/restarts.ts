/** Deaths in this time count together. */
const WINDOW_MS = 60_000;
const MAX_IN_WINDOW = 5;
const FIRST_PAUSE_MS = 100;

/** How long to wait before a program that ended by itself is started again, and when to give it up. */
export class Restarts {
  private readonly deaths: number[] = [];

  /**
   * Counts a death.
   * @param now in milliseconds, of any clock that does not go back
   * @returns milliseconds to wait, doubled with each exit; undefined when it exited five times within a minute
   */
  next(now: number): number | undefined {
    while (this.deaths.length > 0 && now - this.deaths[0]! > WINDOW_MS) this.deaths.shift();
    this.deaths.push(now);
    return this.deaths.length < MAX_IN_WINDOW ? FIRST_PAUSE_MS * 2 ** (this.deaths.length - 1) : undefined;
  }
}
