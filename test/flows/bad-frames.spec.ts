import { setTimeout as sleep } from 'node:timers/promises';
import { createTestApp, type TestApp } from '../support/app.js';
import { callJson, register, type Account } from '../support/client.js';
import { FakeOpenAi } from '../support/fake-openai.js';
import { TestSocket } from '../support/socket.js';

const ORIGIN = 'https://app.example';
/** A second of what a broken client sends 100 times a second. */
const FRAMES = 100;
const EVERY_MS = 10;

describe('sockets and invalid frames', () => {
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

  interface Gateway {
    name: string;
    path(): string;
    /** Frames that do not fit. */
    bad: (string | Buffer)[];
    error: object;
    /** KiB of the largest frame. */
    maxKb: number;
    /** Uses the gateway as it should be, on a socket of its own. */
    use(): Promise<void>;
  }
  const room = '/v1/chat/sessions/of-bad-frames';
  const gateways: Gateway[] = [
    {
      name: 'rooms',
      path: () => `${room}/ws`,
      bad: ['not JSON', '{"role":"user"}', 'null', Buffer.from('{"role":"user","content":"x"}')],
      error: { type: 'error', detail: 'Invalid message payload.', errors: expect.any(Array) },
      maxKb: 64,
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
      maxKb: 400,
      use: async () => {
        const socket = await TestSocket.open(parley.url, `/async_chat?token=${me.accessToken}`);
        socket.send('hi');
        expect((await socket.closed).code).toBe(1000);
        expect(socket.frames.at(-1)).toEqual({ event_type: 'on_chat_model_end', content: '' });
      },
    },
  ];

  it.each(gateways)(
    '$name: answers each of 100 bad frames a second, and harms no neighbour',
    async (gateway) => {
      const socket = await TestSocket.open(parley.url, gateway.path());
      const flood = (async () => {
        for (let i = 0; i < FRAMES; i++) {
          socket.send(gateway.bad[i % gateway.bad.length]!);
          await sleep(EVERY_MS);
        }
      })();
      await gateway.use();
      await Promise.all([flood, gateway.use()]);
      const isError = (frame: object) => Object.values(frame).includes('error');
      while (socket.frames.filter(isError).length < FRAMES) await socket.until(socket.frames.length + 1);
      for (const frame of socket.frames.filter(isError)) expect(frame).toEqual(gateway.error);
      await gateway.use();
      await socket.close();
    },
  );

  it.each(gateways)('$name: says why it closes a socket that sends too much at once', async (gateway) => {
    const socket = await TestSocket.open(parley.url, gateway.path());
    socket.send('x'.repeat(gateway.maxKb * 1024 + 1));
    expect(await socket.closed).toEqual({ code: 1009, reason: `a frame over ${gateway.maxKb} KiB` });
    expect(JSON.stringify(socket.frames.at(-1))).toMatch(/"error".*(too large|1 to 32000 characters)/);
    await gateway.use();
  });

  it.each([
    ['CJK', '語'.repeat(32_000), ''],
    ['emoji', '🙂'.repeat(32_000), ''],
    ['ASCII', 'x'.repeat(32_000), ''],
    ['escapes', `{"content":"${'\\u00e9'.repeat(32_000)}"}`, '&frames=json'],
    ['escaped emoji', `{"content":"${'\\ud83d\\ude42'.repeat(32_000)}"}`, '&frames=json'],
  ])('the agent desk takes 32,000 characters in %s, and not one more', async (_name, frame, query) => {
    const socket = await TestSocket.open(
      parley.url,
      `/async_chat?token=${me.accessToken}&keepAlive=1${query}`,
    );
    socket.send(query ? frame.replace('"}', 'x"}') : `${frame}x`);
    expect((await socket.until(1))[0]).toMatchObject({
      event_type: 'error',
      content: expect.stringContaining('1 to 32000 characters'),
    });
    socket.send(frame);
    while (socket.frames.at(-1)?.event_type !== 'done') await socket.until(socket.frames.length + 1);
    await socket.close();
  });

  it('rooms take 4,000 emoji as escapes', async () => {
    const socket = await TestSocket.open(parley.url, `${room}-emoji/ws`);
    socket.send(`{"role":"user","content":"${'\\ud83d\\ude42'.repeat(4_000)}"}`);
    expect((await socket.until(2))[1]).toMatchObject({ message: { content: '🙂'.repeat(4_000) } });
    await socket.close();
  });

  it.each(gateways)('$name: refuses a page of another origin before the upgrade', async (gateway) => {
    for (const origin of ['https://evil.example', 'null', `${ORIGIN}.evil.example`])
      expect(await TestSocket.refusal(parley.url, gateway.path(), { origin })).toBe(403);
    const socket = await TestSocket.open(parley.url, gateway.path(), { origin: ORIGIN });
    await socket.close();
  });
});
