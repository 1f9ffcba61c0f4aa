import { jest } from '@jest/globals';
import type { Logger } from '../common/logger.js';
import type { RunsRepository } from '../database/repositories/runs/runs.repository.js';
import type { DeletedRuns } from '../sessions/deleted-runs.js';
import { DeletedRunListener } from './deleted-run-listener.js';
import { LOST, type Failure } from './run-endings.js';
import { RunFollower } from './run-follower.js';
import type { RunLog } from './run-log.js';
import type { RunProducer } from './run-producer.js';
import type { RunEvent } from './run.js';

describe('runs whose conversation is deleted', () => {
  let announce: (runIds: string[]) => void;
  let follower: RunFollower;
  let ended: [runId: string, failure: Failure][];
  let removed: string[];
  /** Ends the answer that is being produced here. */
  let end: () => void;

  beforeEach(() => {
    jest.useFakeTimers();
    [ended, removed] = [[], []];
    // Stores that never respond: the listener must not wait for them.
    const never = new Promise<never>(() => undefined);
    const log: Partial<RunLog> = {
      read: () => never,
      remove: async (runIds) => void removed.push(...runIds),
    };
    const runs: Partial<RunsRepository> = { findWatched: () => never };
    follower = new RunFollower(log as RunLog, runs as RunsRepository, {} as Logger);
    const producer: Partial<RunProducer> = {
      end: (runId, failure) => {
        ended.push([runId, failure]);
        return new Promise((resolve) => (end = () => resolve(true)));
      },
    };
    const deleted: Partial<DeletedRuns> = { listen: (listener) => void (announce = listener) };
    new DeletedRunListener(
      deleted as DeletedRuns,
      producer as RunProducer,
      follower,
      log as RunLog,
    ).onApplicationBootstrap();
  });
  afterEach(() => {
    follower.onApplicationShutdown();
    jest.useRealTimers();
  });

  const watch = (runId: string) => {
    const seen: RunEvent[] = [];
    follower.follow(runId, 4, (events) => seen.push(...events));
    return seen;
  };

  it('end immediately for their watchers, and no others do', () => {
    const [deleted, other] = [watch('deleted'), watch('other')];
    announce(['deleted']);
    expect(deleted).toMatchObject([{ type: 'failed', offset: 5, code: 'run-lost' }]);
    expect(other).toEqual([]);
    expect(ended).toEqual([['deleted', LOST]]);
  });

  it('end for those who watched them where they were produced, as soon as the answer has stopped', async () => {
    announce(['deleted']);
    const late = watch('deleted');
    end();
    await jest.advanceTimersByTimeAsync(0);
    expect(late).toMatchObject([{ type: 'failed', code: 'run-lost' }]);
  });

  it('leave no log', async () => {
    announce(['deleted']);
    await jest.advanceTimersByTimeAsync(60_000);
    expect(removed).toEqual(['deleted']);
  });
});
