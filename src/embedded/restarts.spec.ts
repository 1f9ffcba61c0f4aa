import { Restarts } from './restarts.js';

describe('restarts', () => {
  it('wait twice as long after each death, and are given up at the fifth within a minute', () => {
    const restarts = new Restarts();
    expect([0, 1_000, 2_000, 3_000, 59_000].map((now) => restarts.next(now))).toEqual([
      100,
      200,
      400,
      800,
      undefined,
    ]);
  });

  it('ignore exits that are older than a minute', () => {
    const restarts = new Restarts();
    for (const now of [0, 1_000, 2_000, 3_000]) restarts.next(now);
    expect(restarts.next(62_500)).toBe(200);
  });
});
