/** Not reduced further: below so much load the delay has another cause, and refusing would not help. */
const MIN = 50;
/** Before anything was measured. */
const INITIAL = 200;
const DECREASE = 0.9;
const INCREASE = 0.1;
/** Part of the limit that must be in use before it is raised. */
const IN_USE = 0.8;

/**
 * Concurrency limit that follows the measured delay (additive-increase, multiplicative-decrease in effect): it is
 * reduced from the load under which the delay was too long, and raised while it is used without one.
 */
export class AdaptiveLimit {
  private limit = INITIAL;

  get value(): number {
    return Math.floor(this.limit);
  }

  /**
   * @param delayMs mean delay of the last window
   * @param maxMs longest permitted delay
   * @param load current load, in the unit of the limit
   */
  adapt(delayMs: number, maxMs: number, load: number): void {
    if (delayMs > maxMs) this.limit = Math.max(MIN, Math.min(this.limit, load) * DECREASE);
    else if (load > this.limit * IN_USE) this.limit += Math.max(MIN, this.limit) * INCREASE;
  }
}
