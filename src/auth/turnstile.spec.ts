import { Turnstile } from './turnstile.js';

/** Work that ends when it is told to. */
function work() {
  let finish!: () => void;
  const done = new Promise<void>((resolve) => {
    finish = resolve;
  });
  return { finish, run: () => done };
}
const settle = () => new Promise((resolve) => setImmediate(resolve));

describe('Turnstile', () => {
  it('lets so many through at a time, in the order they came', async () => {
    const turnstile = new Turnstile(2, 10);
    const jobs = [work(), work(), work(), work()];
    const began: number[] = [];
    const all = jobs.map((job, i) =>
      turnstile.run(() => {
        began.push(i);
        return job.run();
      }),
    );
    await settle();
    expect(began).toEqual([0, 1]);
    jobs[1]!.finish();
    await settle();
    expect(began).toEqual([0, 1, 2]);
    for (const job of jobs) job.finish();
    await Promise.all(all);
    expect(began).toEqual([0, 1, 2, 3]);
  });

  it('sends away whom it has no room for, and has room again later', async () => {
    const turnstile = new Turnstile(1, 1);
    const job = work();
    const all = [turnstile.run(job.run), turnstile.run(job.run)];
    await expect(turnstile.run(job.run)).rejects.toMatchObject({ kind: 'unavailable', retryAfter: 2 });
    job.finish();
    await Promise.all(all);
    await expect(turnstile.run(async () => 'in')).resolves.toBe('in');
  });

  it('gives the place on when work fails', async () => {
    const turnstile = new Turnstile(1, 1);
    await expect(turnstile.run(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
    await expect(turnstile.run(async () => 'in')).resolves.toBe('in');
  });
});
