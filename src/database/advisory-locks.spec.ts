import { EventEmitter } from 'node:events';
import type { DataSource } from 'typeorm';
import { AdvisoryLocks } from './advisory-locks.js';

/** A pooled connection that grants every lock. */
class FakeClient extends EventEmitter {
  released: boolean[] = [];
  query = async () => ({ rows: [{ yes: true }] });
  release(isBroken: boolean): void {
    this.released.push(isBroken);
  }
}

function setUp() {
  const clients: FakeClient[] = [];
  const connect = async () => {
    const client = new FakeClient();
    clients.push(client);
    return client;
  };
  const source = { driver: { master: { connect } } } as unknown as DataSource;
  return { locks: new AdvisoryLocks(source), clients };
}

describe('advisory locks', () => {
  it('leave no listener on a connection that goes back to the pool, whose later errors are not theirs', async () => {
    const { locks, clients } = setUp();
    await locks.whileAlone('first', async () => 'done');
    expect(clients[0]!.released).toEqual([false]);
    expect(clients[0]!.listenerCount('error')).toBe(0);

    await locks.whileAlone('second', async () => {
      clients[0]!.on('error', () => undefined); // the pool's own
      clients[0]!.emit('error', new Error('an idle connection was lost'));
      await Promise.resolve();
      expect(clients[1]!.released).toEqual([]);
      return 'done';
    });
    expect(clients[1]!.released).toEqual([false]);
  });

  it('give a connection up that is lost while they are held', async () => {
    const { locks, clients } = setUp();
    await locks.whileAlone('first', async () => {
      clients[0]!.emit('error', new Error('lost'));
      await new Promise((resolve) => setImmediate(resolve));
      expect(clients[0]!.released).toEqual([true]);
      return 'done';
    });
    expect(clients[0]!.released).toEqual([true]);
  });
});
