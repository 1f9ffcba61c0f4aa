import { FairLimiter } from './fair-limiter.js';

const settle = () => new Promise((resolve) => setImmediate(resolve));

/** A limiter whose work ends on demand, and the order in which work began. */
function setUp(atOnce: number, maxWaitingEach = 100, maxWaiting = 1_000) {
  const atOnceEach = Math.max(1, atOnce - 1);
  const limiter = new FairLimiter({ atOnce, atOnceEach, maxWaitingEach, maxWaiting });
  const begun: string[] = [];
  const ends: (() => void)[] = [];
  const refused: string[] = [];
  const come = (client: string, name = client) =>
    void limiter
      .run(client, () => {
        begun.push(name);
        return new Promise<void>((resolve) => ends.push(resolve));
      })
      .catch(() => refused.push(name));
  const endOne = async () => {
    ends.shift()?.();
    await settle();
  };
  return { begun, refused, come, endOne };
}

describe('a fair limiter', () => {
  it('lets clients take turns, each in its own order', async () => {
    const { begun, come, endOne } = setUp(1);
    for (const name of ['a1', 'a2', 'a3', 'a4']) come('a', name);
    come('b', 'b1');
    come('b', 'b2');
    come('c', 'c1');
    for (let i = 0; i < 7; i += 1) await endOne();
    expect(begun).toEqual(['a1', 'a2', 'b1', 'c1', 'a3', 'b2', 'a4']);
  });

  it('reserves a place for others: the next caller begins immediately', async () => {
    const { begun, come } = setUp(2);
    for (const name of ['a1', 'a2', 'a3']) come('a', name);
    come('b', 'b1');
    await settle();
    expect(begun).toEqual(['a1', 'b1']);
  });

  it('uses a reserved place while no one else waits for it, and returns it', async () => {
    const { begun, come, endOne } = setUp(3);
    for (const name of ['a1', 'a2', 'a3']) come('a', name);
    await settle();
    expect(begun).toEqual(['a1', 'a2']);
    await endOne();
    expect(begun).toEqual(['a1', 'a2', 'a3']);
  });

  it('refuses excess requests of one client, and none of another', async () => {
    const { begun, refused, come, endOne } = setUp(1, 2);
    for (const name of ['a1', 'a2', 'a3', 'a4']) come('a', name);
    come('b');
    await settle();
    expect(refused).toEqual(['a4']);
    for (let i = 0; i < 4; i += 1) await endOne();
    expect(begun).toEqual(['a1', 'a2', 'b', 'a3']);
  });

  it('admits a newcomer at the cost of the longest queue', async () => {
    const { refused, come } = setUp(1, 10, 3);
    for (const name of ['a1', 'a2', 'a3', 'a4']) come('a', name);
    come('b');
    await settle();
    expect(refused).toEqual(['a4']);
    for (const client of ['c', 'd']) come(client);
    await settle();
    expect(refused.sort()).toEqual(['a3', 'a4', 'd']);
  });

  it('gives the place back when work fails', async () => {
    const limiter = new FairLimiter({ atOnce: 1, atOnceEach: 1, maxWaitingEach: 1, maxWaiting: 1 });
    await expect(limiter.run('a', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await limiter.run('a', async () => 'yes')).toBe('yes');
  });
});
