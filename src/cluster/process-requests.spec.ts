import { EventEmitter } from 'node:events';
import { ProcessRequests, type IpcPort } from './process-requests.js';

/** Two ends of a channel within one process. */
function ports(): [IpcPort, IpcPort] {
  const [one, two] = [new EventEmitter(), new EventEmitter()];
  const port = (from: EventEmitter, to: EventEmitter): IpcPort => ({
    on: (event, listener) => from.on(event, listener),
    send: (message, callback) => {
      queueMicrotask(() => {
        to.emit('message', structuredClone(message));
        callback(null);
      });
      return true;
    },
  });
  return [port(one, two), port(two, one)];
}

type Sums = { add(numbers: number[]): Promise<number>; fail(): Promise<void>; never(): Promise<void> };

describe('ProcessRequests', () => {
  const start = () => {
    const [one, two] = ports();
    const mine: Sums = {
      add: async ([a, b]) => a! + b!,
      fail: async () => {
        throw new Error('no such thing');
      },
      never: () => new Promise(() => undefined),
    };
    const answering = new ProcessRequests<Sums>(one, mine);
    return { answering, asking: new ProcessRequests<Sums>(two, mine) };
  };

  it('rejects a request that is not answered within its deadline, and ignores a late answer', async () => {
    const [one, two] = ports();
    let answer = (_sum: number): void => undefined;
    const late = new Promise<number>((resolve) => (answer = resolve));
    const answering = new ProcessRequests<Sums>(one, { add: () => late });
    const asking = new ProcessRequests<Sums>(two, {}, 20);
    const asked = asking.ask('add', [1, 2]);
    const alive = setInterval(() => undefined, 1_000); // the deadline alone does not keep the process alive
    await expect(asked).rejects.toThrow('The other process did not answer "add" within 20 ms.');
    clearInterval(alive);
    answer(3);
    await late;
    answering.close();
  });

  it('answers in both directions, each request with its own answer', async () => {
    const { answering, asking } = start();
    const sums = [asking.ask('add', [1, 2]), answering.ask('add', [3, 4]), asking.ask('add', [5, 6])];
    expect(await Promise.all(sums)).toEqual([3, 7, 11]);
  });

  it('passes errors on', async () => {
    await expect(start().asking.ask('fail')).rejects.toThrow('no such thing');
  });

  it('fails requests to a process that has exited', async () => {
    const { asking } = start();
    const never = asking.ask('never');
    asking.close();
    await expect(never).rejects.toThrow('has ended');
  });

  it('fails immediately on a channel that is closed', async () => {
    const closed: IpcPort = {
      on: () => undefined,
      send: () => {
        throw new Error('channel closed');
      },
    };
    await expect(new ProcessRequests<Sums>(closed, {}).ask('add', [1, 2])).rejects.toThrow('channel closed');
  });
});
