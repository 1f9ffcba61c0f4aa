import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { LogRedis } from '../../src/adapters/redis/log-redis.js';
import { createRedis } from '../../src/adapters/redis/redis.js';
import type { LoggedEvent } from '../../src/runs/run.js';
import { RunLog } from '../../src/runs/run-log.js';
import { redisUrl } from '../support/database.js';
import { eventually } from '../support/eventually.js';

describe('the run log', () => {
  let redis: Redis;
  let log: RunLog;
  let runId: string;

  beforeAll(async () => {
    redis = createRedis(redisUrl());
    log = new RunLog(new LogRedis(redis, null));
    await eventually(async () => expect(await redis.ping()).toBe('PONG'));
    await eventually(() => log.append([{ runId: randomUUID(), events: [started] }]));
  });
  afterAll(() => {
    log.onApplicationShutdown();
    redis.disconnect();
  });
  beforeEach(() => {
    runId = randomUUID();
  });

  const started: LoggedEvent = { type: 'started', offset: 1, conversationId: 'c' };
  const token = (offset: number): LoggedEvent => ({ type: 'token', offset, text: `${offset} 😀\r\n"\u2028` });
  const tokens = (from: number, to: number) =>
    Array.from({ length: to - from + 1 }, (_, i) => token(from + i));
  const append = (...events: LoggedEvent[]) => log.append([{ runId, events }]);
  const readAfter = async (offset: number) => (await log.read(new Map([[runId, offset]]))).get(runId);

  it('returns the appended events, from any offset', async () => {
    const end: LoggedEvent = { type: 'completed', offset: 6, reply: 'r', state: { a: [1] } };
    await append(started, token(2));
    await append(token(3));
    await append(token(4), token(5), end);
    expect(await log.readAll(runId)).toEqual([started, ...tokens(2, 5), end]);
    expect(await readAfter(3)).toEqual([token(4), token(5), end]);
    // An entry is read whole.
    expect(await readAfter(4)).toEqual([token(4), token(5), end]);
    expect(await readAfter(6)).toBeUndefined();
    expect(await readAfter(99)).toBeUndefined();
  });

  it('stores an event once that is sent twice', async () => {
    await append(started, token(2));
    await append(started, token(2));
    await append(token(2), token(3));
    const offsets = (await log.readAll(runId)).map(({ offset }) => offset);
    expect(offsets).toEqual([1, 2, 2, 3]);
    expect(await redis.xlen(`parley:run:${runId}`)).toBe(2);
  });

  it('makes a gap detectable', async () => {
    await append(started);
    await append(token(5));
    expect((await readAfter(1))!.map(({ offset }) => offset)).toEqual([5]);
  });

  it('reads and appends many runs concurrently, each on its own', async () => {
    const ids = Array.from({ length: 100 }, () => randomUUID());
    await log.append(ids.map((id) => ({ runId: id, events: tokens(1, 10) })));
    const read = await log.read(new Map([...ids.map((id, i) => [id, i % 2 ? 0 : 10] as const), [runId, 0]]));
    expect(read.size).toBe(50);
    expect(read.get(ids[1]!)).toEqual(tokens(1, 10));
  });

  it('reads a long run in pages', async () => {
    for (let from = 1; from <= 3_000; from += 2) await append(token(from), token(from + 1));
    const events = await log.readAll(runId);
    expect(events).toEqual(tokens(1, 3_000));
    expect((await readAfter(0))!.length).toBeLessThan(events.length);
  });

  it('is kept for ten minutes while its run is in progress or waits, and for one after its end', async () => {
    const ttl = () => redis.ttl(`parley:run:${runId}`);
    await append(started);
    expect(await ttl()).toBeGreaterThan(590);
    await append({
      type: 'waiting',
      offset: 2,
      approvals: [],
      message: 'm',
      expiresAt: 'e',
      reply: '',
      state: {},
    });
    expect(await ttl()).toBeGreaterThan(590);
    await append(token(3), { type: 'completed', offset: 4, reply: 'r', state: {} });
    expect(await ttl()).toBeGreaterThan(50);
    expect(await ttl()).toBeLessThanOrEqual(60);
  });

  it('fails when it cannot append', async () => {
    await redis.set(`parley:run:${runId}`, 'something else');
    await expect(append(started)).rejects.toThrow(/WRONGTYPE/);
  });
});
