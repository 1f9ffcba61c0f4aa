import { setImmediate as nextTurn } from 'node:timers/promises';

/** Milliseconds of work in one go: requests wait that long for it, once for each that is under way. */
const SLICE_MS = 3;

/** Long work in a process that answers requests: done in slices, by the clock, so that the event loop turns in between. */
export class TimeSlices {
  private began = performance.now();

  /** Call it between any two steps: others get their turn once this one has taken its time. */
  async pause(): Promise<void> {
    if (performance.now() - this.began < SLICE_MS) return;
    await nextTurn();
    this.began = performance.now();
  }
}
