import { jest } from '@jest/globals';
import type { Job } from 'bullmq';
import { Config } from '../../config/config.js';
import type { IngestionJob, IngestionQueue } from '../ingestion-queue.js';
import type { IngestionTurns } from './ingestion-turns.js';
import { PlaceSharing } from './place-sharing.js';

describe('the sharing of the places of a worker between owners', () => {
  let waiting: string[];
  let sharing: PlaceSharing;
  /** Jobs that went back to the queue, with their next turn. */
  let yielded: string[];

  beforeEach(() => {
    jest.useFakeTimers();
    [waiting, yielded] = [[], []];
    const queue: Partial<IngestionQueue> = { waitingTenants: async () => waiting };
    const turns: Partial<IngestionTurns> = { take: async () => [7], began: async () => undefined };
    const config = new Config({ INGESTION_CONCURRENCY: '2', JWT_SECRET: 'x'.repeat(32) });
    sharing = new PlaceSharing(queue as IngestionQueue, turns as IngestionTurns, config);
    sharing.onApplicationBootstrap();
  });
  afterEach(() => {
    sharing.onModuleDestroy();
    jest.useRealTimers();
  });

  /** A file that takes for ever, unless its place is wanted. */
  const index = async (id: string, tenant: string) => {
    const job: Partial<Job<IngestionJob>> = {
      id,
      data: { attachmentId: id, revision: 1, tenant },
      priority: 1,
      changePriority: async ({ priority }) => void yielded.push(`${id} to turn ${priority}`),
    };
    void sharing.hold(
      job as Job<IngestionJob>,
      (signal) => new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve())),
    );
    await jest.advanceTimersByTimeAsync(1);
  };

  it('takes one of several from an owner when another waits, and puts it behind those who wait', async () => {
    await index('first', 'user:a');
    await index('second', 'user:a');
    waiting = ['user:a', 'user:b'];
    await jest.advanceTimersByTimeAsync(8_000);
    expect(yielded).toEqual(['second to turn 7']);
    await index('other', 'user:b');
    await jest.advanceTimersByTimeAsync(60_000);
    expect(yielded).toHaveLength(1);
  });

  it('leaves an owner all places while no other waits', async () => {
    await index('first', 'user:a');
    await index('second', 'user:a');
    waiting = ['user:a'];
    await jest.advanceTimersByTimeAsync(60_000);
    expect(yielded).toEqual([]);
  });
});
