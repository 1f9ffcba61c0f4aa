import { jest } from '@jest/globals';
import type { Logger } from '../common/logger.js';
import type { RunsRepository } from '../database/repositories/runs/runs.repository.js';
import type { StoredRun } from '../database/repositories/runs/stored-run.js';
import { RunFollower } from './run-follower.js';
import type { RunLog } from './run-log.js';
import type { LoggedEvent, RunEvent } from './run.js';

const ID = 'the run';
const started: LoggedEvent = { type: 'started', offset: 1, conversationId: 'talk' };
const token = (offset: number): LoggedEvent => ({ type: 'token', offset, text: `${offset} ` });

describe('watching a run of another process', () => {
  let stored: StoredRun;
  let logged: LoggedEvent[];
  let isLogUnavailable: boolean;
  let follower: RunFollower;
  let seen: RunEvent[];

  beforeEach(() => {
    jest.useFakeTimers();
    stored = {
      runId: ID,
      conversationId: 'talk',
      agent: 'assistant',
      status: 'streaming',
      wire: null,
      error: null,
      errorMessage: null,
      lastOffset: 3,
      reply: '2 3 ',
      sources: null,
      state: null,
      finishReason: null,
      usage: null,
      agentVersion: null,
      toolCalls: null,
      approvals: null,
      expiresAt: new Date(0),
      createdAt: new Date(),
      finishedAt: null,
    };
    logged = [started, token(2), token(3), token(4)];
    isLogUnavailable = false;
    const read = (after: number) => {
      if (isLogUnavailable) throw new Error('Command timed out');
      return logged.filter(({ offset }) => offset > after);
    };
    const log: Partial<RunLog> = {
      read: async (after) => {
        const events = read(after.get(ID)!);
        return new Map(events.length > 0 ? [[ID, events]] : []);
      },
      readAll: async () => read(0),
      reaches: async (_runId, offset) => read(offset - 1).length > 0,
    };
    const runs: Partial<RunsRepository> = { findWatched: async () => [stored] };
    const logger: Partial<Logger> = { warn: () => undefined };
    follower = new RunFollower(log as RunLog, runs as RunsRepository, logger as Logger);
    seen = [];
  });
  afterEach(() => {
    follower.onApplicationShutdown();
    jest.useRealTimers();
  });

  const watch = async (after: number, ms: number) => {
    follower.follow(ID, after, (events) => seen.push(...events));
    await jest.advanceTimersByTimeAsync(ms);
    return seen.map(({ type, offset }) => `${type} ${offset}`);
  };

  it('shows each event once while its producer is silent, although the checkpoint is behind the log', async () => {
    expect(await watch(0, 20_000)).toEqual(['started 1', 'token 2', 'token 3', 'token 4']);
    expect(await watch(4, 20_000)).toHaveLength(4);
  });

  it('resets once when log and checkpoint are both behind the watcher’s offset', async () => {
    expect(await watch(9, 20_000)).toEqual(['reset 4']);
    expect(seen[0]).toMatchObject({ reply: '2 3 4 ' });
  });

  it('resets once to the checkpoint when the log is lost', async () => {
    logged = [];
    expect(await watch(4, 20_000)).toEqual(['reset 3']);
  });

  it('resets no watcher while the log cannot be read', async () => {
    isLogUnavailable = true;
    expect(await watch(4, 20_000)).toEqual([]);
  });

  it('starts at the beginning when the run ended before its first event', async () => {
    logged = [];
    stored = { ...stored, status: 'interrupted', lastOffset: 2, reply: '', error: 'interrupted' };
    expect(await watch(0, 2_000)).toEqual(['started 1', 'failed 2']);
    expect(seen[0]).toEqual(started);
  });

  it('begins with the beginning when the log is lost', async () => {
    logged = [];
    expect(await watch(0, 2_000)).toEqual(['started 1', 'reset 3']);
  });

  it.each([
    ['waits', 'queued', 0, []],
    ['was stopped while it waited', 'cancelled', 2, ['started 1', 'failed 2']],
  ] as const)('shows of a run that %s what there is', async (_name, status, lastOffset, events) => {
    logged = [];
    stored = { ...stored, status, lastOffset, reply: '' };
    expect(await watch(0, 5_000)).toEqual(events);
  });
});
