import { HttpError } from '../client/http.js';
import { isFinal } from './follow-answer.js';

describe('a refused question', () => {
  it.each<[status: number, retryAfterMs: number | undefined, isFinal: boolean]>([
    [429, 2_000, false],
    [429, undefined, false],
    // A budget that is used up until tomorrow.
    [429, 8 * 3_600_000, true],
    [503, 8 * 3_600_000, false],
    [408, undefined, false],
    [422, undefined, true],
  ])('with status %d and a wait of %s ms', (status, wait, expected) => {
    expect(isFinal(new HttpError(status, 'Your budget is used up.', wait))).toBe(expected);
  });
});
