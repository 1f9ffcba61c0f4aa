import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { createTestApp, type TestApp } from '../support/app.js';
import { FaultProxy } from '../support/fault-proxy.js';
import { call, callJson } from '../support/client.js';
import { redisUrl } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { TestSocket } from '../support/socket.js';

describe('rooms while Redis is unavailable', () => {
  let proxy: FaultProxy;
  let parley: TestApp;
  /** Another replica, whose Redis is always available. */
  let other: TestApp;

  beforeAll(async () => {
    proxy = await FaultProxy.to(redisUrl());
    const settings = { INGESTION_WORKER: 'external' };
    other = await createTestApp(settings);
    parley = await createTestApp({ ...settings, DATABASE_URL: other.databaseUrl, REDIS_URL: proxy.url });
  });
  afterAll(async () => {
    await parley?.close();
    await other?.close();
    await proxy?.close();
  });

  const path = (room: string) => `/v1/chat/sessions/${room}`;
  const post = (app: TestApp, room: string, content: string) =>
    callJson(app.url, `${path(room)}/messages`, { body: { role: 'user', content } });
  /** A socket that has seen a first message. */
  const follow = async (room: string) => {
    const socket = await TestSocket.open(parley.url, `${path(room)}/ws`);
    await socket.until(1);
    await post(parley, room, 'before');
    await socket.until(2);
    return socket;
  };
  const contents = (socket: TestSocket) =>
    socket.frames.map(({ type, message }) =>
      type === 'message.created' ? (message as { content: string }).content : type,
    );

  it('keeps sockets, answers 503, and then shows the missed messages', async () => {
    const room = randomUUID();
    const socket = await follow(room);

    proxy.cut();
    const refused = await call(parley.url, `${path(room)}/messages`);
    expect(refused.status).toBe(503);
    expect(refused.headers.get('retry-after')).toBe('1');
    expect(await refused.json()).toEqual({
      detail: 'Chat storage backend is unavailable. Please try again later.',
    });
    expect((await post(parley, room, 'lost')).status).toBe(503);
    expect((await callJson(parley.url, '/health/ready')).body).toMatchObject({ missing: ['redis'] });
    expect((await (await TestSocket.open(parley.url, `${path(room)}/ws`)).closed).code).toBe(1011);
    expect((await post(other, room, 'meanwhile')).status).toBe(201);

    proxy.mend();
    await eventually(async () => expect((await post(parley, room, 'after')).status).toBe(201), 15_000);
    await socket.until(4);
    expect(contents(socket)).toEqual(['session.sync', 'before', 'meanwhile', 'after']);
    expect((await callJson(parley.url, '/health/ready')).status).toBe(200);
    await socket.close();
  });

  it('shows the missed messages when nothing but its subscription was cut', async () => {
    const room = randomUUID();
    const socket = await follow(room);
    const redis = new Redis(redisUrl());
    const list = String(await redis.call('CLIENT', 'LIST', 'TYPE', 'pubsub'));
    const ours = list.split('\n').filter((line) => line.includes(` db=${redis.options.db} `));
    expect(ours.length).toBeGreaterThanOrEqual(2);
    for (const line of ours) await redis.client('KILL', 'ID', /id=(\d+)/.exec(line)![1]!);
    redis.disconnect();
    expect((await post(other, room, 'meanwhile')).status).toBe(201);
    expect((await post(parley, room, 'after')).status).toBe(201);
    await socket.until(4);
    expect(contents(socket)).toEqual(['session.sync', 'before', 'meanwhile', 'after']);
    await socket.close();
  });

  it('starts sockets afresh when the room was forgotten meanwhile', async () => {
    const room = randomUUID();
    const socket = await follow(room);
    proxy.cut();
    // As after a restart of a Redis that keeps nothing: another log under the same name.
    await call(other.url, path(room), { method: 'DELETE' });
    await post(other, room, 'a new beginning');
    proxy.mend();
    await socket.until(3);
    expect(socket.frames[2]).toMatchObject({
      type: 'session.sync',
      session: { session_id: room, messages: [{ content: 'a new beginning' }] },
    });
    await socket.close();
  });

  it('closes the socket whose message could not be stored', async () => {
    const room = randomUUID();
    const [sender, neighbour] = [
      await TestSocket.open(parley.url, `${path(room)}/ws`),
      await TestSocket.open(parley.url, `${path(room)}/ws`),
    ];
    await Promise.all([sender.until(1), neighbour.until(1)]);
    proxy.cut();
    sender.send({ role: 'user', content: 'nowhere to go' });
    expect((await sender.closed).code).toBe(1011);
    expect(neighbour.socket.readyState).toBe(neighbour.socket.OPEN);
    proxy.mend();
    await neighbour.close();
  });
});
