import { jest } from '@jest/globals';
import type { Logger } from '../common/logger.js';
import { LiveRuns } from './live-runs.js';
import { ProcessLease } from './recovery/process-lease.js';
import type { RunBatch, RunLog } from './run-log.js';
import type { RunEvent, RunEventBody } from './run.js';

/** Events in order: `log` for a command to the log, `ID` for a write to a watcher, each with its payload. */
let story: string[];
let runs: LiveRuns;

beforeEach(() => {
  jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask', 'setImmediate'] });
  story = [];
  const log = {
    append: async (batches: readonly RunBatch[]) => {
      story.push(`log ${batches.map(({ runId, events }) => `${runId}=${texts(events)}`).join(' ')}`);
    },
  };
  runs = new LiveRuns(log as unknown as RunLog, {} as Logger, new ProcessLease());
});
afterEach(async () => {
  await runs.beforeApplicationShutdown();
  jest.useRealTimers();
});

const texts = (events: readonly RunEvent[]) =>
  events.map((event) => (event.type === 'token' ? event.text : event.type)).join('');

function open(id: string) {
  const run = runs.open(id, {});
  run.watch(0, (events) => story.push(`${id}=${texts(events)}`));
  return run;
}

const token = (text: string): RunEventBody => ({ type: 'token', text });
const turn = () => new Promise((resolve) => setImmediate(resolve));

/** Two runs whose tokens take some time to show: the following tokens are delayed. */
async function load() {
  const [a, b] = [open('a'), open('b')];
  const unwatch = a.watch(0, () => jest.advanceTimersByTime(2));
  for (const text of ['1', '2']) {
    for (const run of [a, b]) run.append(token(text));
    await turn();
  }
  unwatch();
  story = [];
  return [a, b] as const;
}

describe('runs of this process', () => {
  it('are logged before they are shown, all new ones in one write', async () => {
    const [a, b] = [open('a'), open('b')];
    a.append({ type: 'started', conversationId: 'talk' });
    b.append(token('x'));
    a.append(token('y'));
    expect(story).toEqual([]);
    await turn();
    expect(story).toEqual(['log a=startedy b=x', 'a=startedy', 'b=x']);
  });

  it('are shown with every turn of the event loop while that takes no time', async () => {
    const run = open('a');
    for (const text of ['x', 'y', 'z']) {
      run.append(token(text));
      await turn();
    }
    expect(story.filter((line) => line.startsWith('a='))).toEqual(['a=x', 'a=y', 'a=z']);
  });

  it('share their writes when these take time', async () => {
    const [a, b] = await load();
    a.append(token('3'));
    await turn();
    b.append(token('3'));
    a.append(token('4'));
    jest.advanceTimersByTime(19);
    expect(story).toEqual([]);
    jest.advanceTimersByTime(1);
    expect(story).toEqual(['log a=34 b=3', 'a=34', 'b=3']);
  });

  it('write first tokens and ends immediately', async () => {
    const [a, b] = await load();
    const late = open('c');
    late.append(token('1'));
    b.append(token('3'));
    a.append(token('3'));
    a.append({ type: 'completed', reply: '123', state: {} });
    await turn();
    expect(story).toEqual(['log c=1 a=3completed', 'c=1', 'a=3completed']);
    jest.advanceTimersByTime(20);
    expect(story.slice(3)).toEqual(['log b=3', 'b=3']);
  });

  it('are batched within a time that is not noticeable', async () => {
    const [a] = await load();
    const unwatch = a.watch(2, () => jest.advanceTimersByTime(1_000));
    a.append(token('3'));
    jest.advanceTimersByTime(20);
    unwatch();
    a.append(token('4'));
    jest.advanceTimersByTime(50);
    expect(story.at(-1)).toBe('a=4');
  });

  it('give watchers that resume together the same events, so that they share the encoded frames', async () => {
    const run = open('a');
    const missed: (readonly RunEvent[])[] = [];
    const comeBack = (after: number) => run.watch(after, (events) => missed.push(events))();
    for (const text of ['1', '2', '3']) run.append(token(text));
    await turn();
    for (const after of [1, 1, 0]) comeBack(after);
    run.append(token('4'));
    await turn();
    comeBack(1);
    expect(missed.map(texts)).toEqual(['23', '23', '123', '234']);
    expect(missed[0]).toBe(missed[1]);
  });

  describe('whose lease is over', () => {
    const FROZEN_MS = 16_000;
    const thaw = async () => {
      const run = open('a');
      run.append(token('1'));
      await turn();
      story = [];
      jest.advanceTimersByTime(FROZEN_MS);
      for (const text of ['2', '3']) run.append(token(text));
      await turn();
      jest.advanceTimersByTime(100);
      await turn();
      return run;
    };

    it('are neither shown nor logged until it is renewed, and whole then', async () => {
      const run = await thaw();
      expect(story).toEqual([]);
      runs.renew(['a'], performance.now());
      await turn();
      expect(story).toEqual(['log a=23', 'a=23']);
      run.append(token('4'));
      jest.advanceTimersByTime(50);
      await turn();
      expect(story.at(-1)).toBe('a=4');
    });

    it('are followed in the stored log, after the last event sent, when another process produces them', async () => {
      const run = await thaw();
      const followed: number[] = [];
      let isFollowed = true;
      const unwatch = run.watch(1, () => story.push('late'));
      runs.release(run, (after) => {
        followed.push(after);
        return () => (isFollowed = false);
      });
      expect(followed).toEqual([1, 1]);
      run.append(token('4'));
      await turn();
      expect(story).toEqual([]);
      unwatch();
      expect(isFollowed).toBe(false);
    });
  });
});
