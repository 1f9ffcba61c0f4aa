import { ConcurrencyLimiter } from './concurrency-limiter.js';

/** Work that ends on demand. */
function work() {
  let finish!: () => void;
  const done = new Promise<void>((resolve) => {
    finish = resolve;
  });
  return { finish, run: () => done };
}
const settle = () => new Promise((resolve) => setImmediate(resolve));

describe('ConcurrencyLimiter', () => {
  it('runs a limited number at a time, in order of arrival', async () => {
    const limiter = new ConcurrencyLimiter(2, 10);
    const jobs = [work(), work(), work(), work()];
    const began: number[] = [];
    const all = jobs.map((job, i) =>
      limiter.run(() => {
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

  it('refuses callers beyond its limit, and admits again later', async () => {
    const limiter = new ConcurrencyLimiter(1, 1);
    const job = work();
    const all = [limiter.run(job.run), limiter.run(job.run)];
    await expect(limiter.run(job.run)).rejects.toMatchObject({ kind: 'unavailable', retryAfter: 2 });
    job.finish();
    await Promise.all(all);
    await expect(limiter.run(async () => 'in')).resolves.toBe('in');
  });

  it('says for how long the oldest has waited', async () => {
    const limiter = new ConcurrencyLimiter(1, 2);
    const jobs = [work(), work(), work()];
    const all = [limiter.run(jobs[0]!.run)];
    await settle();
    expect(limiter.waitMs).toBe(0);
    all.push(limiter.run(jobs[1]!.run));
    await settle();
    const younger = performance.now();
    all.push(limiter.run(jobs[2]!.run));
    const ofYounger = performance.now() - younger;
    expect(limiter.waitMs).toBeGreaterThan(ofYounger);
    jobs[0]!.finish();
    await settle();
    expect(limiter.waitMs).toBeLessThanOrEqual(performance.now() - younger);
    for (const job of jobs) job.finish();
    await Promise.all(all);
    expect(limiter.waitMs).toBe(0);
  });

  it('gives the place on when work fails', async () => {
    const limiter = new ConcurrencyLimiter(1, 1);
    await expect(limiter.run(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
    await expect(limiter.run(async () => 'in')).resolves.toBe('in');
  });
});
