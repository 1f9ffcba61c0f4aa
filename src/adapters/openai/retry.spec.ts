import { connectionFailure, failureOfStatus as failureOf } from './failures.js';
import { ModelError } from './model-error.js';
import { retryDelay, withRetries } from './retry.js';

const least = () => 0;
const failureOfStatus = (status: number, retryAfter?: string) => failureOf(status, '', retryAfter);

describe('retryDelay', () => {
  it('doubles and is jittered, two times at most', () => {
    const failure = connectionFailure(undefined);
    expect([0, 1, 2].map((retries) => retryDelay(failure, retries, least))).toEqual([125, 250, null]);
    expect(retryDelay(failure, 0, () => 1)).toBe(250);
  });

  it('is the delay that the server requests', () => {
    expect(retryDelay(failureOfStatus(429, '3'), 0, least)).toBe(3_000);
    expect(retryDelay(failureOfStatus(429), 0, least)).toBe(125);
  });

  it.each([
    ['a refusal', failureOfStatus(401)],
    ['a missed deadline', new ModelError('model-timeout', 'x')],
    ['rubbish', new ModelError('model-protocol', 'x')],
  ])('is null after %s', (_, failure) => {
    expect(retryDelay(failure, 0)).toBeNull();
  });
});

describe('withRetries', () => {
  const busy = failureOfStatus(429, '0');

  function run(results: unknown[], withinMs = 1_000, signal = new AbortController().signal) {
    const left: number[] = [];
    const retried: ModelError[] = [];
    const attempt = async (leftMs: number) => {
      left.push(leftMs);
      const result = results[left.length - 1];
      if (result instanceof Error) throw result;
      return result;
    };
    const outcome = withRetries(attempt, { withinMs, signal, onRetry: (failure) => retried.push(failure) });
    return { outcome, left, retried };
  }

  it('gives the first good result', async () => {
    const { outcome, left, retried } = run([busy, busy, 'good']);
    expect(await outcome).toBe('good');
    expect(retried).toEqual([busy, busy]);
    expect(left).toEqual(left.toSorted((a, b) => b - a));
  });

  it('throws the third failure', async () => {
    const last = failureOfStatus(429, '0');
    await expect(run([busy, busy, last, 'good']).outcome).rejects.toBe(last);
  });

  it('does not wait past the deadline', async () => {
    const { outcome, left } = run([failureOfStatus(429, '2'), 'good']);
    await expect(outcome).rejects.toMatchObject({ code: 'model-rate-limited' });
    expect(left).toHaveLength(1);
  });

  it('does not try errors that are not the model’s again', async () => {
    const bug = new TypeError('x');
    await expect(run([bug, 'good']).outcome).rejects.toBe(bug);
  });

  it('stops waiting when it is aborted', async () => {
    const stop = new AbortController();
    const { outcome } = run([failureOfStatus(429, '60'), 'good'], 600_000, stop.signal);
    stop.abort();
    await expect(outcome).rejects.toMatchObject({ name: 'AbortError' });
  });
});
