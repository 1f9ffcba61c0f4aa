import Sequencer from '@jest/test-sequencer';

/** Suites that take more than a minute, mostly because they wait for processes: begun last, they would end alone. */
const SLOWEST =
  /(workers|crash|process|drain|rolling-restarts|embedded|backup|console|redis-faults|slow-readers|ingestion)\.spec\.ts$/;

/** Runs the slowest suites first, the others in the order that Jest gives them: by what they took last time, or size. */
export default class SlowestFirst extends /** @type {any} */ (Sequencer) {
  sort(tests) {
    return super.sort(tests).toSorted((a, b) => Number(SLOWEST.test(b.path)) - Number(SLOWEST.test(a.path)));
  }
}
