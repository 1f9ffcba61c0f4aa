import { jest } from '@jest/globals';
import type { Logger } from '../../common/logger.js';
import type { RunLeasesRepository } from '../../database/repositories/runs/run-leases.repository.js';
import type { BegunRun } from '../../database/repositories/runs/runs.repository.js';
import { ProcessLease } from './process-lease.js';
import type { RunProducer } from '../run-producer.js';
import { UnconfirmedStarts } from './unconfirmed-starts.js';

const timeout = new Error('Query read timeout');

describe('a start whose answer is lost', () => {
  let stored: string[];
  let isUnavailable: boolean;
  let story: string[];
  let starts: UnconfirmedStarts;

  beforeEach(() => {
    jest.useFakeTimers();
    [stored, isUnavailable, story] = [[], false, []];
    const leases: Partial<RunLeasesRepository> = {
      begun: async (ids) => {
        if (isUnavailable) throw timeout;
        return stored.filter((id) => ids.includes(id)).map((runId) => ({ runId }) as BegunRun);
      },
      withdraw: async (id) => void story.push(`withdrawn ${id}`),
    };
    const producer: Partial<RunProducer> = { begin: ({ runId }) => void story.push(`begun ${runId}`) };
    const logger: Partial<Logger> = { warn: () => undefined };
    starts = new UnconfirmedStarts(
      leases as RunLeasesRepository,
      new ProcessLease(),
      producer as RunProducer,
      logger as Logger,
    );
  });
  afterEach(() => {
    starts.onApplicationShutdown();
    jest.useRealTimers();
  });

  const fail = (runId: string, error: Error, claim?: object) =>
    expect(starts.watching({ runId, claim }, () => Promise.reject(error))).rejects.toBe(error);

  it('is rolled back as soon as it is found, and started when its request is repeated', async () => {
    await fail('plain', timeout);
    await fail('keyed', timeout, { key: 'k' });
    await jest.advanceTimersByTimeAsync(2_000);
    expect(story).toEqual([]);
    stored = ['plain', 'keyed'];
    await jest.advanceTimersByTimeAsync(300);
    expect(story).toEqual(['withdrawn plain', 'begun keyed']);
    await jest.advanceTimersByTimeAsync(30_000);
    expect(story).toHaveLength(2);
  });

  it('is found when PostgreSQL answers again', async () => {
    isUnavailable = true;
    await fail('plain', timeout);
    stored = ['plain'];
    await jest.advanceTimersByTimeAsync(5_000);
    isUnavailable = false;
    await jest.advanceTimersByTimeAsync(300);
    expect(story).toEqual(['withdrawn plain']);
  });

  it('is left to those who look for orphans when its lease is over', async () => {
    await fail('plain', timeout);
    await jest.advanceTimersByTimeAsync(11_000);
    stored = ['plain'];
    await jest.advanceTimersByTimeAsync(5_000);
    expect(story).toEqual([]);
  });

  it('is not looked for when it was refused', async () => {
    stored = ['refused'];
    await fail('refused', new Error('conflict'));
    await jest.advanceTimersByTimeAsync(5_000);
    expect(story).toEqual([]);
  });
});
