import { isOverloaded } from './run-admission.js';

describe('a process', () => {
  const quiet = { activeRuns: 100, delayMs: 5, waitMs: 0, maxRuns: 1_000, maxDelay: 70 };

  it.each([
    ['with some runs and a quick event loop', {}, false],
    ['with as many runs as it may have', { activeRuns: 1_000 }, true],
    ['whose event loop is slow', { delayMs: 71 }, true],
    ['whose event loop is slow for another reason than runs', { delayMs: 500, activeRuns: 49 }, false],
    ['where starts wait for less than they are allowed to', { waitMs: 2_900 }, false],
    ['where starts wait for PostgreSQL for too long', { waitMs: 3_100, activeRuns: 0 }, true],
    ['whose event loop may be slow', { delayMs: 500, maxDelay: 0 }, false],
    ['where starts may wait', { waitMs: 9_000, maxDelay: 0 }, false],
  ])('%s takes new runs unless it has too much to do', (_name, load, isTooMuch) => {
    expect(isOverloaded({ ...quiet, ...load })).toBe(isTooMuch);
  });
});
