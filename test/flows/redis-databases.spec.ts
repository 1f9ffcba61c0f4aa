import { Redis } from 'ioredis';
import { createTestApp, type TestApp } from '../support/app.js';
import { call, callJson, register } from '../support/client.js';
import { eventually } from '../support/eventually.js';
import { startRedisServer } from '../support/redis-server.js';
import { TestSocket } from '../support/socket.js';

describe('two installations that share a Redis server, in databases of their own', () => {
  const room = '/v1/chat/sessions/reception';
  let server: Awaited<ReturnType<typeof startRedisServer>>;
  let first: TestApp;
  let replica: TestApp;
  let second: TestApp;

  beforeAll(async () => {
    server = await startRedisServer(['port PORT']);
    const inDatabase = (number: number) => ({
      REDIS_URL: `redis://127.0.0.1:${server.port}/${number}`,
      JWT_SECRET: 'one secret for both of the replicas',
    });
    first = await createTestApp(inDatabase(3));
    replica = await createTestApp({ ...inDatabase(3), DATABASE_URL: first.databaseUrl });
    second = await createTestApp(inDatabase(4));
  }, 60_000);
  afterAll(async () => {
    for (const app of [replica, first, second]) await app?.close();
    await server?.close();
  });

  const post = async ({ url }: TestApp, content: string) =>
    expect((await callJson(url, `${room}/messages`, { body: { role: 'user', content } })).status).toBe(201);
  const shown = ({ frames }: TestSocket) =>
    frames.flatMap((frame) => (frame.message as { content: string } | undefined)?.content ?? []);

  it('show messages of a room on all replicas of their own, and on no other', async () => {
    const sockets = await Promise.all(
      [first, replica, second].map(({ url }) => TestSocket.open(url, `${room}/ws`)),
    );
    await post(first, 'of the first');
    await post(second, 'of the second');
    await eventually(async () =>
      expect(sockets.map(shown)).toEqual([['of the first'], ['of the first'], ['of the second']]),
    );
    await post(replica, 'of the replica');
    await post(second, 'again');
    await eventually(async () => {
      const own = ['of the first', 'of the replica'];
      expect(sockets.map(shown)).toEqual([own, own, ['of the second', 'again']]);
    });
    for (const { socket } of sockets) socket.close();
  });

  it('publish on channels of their own alone', async () => {
    const spy = new Redis(server.port);
    const channels = new Set<string>();
    spy.on('pmessage', (_pattern, channel: string) => channels.add(channel));
    await spy.psubscribe('*');
    await post(first, 'seen');
    const me = await register(first.url);
    const { body } = await callJson(first.url, '/conversations', { token: me.accessToken, body: {} });
    await call(first.url, `/conversations/${String(body.id)}`, { token: me.accessToken, method: 'DELETE' });
    await call(first.url, '/auth/logout-all', { token: me.accessToken, method: 'POST' });
    await spy.ping();
    spy.disconnect();
    expect([...channels].filter((channel) => !channel.endsWith(':3'))).toEqual([]);
    expect([...channels]).toContain('parley:rooms:3');
  });
});
