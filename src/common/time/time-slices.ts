import { setImmediate as nextTurn } from 'node:timers/promises';

/** Length of a slice in ms: it delays requests by this much, once per concurrent task. */
const SLICE_MS = 3;

/** Long work in a process that answers requests: done in slices, by the clock, so that the event loop turns in between. */
export class TimeSlices {
  private began = performance.now();

  /** To be called between steps: yields to the event loop when the slice is used up. */
  async pause(): Promise<void> {
    if (performance.now() - this.began < SLICE_MS) return;
    await nextTurn();
    this.began = performance.now();
  }
}
