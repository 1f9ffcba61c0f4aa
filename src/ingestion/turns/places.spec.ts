import { Places } from './places.js';

describe('the places of a worker', () => {
  it('are all for one owner while no other waits, and the youngest is released', () => {
    const places = new Places(2);
    const first = places.take('a-1', 'user:a', 0);
    expect(places.crowded).toBeNull();
    const second = places.take('a-2', 'user:a', 1_000);
    expect(places.crowded).toBe('user:a');
    places.yieldOne(5_999);
    expect(second.aborted).toBe(false);
    places.yieldOne(6_000);
    expect([first.aborted, second.aborted]).toEqual([false, true]);
    places.yieldOne(60_000);
    expect(first.aborted).toBe(false);
  });

  it('are not taken from owners who hold one each, nor while one is free', () => {
    const places = new Places(3);
    const signals = [places.take('a', 'user:a', 0), places.take('a-2', 'user:a', 0)];
    places.yieldOne(60_000);
    places.leave('a-2');
    signals.push(places.take('b', 'user:b', 0), places.take('c', 'system', 0));
    places.yieldOne(60_000);
    expect(signals.some(({ aborted }) => aborted)).toBe(false);
  });
});
