import { SharedTask } from './shared-task.js';

describe('a task that many callers share', () => {
  let runs: (() => void)[];
  let task: SharedTask;
  beforeEach(() => {
    runs = [];
    task = new SharedTask(() => new Promise((resolve) => runs.push(resolve)));
  });
  const turn = () => new Promise(setImmediate);

  it('runs once for all calls of a moment', async () => {
    const calls = [task.run(), task.run(), task.run()];
    await turn();
    expect(runs).toHaveLength(1);
    runs[0]!();
    await Promise.all(calls);
  });

  it('runs once more, afterwards, for all calls made meanwhile', async () => {
    const first = task.run();
    await turn();
    const later = [task.run(), task.run()];
    await turn();
    expect(runs).toHaveLength(1);
    runs[0]!();
    await first;
    await turn();
    expect(runs).toHaveLength(2);
    runs[1]!();
    await Promise.all(later);
  });

  it('fails for its callers alone, and runs again', async () => {
    let isBroken = true;
    const failing = new SharedTask(() =>
      isBroken ? Promise.reject(new Error('broken')) : Promise.resolve(),
    );
    await expect(failing.run()).rejects.toThrow('broken');
    isBroken = false;
    await expect(failing.run()).resolves.toBeUndefined();
  });
});
