import { TimeoutError, within } from './within.js';

describe('work within a time', () => {
  it('has its result, or its error', async () => {
    await expect(within(10_000, Promise.resolve('done'))).resolves.toBe('done');
    await expect(within(10_000, Promise.reject(new Error('broken')))).rejects.toThrow('broken');
  });

  it('ends with the time, also where the work never does', async () => {
    await expect(within(1, new Promise(() => {}))).rejects.toThrow(TimeoutError);
  });

  it('may fail later without notice', async () => {
    let fail = (_error: Error): void => undefined;
    const work = new Promise<void>((_resolve, reject) => (fail = reject));
    await expect(within(1, work)).rejects.toThrow(TimeoutError);
    fail(new Error('an unhandled rejection ends the process'));
    await new Promise(setImmediate);
  });
});
