import { jest } from '@jest/globals';
import { RefusalPace } from './refusal-pace.js';

describe('the pace of refusals', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  /** Refusals that were sent, by network. */
  function setUp() {
    const pace = new RefusalPace();
    const sent: Record<string, number> = {};
    const refuse = (network: string) =>
      void pace.wait(network).then(() => (sent[network] = (sent[network] ?? 0) + 1));
    return { sent, refuse };
  }
  const pass = (ms: number) => jest.advanceTimersByTimeAsync(ms);

  it('is twenty at once, then ten a second for each network', async () => {
    const { sent, refuse } = setUp();
    for (let i = 0; i < 60; i += 1) refuse('a');
    refuse('b');
    await pass(0);
    expect(sent).toEqual({ a: 20, b: 1 });
    await pass(1_000);
    expect(sent['a']).toBe(30);
    await pass(3_000);
    expect(sent['a']).toBe(60);
  });

  it('is forgotten after a pause', async () => {
    const { sent, refuse } = setUp();
    for (let i = 0; i < 40; i += 1) refuse('a');
    await pass(4_100);
    for (let i = 0; i < 20; i += 1) refuse('a');
    await pass(0);
    expect(sent['a']).toBe(60);
  });

  it('delays no request for longer than ten seconds', async () => {
    const { sent, refuse } = setUp();
    for (let i = 0; i < 300; i += 1) refuse('a');
    await pass(9_900);
    expect(sent['a']).toBeLessThan(150);
    await pass(200);
    expect(sent['a']).toBe(300);
  });
});
