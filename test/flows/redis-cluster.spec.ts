import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { createCluster } from '../../src/adapters/redis/cluster.js';
import { LogRedis } from '../../src/adapters/redis/log-redis.js';
import { openCluster, openRedis } from '../../src/adapters/redis/open-redis.js';
import { createRedis } from '../../src/adapters/redis/redis.js';
import { clearRooms, readRooms, writeRoom, type RoomKey } from '../../src/backup/rooms.js';
import { createTestApp, type TestApp } from '../support/app.js';
import { call, callJson, register, type Account } from '../support/client.js';
import { redisUrl } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { FakeOpenAi } from '../support/fake-openai.js';
import { sayPaced } from '../support/fake-openai-plays.js';
import { textOf } from '../support/runs.js';
import { RedisCluster } from '../support/redis-cluster.js';
import { startRedisServer } from '../support/redis-server.js';
import { TestSocket } from '../support/socket.js';
import { collectSse, sseEvents, type SseEvent } from '../support/sse.js';

interface Message {
  content: string;
}

const TALE = Array.from({ length: 120 }, (_, i) => `word${i}`).join(' ');
const WITHIN_MS = 60_000;

describe('run logs and rooms on a Redis Cluster', () => {
  let cluster: RedisCluster;
  let queue: Awaited<ReturnType<typeof startRedisServer>>;
  let model: FakeOpenAi;
  let one: TestApp;
  let two: TestApp;
  let me: Account;

  beforeAll(async () => {
    [cluster, queue, model] = await Promise.all([
      RedisCluster.start(),
      startRedisServer(['port PORT']),
      FakeOpenAi.start(),
    ]);
    const settings = {
      OPENAI_BASE_URL: model.url,
      JWT_SECRET: 'one secret for both of the replicas',
      REDIS_URL: `redis://127.0.0.1:${queue.port}`,
      REDIS_CLUSTER_NODES: cluster.urls,
    };
    one = await createTestApp(settings);
    two = await createTestApp({ ...settings, DATABASE_URL: one.databaseUrl });
    me = await register(one.url);
  }, 120_000);
  afterAll(async () => {
    await two?.close();
    await one?.close();
    await model?.close();
    await queue?.close();
    await cluster?.close();
  });

  const pathOf = (room: string) => `/v1/chat/sessions/${room}/messages`;
  const post = async (room: string, content: string) =>
    (await callJson(one.url, pathOf(room), { body: { role: 'user', content } })).status;
  const history = async (room: string, { url }: TestApp) =>
    (await callJson<{ messages: Message[] }>(url, pathOf(room))).body.messages.map(({ content }) => content);
  const send = (body: object = {}) =>
    call(one.url, '/chat', {
      token: me.accessToken,
      body: { message: 'A tale', agent: 'assistant', ...body },
    });
  const watch = (runId: string) => call(two.url, `/runs/${runId}/stream`, { token: me.accessToken });

  it('show an answer through another replica while it is written', async () => {
    model.reply(sayPaced(TALE, 5));
    const answer = await send();
    const watched = await watch(answer.headers.get('x-run-id')!);
    const [own, other] = await Promise.all([collectSse(answer), collectSse(watched)]);
    expect(textOf(own)).toBe(TALE);
    expect(textOf(other)).toBe(TALE);
  });

  it('show every message of a room on all replicas, and list the rooms', async () => {
    const rooms = Array.from({ length: 12 }, () => randomUUID());
    const socket = await TestSocket.open(two.url, `/v1/chat/sessions/${rooms[0]}/ws`);
    for (const room of rooms) expect(await post(room, `hello ${room}`)).toBe(201);
    await eventually(async () => expect(JSON.stringify(socket.frames)).toContain(`hello ${rooms[0]}`));
    socket.socket.close();
    for (const room of rooms) expect(await history(room, two)).toEqual([`hello ${room}`]);
    const { body } = await callJson(two.url, '/v1/chat/sessions');
    for (const room of rooms) expect(JSON.stringify(body)).toContain(room);
    await call(one.url, `/v1/chat/sessions/${rooms[0]}`, { method: 'DELETE' });
    expect(await history(rooms[0]!, two)).toEqual([]);
    expect(JSON.stringify((await callJson(two.url, '/v1/chat/sessions')).body)).not.toContain(rooms[0]);
  });

  it('are spread over the masters, and leave the other Redis', async () => {
    const keys = await cluster.keys();
    for (const [, own] of keys) expect(own.some((key) => key.startsWith('parley:room:'))).toBe(true);
    const single = new Redis(queue.port, '127.0.0.1');
    const others = await single.keys('parley:*');
    single.disconnect();
    expect(others.filter((key) => /^parley:(run|room|rooms):/.test(key))).toEqual([]);
  });

  it('count a message once that is repeated under its id', async () => {
    const room = randomUUID();
    const message = { role: 'user', content: 'once', client_message_id: 'a' };
    for (let i = 0; i < 2; i++) await callJson(one.url, pathOf(room), { body: message });
    expect(await history(room, two)).toEqual(['once']);
  });

  it('keep rooms through a backup and a restore', async () => {
    const room = randomUUID();
    for (const content of ['first', 'second']) expect(await post(room, content)).toBe(201);
    const logs = one.app.get(LogRedis);
    const saved: RoomKey[] = [];
    for await (const key of readRooms(logs)) saved.push(key);
    await clearRooms(logs);
    expect(
      [...(await cluster.keys()).values()].flat().filter((key) => key.startsWith('parley:room')),
    ).toEqual([]);
    for (const key of saved) await writeRoom(logs, key);
    expect(await history(room, two)).toEqual(['first', 'second']);
    expect(JSON.stringify((await callJson(two.url, '/v1/chat/sessions')).body)).toContain(room);
  });

  it('show fifty concurrent answers and two hundred messages of rooms, complete and in order, through the other replica', async () => {
    model.reply(sayPaced(TALE, 5));
    const rooms = Array.from({ length: 4 }, () => randomUUID());
    const sockets = await Promise.all(
      rooms.map((room) => TestSocket.open(two.url, `/v1/chat/sessions/${room}/ws`)),
    );
    const answers = Array.from({ length: 50 }, async () => {
      const answer = await send();
      const watched = watch(answer.headers.get('x-run-id')!);
      const [own, other] = await Promise.all([collectSse(answer), watched.then(collectSse)]);
      return [textOf(own), textOf(other)];
    });
    const contents = Array.from({ length: 50 }, (_, i) => `message ${i}`);
    const talks = rooms.map(async (room) => {
      for (const content of contents) expect(await post(room, content)).toBe(201);
    });
    for (const texts of await Promise.all(answers)) expect(texts).toEqual([TALE, TALE]);
    await Promise.all(talks);
    for (const room of rooms) expect(await history(room, two)).toEqual(contents);
    await eventually(async () => {
      for (const { frames } of sockets)
        expect(frames.flatMap(({ message }) => (message as Message | undefined)?.content ?? [])).toEqual(
          contents,
        );
    });
    for (const { socket } of sockets) socket.close();
  }, 120_000);

  it('keep nothing of an account that was erased', async () => {
    const eve = await register(one.url);
    model.reply(TALE);
    const runIds: string[] = [];
    for (let i = 0; i < 6; i++) {
      const body = { message: 'A tale', agent: 'assistant' };
      const answer = await call(one.url, '/chat', { token: eve.accessToken, body });
      runIds.push(answer.headers.get('x-run-id')!);
      await collectSse(answer);
    }
    const traces = async () =>
      [...(await cluster.keys()).values()].flat().filter((key) => runIds.some((id) => key.includes(id)));
    expect((await traces()).length).toBeGreaterThanOrEqual(runIds.length);
    const erased = await call(two.url, '/users/me', {
      method: 'DELETE',
      token: eve.accessToken,
      body: { password: eve.password },
    });
    expect(erased.status).toBe(200);
    await eventually(async () => expect(await traces()).toEqual([]), WITHIN_MS);
  }, 120_000);

  it('go on when a master is killed that has a replica', async () => {
    model.reply(sayPaced(TALE, 25));
    const answer = await send();
    const runId = answer.headers.get('x-run-id')!;
    const room = randomUUID();
    expect(await post(room, 'before')).toBe(201);
    const watched = await watch(runId);
    const seen: SseEvent[] = [];
    const [own] = await Promise.all([
      collectSse(answer),
      (async () => {
        for await (const event of sseEvents(watched)) {
          seen.push(event);
          if (seen.length === 20) await cluster.kill(await cluster.masterOf(`parley:run:${runId}`));
        }
      })(),
    ]);
    expect(textOf(own)).toBe(TALE);
    expect(textOf(seen)).toBe(TALE);
    // One that is refused during the failover may be stored nevertheless: under its id it is counted once.
    const after = { role: 'user', content: 'after', client_message_id: 'after' };
    await eventually(
      async () => expect((await callJson(one.url, pathOf(room), { body: after })).status).toBe(201),
      WITHIN_MS,
    );
    expect(await history(room, two)).toEqual(['before', 'after']);
    const socket = await TestSocket.open(two.url, `/v1/chat/sessions/${room}/ws`);
    expect(await post(room, 'live')).toBe(201);
    await eventually(async () => expect(JSON.stringify(socket.frames)).toContain('live'), WITHIN_MS);
    socket.socket.close();
    await eventually(async () => expect((await call(two.url, '/health/ready')).status).toBe(200), WITHIN_MS);
  }, 120_000);

  it('leave answers whole when a part of the cluster is lost, and say that rooms are unavailable', async () => {
    const room = randomUUID();
    const key = `parley:room:{public:${room}}`;
    // The replica of the first master took its place and has none; others are killed with theirs.
    for (let left = await cluster.masters(); left.length > 1; left = await cluster.masters())
      await cluster.kill(await cluster.masterOf(key).catch(() => left[0]!));
    await eventually(async () => expect(await post(room, 'lost')).toBe(503), WITHIN_MS);
    model.reply(TALE);
    const answer = await send();
    const runId = answer.headers.get('x-run-id')!;
    expect(textOf(await collectSse(answer))).toBe(TALE);
    expect(textOf(await collectSse(await watch(runId)))).toBe(TALE);
    await eventually(async () => {
      const ready = await callJson(one.url, '/health/ready');
      expect([ready.status, ready.body.missing]).toEqual([503, ['redis']]);
    }, WITHIN_MS);
  }, 120_000);

  it('refuse a cluster in REDIS_URL, and nodes that are none, in one sentence', async () => {
    const [master] = await cluster.masters();
    const redis = createRedis(`redis://127.0.0.1:${master}`);
    await expect(openRedis(redis, 'REDIS_URL')).rejects.toThrow(
      /^REDIS_URL cannot be used: it is a node of a Redis Cluster.*REDIS_CLUSTER_NODES/,
    );
    redis.disconnect();
    const none = createCluster([redisUrl()]);
    await expect(openCluster(none)).rejects.toThrow(
      /^REDIS_CLUSTER_NODES cannot be used: .*cluster support disabled/,
    );
    none.disconnect();
  }, 60_000);
});
