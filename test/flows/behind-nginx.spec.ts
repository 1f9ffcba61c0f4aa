import { randomUUID } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { Agent, request } from 'undici';
import { createTestApp, type TestApp } from '../support/app.js';
import { Cable } from '../support/cable.js';
import { call, callJson, register, type Account } from '../support/client.js';
import { redisUrl } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { END, event, FakeOpenAi, tokens, type Play } from '../support/fake-openai.js';
import { heldAfter } from '../support/held.js';
import { Nginx, plainSite, shippedSite, type Site } from '../support/nginx.js';
import { runIdOf, runState, textOf } from '../support/runs.js';
import { TestSocket } from '../support/socket.js';
import { sseEvents, type SseEvent } from '../support/sse.js';
import { uploaded } from '../support/upload.js';

const MB = 1024 * 1024;
const ANSWER = 'An answer of several words, each of which is said when the one before it has been read. ';

describe('behind nginx', () => {
  let model: FakeOpenAi;
  let cable: Cable;
  let parley: TestApp;
  let me: Account;

  beforeAll(async () => {
    model = await FakeOpenAi.start();
    cable = await Cable.to(redisUrl());
    parley = await createTestApp({
      OPENAI_BASE_URL: model.url,
      REDIS_URL: cable.url,
      RATE_LIMITS: 'on',
      TRUST_PROXY: '1',
      INGESTION_WORKER: 'external',
    });
    me = await register(parley.url);
  });
  afterEach(() => model.reset());
  afterAll(async () => {
    await parley?.close();
    await cable?.close();
    await model?.close();
  });

  const ask = (url: string, conversation_id: string) =>
    call(url, '/chat', {
      token: me.accessToken,
      body: { message: 'tell me', conversation_id, include_citations: false },
    });
  const get = (url: string, path: string) => call(url, path, { token: me.accessToken });

  /** How the same things go through both. */
  const itPasses = (site: () => Promise<Site>) => {
    let nginx: Nginx;
    beforeAll(async () => {
      nginx = await Nginx.start(await site());
    });
    afterAll(() => nginx?.close());

    it.each<[door: string, open: (conversation: string) => Promise<Response>]>([
      ['POST /chat', (conversation) => ask(nginx.url, conversation)],
      [
        'GET /chat/{id}/stream',
        async (conversation) => {
          await ask(parley.url, conversation);
          return get(nginx.url, `/chat/${conversation}/stream`);
        },
      ],
      [
        'GET /runs/{id}/stream',
        async (conversation) => {
          const asked = await ask(parley.url, conversation);
          return get(nginx.url, `/runs/${asked.headers.get('x-run-id')}/stream`);
        },
      ],
    ])('every token of %s before the next one is said', async (_door, open) => {
      const { play, shown } = saidWhenShown(ANSWER);
      model.reply(play);
      const response = await open(randomUUID());
      const events: SseEvent[] = [];
      for await (const one of sseEvents(response)) {
        events.push(one);
        shown.emit(textOf(events));
      }
      expect(textOf(events)).toBe(ANSWER);
      expect(response.headers.get('content-encoding')).toBeNull();
    });

    it('that a client has left, which does not stop the answer', async () => {
      const answer = heldAfter('Once upon ', 'a time.');
      model.reply(answer.play);
      const served = once(parley.app.getHttpServer(), 'request') as Promise<[unknown, ServerResponse]>;
      const events: SseEvent[] = [];
      for await (const one of sseEvents(await ask(nginx.url, randomUUID()))) {
        events.push(one);
        // Leaving the loop closes the connection.
        if (textOf(events) === 'Once upon ') break;
      }
      const [, response] = await served;
      if (!response.closed) await once(response, 'close');
      expect(response.writableFinished).toBe(false);
      answer.release();
      await eventually(async () =>
        expect(await runState(nginx.url, me.accessToken, runIdOf(events[0]!))).toMatchObject({
          status: 'complete',
          reply: 'Once upon a time.',
        }),
      );
    });

    it('a 503 with its Retry-After', async () => {
      cable.cut();
      const refused = await call(nginx.url, `/v1/chat/sessions/${randomUUID()}/messages`);
      cable.mend();
      expect(refused.status).toBe(503);
      expect(refused.headers.get('retry-after')).toBe('1');
      await eventually(async () => expect((await get(parley.url, '/health/ready')).status).toBe(200));
    });
  };

  describe("as Debian's default site with a proxy_pass, passes", () =>
    itPasses(async () => plainSite(parley.url)));

  describe('as it is shipped, passes', () => {
    itPasses(() => shippedSite([parley.url]));
    let nginx: Nginx;
    beforeAll(async () => {
      nginx = await Nginx.start(await shippedSite([parley.url]));
    });
    afterAll(() => nginx?.close());

    it('questions and answers over WebSocket, and keeps their tokens out of its log', async () => {
      const token = me.accessToken;
      const desk = await TestSocket.open(nginx.url, `/async_chat?${new URLSearchParams({ token })}`);
      desk.send('Hello?');
      expect((await desk.closed).code).toBe(1000);
      const said = desk.frames.filter(({ event_type }) => event_type === 'on_chat_model_stream');
      expect(said.map(({ content }) => content).join('')).toBe('Hello from the model.');
      await eventually(async () => expect(await nginx.log('parley.access.log')).toContain('/async_chat'));
      expect(await nginx.log('parley.access.log')).not.toContain(token);
    });

    it('what is said in a room', async () => {
      const room = `/v1/chat/sessions/${randomUUID()}`;
      const socket = await TestSocket.open(nginx.url, `${room}/ws`);
      await socket.until(1);
      await call(nginx.url, `${room}/messages`, { body: { role: 'user', content: 'hi' } });
      expect((await socket.until(2))[1]).toMatchObject({ type: 'message.created', message: { content: 'hi' } });
      await socket.close();
    });

    it('an upload of 20 MB as it comes', async () => {
      const bytes = Buffer.alloc(20 * MB, 'All work and no play. ');
      const id = await uploaded(nginx.url, me.accessToken, { name: 'work.txt', bytes });
      const raw = await get(nginx.url, `/attachments/${id}/raw`);
      expect(Buffer.from(await raw.arrayBuffer()).equals(bytes)).toBe(true);

      const served = once(parley.app.getHttpServer(), 'request');
      const begun = await fetch(`${nginx.url}/upload`, {
        method: 'POST',
        headers: { Authorization: `Bearer ${me.accessToken}`, ...form.headers },
        body: ReadableStream.from(
          (async function* () {
            yield form.begin;
            await served;
            yield form.end;
          })(),
        ),
        duplex: 'half',
      } as RequestInit);
      expect(begun.status).toBe(201);
    });

    it.each([30, 60, 200])('refusal %d', async (mb) => {
      const base = await shippedSite([parley.url]);
      const nginx = await Nginx.start((p, f) => base(p, f).replace('26m', '0'));
      const bytes = Buffer.alloc(mb * MB, 'All work and no play. ');
      for (let i = 0; i < 5; i++)
      for (const token of ['x', me.accessToken]) {
      const form = new FormData();
      form.append('file', new Blob([bytes]), 'a.txt');
      const r = await fetch(nginx.url + '/upload', { method: 'POST', body: form, headers: { Authorization: `Bearer ${token}` } }).catch((e) => e);
      console.error(mb, token.slice(0, 1), r.status ?? r, r.text ? (await r.text()).slice(0, 100) : '');
      }
    });

    it('the address of the client, and nothing that only says it is', async () => {
      const attempt = async (localAddress: string) => {
        const { statusCode, body } = await request(`${nginx.url}/auth/login`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', 'x-forwarded-for': `10.0.0.${++spoofed}` },
          body: JSON.stringify({ email: me.email, password: 'wrong' }),
          dispatcher: new Agent({ localAddress }),
        });
        await body.dump();
        return statusCode;
      };
      let spoofed = 0;
      while ((await attempt('127.0.0.1')) === 401) expect(spoofed).toBeLessThan(50);
      expect([await attempt('127.0.0.1'), await attempt('127.0.0.2')]).toEqual([429, 401]);
    });
  });
});

const form = {
  headers: { 'Content-Type': 'multipart/form-data; boundary=parley' },
  begin: Buffer.from(
    '--parley\r\nContent-Disposition: form-data; name="file"; filename="slow.txt"\r\n\r\nIt begins, ',
  ),
  end: Buffer.from('and it ends.\r\n--parley--\r\n'),
};

/** An answer whose next token is said when all before it have been shown. */
function saidWhenShown(text: string): { play: Play; shown: EventEmitter } {
  const shown = new EventEmitter();
  const play: Play = async (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    let said = '';
    for (const token of tokens(text)) {
      said += token;
      response.write(event({ content: token }));
      await once(shown, said);
    }
    response.end(END);
  };
  return { play, shown };
}
