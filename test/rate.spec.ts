import { rateAndRest } from '../scripts/support/rate.js';

it.each([
  [0, 100, 5_000, 'measuring'],
  [10, 100, 500, 'measuring'],
  [32, 64, 1_600, '20 a second, about 2 s left'],
  [32, 50_000, 16_000, '2.0 a second, about 6 h 56 min left'],
  [500, 2_000, 50_000, '10 a second, about 3 min left'],
])('%d of %d after %d ms: %s', (done, total, ms, text) => expect(rateAndRest(done, total, ms)).toBe(text));
