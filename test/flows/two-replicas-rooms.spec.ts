import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { createTestApp, type TestApp } from '../support/app.js';
import { FaultProxy } from '../support/fault-proxy.js';
import { callJson } from '../support/client.js';
import { redisUrl } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { TestSocket } from '../support/socket.js';

interface Message {
  content: string;
}
interface Frame {
  type?: string;
  session?: { messages: Message[] };
  message?: Message;
}

describe('a room on two replicas, one of which loses Redis now and then', () => {
  let proxy: FaultProxy;
  let steady: TestApp;
  let shaky: TestApp;

  beforeAll(async () => {
    proxy = await FaultProxy.to(redisUrl());
    const settings = { INGESTION_WORKER: 'external' };
    steady = await createTestApp(settings);
    shaky = await createTestApp({ ...settings, DATABASE_URL: steady.databaseUrl, REDIS_URL: proxy.url });
  });
  afterAll(async () => {
    await shaky?.close();
    await steady?.close();
    await proxy?.close();
  });

  it('shows every socket every message once and in order, while all post, join, and Redis restarts', async () => {
    const POSTS = 300;
    const room = `/v1/chat/sessions/${randomUUID()}`;
    const stored: string[] = [];
    const sockets: TestSocket[] = [];
    let next = 0;

    const isOn = () => stored.length < POSTS;
    const untilStored = async (count: number) => {
      while (stored.length < count) await sleep(5);
    };
    const poster = async ({ url }: TestApp) => {
      while (isOn()) {
        const content = `message ${next++}`;
        const { status } = await callJson(url, `${room}/messages`, { body: { role: 'user', content } });
        if (status === 201) stored.push(content);
        else await sleep(20);
      }
    };
    const joiner = async ({ url }: TestApp) => {
      while (isOn()) {
        sockets.push(await TestSocket.open(url, `${room}/ws`));
        await sleep(30);
      }
    };
    const saboteur = async () => {
      for (const count of [POSTS / 4, POSTS / 2]) {
        await untilStored(count);
        proxy.cut();
        await untilStored(count + POSTS / 8);
        proxy.mend();
      }
    };
    await Promise.all([steady, shaky].flatMap((app) => [poster(app), joiner(app)]).concat(saboteur()));

    const { messages } = (await callJson<{ messages: Message[] }>(steady.url, `${room}/messages`)).body;
    const contents = messages.map(({ content }) => content);
    // A message whose answer got lost with the line may be stored all the same, but none is stored twice.
    expect(new Set(contents).size).toBe(contents.length);
    expect(contents).toEqual(expect.arrayContaining(stored));

    // Those that came to the replica while it could not read the room were refused.
    const guests = sockets.filter(({ socket }) => socket.readyState === socket.OPEN);
    expect(guests.length).toBeGreaterThan(10);
    await eventually(async () => {
      for (const guest of guests) expect(shown(guest.frames)).toEqual(contents);
    }, 15_000);
    await Promise.all(guests.map((guest) => guest.close()));
  });

  /** What a socket shows in the end: its last sync, and what came after. */
  const shown = (frames: Frame[]) =>
    frames.reduce<string[]>(
      (seen, { type, session, message }) =>
        type === 'session.sync'
          ? session!.messages.map(({ content }) => content)
          : [...seen, ...(message ? [message.content] : [])],
      [],
    );
});
