// How much slower than usual this machine is now, and the time limits of tests with it. Measured by test/run.mjs once, and
// in long runs before each suite.
import { spawnSync } from 'node:child_process';

/** What the work below takes on a machine on which all limits fit as they are written. */
const USUAL_MS = 600;
const MAX_FACTOR = 20;
const WORK =
  'let n = 0; for (let i = 0; i < 1e8; i++) n = (n * 31 + i) | 0; process.exitCode = n === 1 ? 1 : 0;';

/** Name of the variable that hands the factor to the tests; set by hand, nothing is measured. */
export const TIME_FACTOR = 'PARLEY_TEST_TIME_FACTOR';

/** @returns {number} 1 or more: the median of three starts of Node with some work, against the usual time */
export function measureTimeFactor() {
  const times = Array.from({ length: 3 }, () => {
    const began = performance.now();
    spawnSync(process.execPath, ['--eval', WORK]);
    return performance.now() - began;
  });
  times.sort((a, b) => a - b);
  return Math.min(MAX_FACTOR, Math.max(1, Math.round((times[1] / USUAL_MS) * 10) / 10));
}

/**
 * A limit for something that usually takes much less, on this machine.
 * @param {number} ms on a machine as usual
 * @returns {number} whole milliseconds
 */
export const scaled = (ms) => Math.ceil(ms * Number(process.env[TIME_FACTOR] ?? 1));
