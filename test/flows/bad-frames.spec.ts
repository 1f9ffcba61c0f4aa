import { setTimeout as sleep } from 'node:timers/promises';
import { createTestApp, type TestApp } from '../support/app.js';
import { callJson, register, type Account } from '../support/client.js';
import { FakeOpenAi } from '../support/fake-openai.js';
import { TestSocket } from '../support/socket.js';

const ORIGIN = 'https://app.example';
/** A second of what a broken client sends 100 times a second. */
const FRAMES = 100;
const EVERY_MS = 10;

describe('sockets and what they cannot take', () => {
  let model: FakeOpenAi;
  let parley: TestApp;
  let me: Account;

  beforeAll(async () => {
    model = await FakeOpenAi.start();
    parley = await createTestApp({
      OPENAI_BASE_URL: model.url,
      OPENAI_API_KEY: 'a-key-of-the-tests',
      CORS_ORIGINS: ORIGIN,
    });
    me = await register(parley.url);
  });
  afterAll(async () => {
    await parley?.close();
    await model?.close();
  });

  interface Door {
    name: string;
    path(): string;
    /** Frames that do not fit. */
    bad: (string | Buffer)[];
    error: object;
    /** Uses the door as it should be, on a socket of its own. */
    use(): Promise<void>;
  }
  const room = '/v1/chat/sessions/of-bad-frames';
  const doors: Door[] = [
    {
      name: 'rooms',
      path: () => `${room}/ws`,
      bad: ['not JSON', '{"role":"user"}', 'null', Buffer.from('{"role":"user","content":"x"}')],
      error: { type: 'error', detail: 'Invalid message payload.', errors: expect.any(Array) },
      use: async () => {
        const socket = await TestSocket.open(parley.url, `${room}/ws`);
        await socket.until(1);
        await callJson(parley.url, `${room}/messages`, { body: { role: 'user', content: 'fine' } });
        expect((await socket.until(2))[1]).toMatchObject({ message: { content: 'fine' } });
        await socket.close();
      },
    },
    {
      name: 'the agent desk',
      path: () => `/async_chat?token=${me.accessToken}&keepAlive=1`,
      bad: ['', 'x'.repeat(32_001), Buffer.from([0, 1, 2]), 'a NUL: \0'],
      error: { event_type: 'error', content: expect.any(String) },
      use: async () => {
        const socket = await TestSocket.open(parley.url, `/async_chat?token=${me.accessToken}`);
        socket.send('hi');
        expect((await socket.closed).code).toBe(1000);
        expect(socket.frames.at(-1)).toEqual({ event_type: 'on_chat_model_end', content: '' });
      },
    },
  ];

  it.each(doors)('$name: answers each of 100 bad frames a second, and harms no neighbour', async (door) => {
    const socket = await TestSocket.open(parley.url, door.path());
    const flood = (async () => {
      for (let i = 0; i < FRAMES; i++) {
        socket.send(door.bad[i % door.bad.length]!);
        await sleep(EVERY_MS);
      }
    })();
    await door.use();
    await Promise.all([flood, door.use()]);
    const isError = (frame: object) => Object.values(frame).includes('error');
    while (socket.frames.filter(isError).length < FRAMES) await socket.until(socket.frames.length + 1);
    for (const frame of socket.frames.filter(isError)) expect(frame).toEqual(door.error);
    await door.use();
    await socket.close();
  });

  it.each(doors)('$name: closes a socket that sends more than 64 KiB at once with 1009', async (door) => {
    const socket = await TestSocket.open(parley.url, door.path());
    socket.send('x'.repeat(64 * 1024 + 1));
    expect((await socket.closed).code).toBe(1009);
    await door.use();
  });

  it.each(doors)('$name: refuses a page from elsewhere before the upgrade', async (door) => {
    for (const origin of ['https://evil.example', 'null', `${ORIGIN}.evil.example`])
      expect(await TestSocket.refusal(parley.url, door.path(), { origin })).toBe(403);
    const socket = await TestSocket.open(parley.url, door.path(), { origin: ORIGIN });
    await socket.close();
  });
});
