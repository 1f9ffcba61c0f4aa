import { needOf, simulateWait, type Costs } from '../scripts/support/scale-model.js';

const costs: Costs = {
  apiPerToken: 0.01,
  apiPerTurn: 1,
  postgresPerTurn: 2,
  redisPerTurn: 0.5,
  logBytes: 4_000,
  logSeconds: 600,
  processBytes: 200e6,
  streamBytes: 1e5,
};

describe('the model of scale', () => {
  it('adds turns and tokens', () => {
    // 1,000 streams of 30 tokens a second, 300 tokens each: 100 turns a second.
    expect(needOf({ streams: 1_000, pace: 30, tokens: 300 }, costs)).toEqual({
      turnsPerSecond: 100,
      tokensPerSecond: 30_000,
      api: 0.4,
      postgres: 0.2,
      redis: 0.05,
      redisBytes: 240e6,
      processes: 1,
      apiBytes: 300e6,
    });
    expect(needOf({ streams: 10_000, pace: 30, tokens: 300 }, costs).processes).toBe(7);
  });

  it('waits as queueing theory has it', () => {
    // Of one server that is busy half the time: P(wait > t) of M/D/1 is 1 % at about 3.6 service times.
    const wait = simulateWait(500, 1, 1);
    expect([wait > 2.5, wait < 5]).toEqual([true, true]);
    expect(simulateWait(500, 1, 4)).toBe(0);
    expect(simulateWait(1_001, 1, 1)).toBe(Infinity);
  });
});
