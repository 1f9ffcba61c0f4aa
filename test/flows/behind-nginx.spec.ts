import { randomUUID } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Agent, request } from 'undici';
import { createTestApp, type TestApp } from '../support/app.js';
import { FaultProxy } from '../support/fault-proxy.js';
import { call, callJson, register, type Account } from '../support/client.js';
import { redisUrl } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { END, event, FakeOpenAi, tokens, type Play } from '../support/fake-openai.js';
import { heldAfter } from '../support/held.js';
import { Nginx, plainSite, prefixSite, shippedSite, type Site } from '../support/nginx.js';
import { runIdOf, runState, textOf } from '../support/runs.js';
import { TestSocket } from '../support/socket.js';
import { collectSse, sseEvents, type SseEvent } from '../support/sse.js';
import { upload, uploaded } from '../support/upload.js';

const MB = 1024 * 1024;
const ANSWER = 'An answer of several words, each of which is said when the one before it has been read.';

describe('nginx', () => {
  let model: FakeOpenAi;
  let proxy: FaultProxy;
  let parley: TestApp;
  /** Another replica of it. */
  let other: TestApp;
  let me: Account;

  beforeAll(async () => {
    model = await FakeOpenAi.start();
    proxy = await FaultProxy.to(redisUrl());
    const settings = {
      JWT_SECRET: 'one secret for both of the replicas',
      OPENAI_BASE_URL: model.url,
      RATE_LIMITS: 'on',
      TRUST_PROXY: '1',
      INGESTION_WORKER: 'external',
    };
    parley = await createTestApp({ ...settings, REDIS_URL: proxy.url });
    other = await createTestApp({ ...settings, DATABASE_URL: parley.databaseUrl });
    me = await register(parley.url);
  });
  afterEach(() => model.reset());
  // Files of one test are not what the question of another waits for.
  beforeEach(async () => {
    me = await register(parley.url);
  });
  afterAll(async () => {
    await other?.close();
    await parley?.close();
    await proxy?.close();
    await model?.close();
  });

  /** One that runs as long as the tests around. */
  const behind = (site: () => Promise<Site>) => {
    let nginx: Nginx;
    beforeAll(async () => {
      nginx = await Nginx.start(await site());
    });
    afterAll(() => nginx?.close());
    return () => nginx;
  };
  const get = (url: string, path: string) => call(url, path, { token: me.accessToken });
  const ask = (url: string, conversation_id: string) =>
    call(url, '/chat', {
      token: me.accessToken,
      body: { message: 'tell me', conversation_id, include_citations: false },
    });
  const post = async (url: string, room: string, content: string) =>
    (await call(url, room, { body: { role: 'user', content } })).status;
  const newRoom = () => `/v1/chat/sessions/${randomUUID()}/messages`;
  /** The paths that a replica receives from now on. */
  const requestsTo = ({ app }: TestApp) => {
    const paths: string[] = [];
    app.getHttpServer().on('request', ({ url = '' }: IncomingMessage) => paths.push(url));
    return paths;
  };

  const itPasses = (nginx: () => Nginx) => {
    it.each<[endpoint: string, open: (conversation: string) => Promise<Response>]>([
      ['POST /chat', (conversation) => ask(nginx().url, conversation)],
      [
        'GET /chat/{id}/stream',
        async (conversation) => {
          await ask(parley.url, conversation);
          return get(nginx().url, `/chat/${conversation}/stream`);
        },
      ],
      [
        'GET /runs/{id}/stream',
        async (conversation) => {
          const asked = await ask(parley.url, conversation);
          return get(nginx().url, `/runs/${asked.headers.get('x-run-id')}/stream`);
        },
      ],
    ])('passes every token of %s before the next one is said', async (_door, open) => {
      const { play, shown } = saidWhenShown(ANSWER);
      model.reply(play);
      const response = await open(randomUUID());
      const events: SseEvent[] = [];
      for await (const one of sseEvents(response)) {
        events.push(one);
        shown.emit(textOf(events).trimEnd());
      }
      expect(textOf(events)).toBe(ANSWER);
      expect(response.headers.get('content-encoding')).toBeNull();
    });

    it('passes on that a client has left, which does not stop the answer', async () => {
      const answer = heldAfter('Once upon ', 'a time.');
      model.reply(answer.play);
      const served = once(parley.app.getHttpServer(), 'request') as Promise<[unknown, ServerResponse]>;
      const events: SseEvent[] = [];
      for await (const one of sseEvents(await ask(nginx().url, randomUUID()))) {
        events.push(one);
        // Leaving the loop closes the connection.
        if (textOf(events) === 'Once upon') break;
      }
      const [, response] = await served;
      if (!response.closed) await once(response, 'close');
      expect(response.writableFinished).toBe(false);
      answer.release();
      await eventually(async () =>
        expect(await runState(nginx().url, me.accessToken, runIdOf(events[0]!))).toMatchObject({
          status: 'complete',
          reply: 'Once upon a time.',
        }),
      );
    });

    it('passes a 503 with its Retry-After', async () => {
      proxy.cut();
      const refused = await call(nginx().url, newRoom());
      proxy.mend();
      expect(refused.status).toBe(503);
      expect(refused.headers.get('retry-after')).toBe('1');
      await eventually(async () => expect((await get(parley.url, '/health/ready')).status).toBe(200));
    });
  };

  describe("as Debian's default site with a proxy_pass", () => {
    itPasses(behind(async () => plainSite(parley.url)));
  });

  describe('as it is shipped', () => {
    const nginx = behind(() => shippedSite([parley.url]));
    itPasses(nginx);

    it('passes questions and answers over WebSocket, and keeps their tokens out of its log', async () => {
      const token = me.accessToken;
      const socket = await TestSocket.open(nginx().url, `/async_chat?token=${token}`);
      socket.send('Hello?');
      expect((await socket.closed).code).toBe(1000);
      const said = socket.frames.filter(({ event_type }) => event_type === 'on_chat_model_stream');
      expect(said.map(({ content }) => content).join('')).toBe('Hello from the model.');
      const log = () => nginx().log('parley.access.log');
      await eventually(async () => expect(await log()).toContain('GET /async_chat HTTP/1.1'));
      expect(await log()).not.toContain(token);
    });

    it('passes messages of a room', async () => {
      const room = newRoom();
      const socket = await TestSocket.open(nginx().url, room.replace('messages', 'ws'));
      await socket.until(1);
      await post(nginx().url, room, 'hi');
      expect((await socket.until(2))[1]).toMatchObject({
        type: 'message.created',
        message: { content: 'hi' },
      });
      await socket.close();
    });

    it('passes an upload of 20 MB, and its download', async () => {
      const bytes = Buffer.alloc(20 * MB, 'All work and no play. ');
      const id = await uploaded(nginx().url, me.accessToken, { name: 'work.txt', bytes });
      const raw = await get(nginx().url, `/attachments/${id}/raw`);
      expect(Buffer.from(await raw.arrayBuffer()).equals(bytes)).toBe(true);
    });

    it('passes the beginning of an upload before its end is sent', async () => {
      const arrived = once(parley.app.getHttpServer(), 'request');
      const response = await fetch(`${nginx().url}/upload`, {
        method: 'POST',
        headers: {
          Authorization: `Bearer ${me.accessToken}`,
          'Content-Type': 'multipart/form-data; boundary=parley',
        },
        body: ReadableStream.from(slowForm('parley', arrived)),
        duplex: 'half',
      } as RequestInit);
      expect(response.status).toBe(201);
    });

    it.each([
      ['passes the refusal of an upload that', 25.5],
      ["refuses, in Parley's words, an upload that", 27],
    ])('%s has %d MB', async (_whose, megabytes) => {
      const bytes = Buffer.alloc(megabytes * MB, 'a');
      const refused = await upload(nginx().url, '/upload', me.accessToken, { name: 'large.txt', bytes });
      expect(refused.status).toBe(413);
      expect(refused.headers.get('content-type')).toContain('application/json');
      expect(await refused.json()).toEqual({ detail: 'File too large (max 25MB)' });
    });

    it("passes the client's address, and that one is limited whatever it says of itself", async () => {
      let attempts = 0;
      const attempt = async (localAddress: string) => {
        const { statusCode, body } = await request(`${nginx().url}/auth/login`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', 'x-forwarded-for': `10.0.0.${++attempts}` },
          body: JSON.stringify({ email: me.email, password: 'wrong' }),
          dispatcher: new Agent({ localAddress }),
        });
        await body.dump();
        return statusCode;
      };
      while ((await attempt('127.0.0.1')) !== 429) expect(attempts).toBeLessThan(50);
      expect(await attempt('127.0.0.2')).toBe(401);
    });
  });

  describe.each([
    ['which it is not told', {}],
    ['which X-Forwarded-Prefix names', { 'X-Forwarded-Prefix': '/ai' }],
  ])('below a path prefix %s', (_how, headers) => {
    const nginx = behind(async () => prefixSite(parley.url, '/ai', headers));
    const below = () => `${nginx().url}/ai`;

    it('leads to its documentation, whose files are all there', async () => {
      for (const path of ['/docs', '/docs/']) {
        const page = await fetch(below() + path, { headers: { Accept: 'text/html' } });
        expect(page.url).toBe(`${below()}/docs`);
        await expectItsFiles(page);
      }
    });

    it.each(['/', '/files', '/talk/a-conversation'])(
      'has the console at %s, with its files',
      async (path) => {
        await expectItsFiles(await fetch(below() + path, { headers: { Accept: 'text/html' } }));
      },
    );

    async function expectItsFiles(page: Response): Promise<void> {
      const files = [...(await page.text()).matchAll(/(?:src|href)="([^"]+)"/g)].map(([, file]) => file!);
      expect(files.length).toBeGreaterThan(3);
      for (const file of files) expect((await fetch(new URL(file, page.url))).status).toBe(200);
    }

    it('has a document whose server and log-in are below the prefix', async () => {
      const at = `${below()}/openapi.json`;
      const document = (await (await fetch(at)).json()) as {
        servers: { url: string }[];
        components: {
          securitySchemes: { password: { flows: { password: { tokenUrl: string } } } };
        };
      };
      const server = new URL(document.servers[0]!.url, at).href.replace(/\/$/, '');
      expect(server).toBe(below());
      const { tokenUrl } = document.components.securitySchemes.password.flows.password;
      const form = { grant_type: 'password', username: me.email, password: me.password };
      const logIn = await fetch(new URL(tokenUrl, at), { method: 'POST', body: new URLSearchParams(form) });
      expect(logIn.status).toBe(200);
      const { access_token: token } = (await logIn.json()) as { access_token: string };
      expect((await call(server, '/users/me', { token })).status).toBe(200);
    });

    it('answers over WebSocket', async () => {
      const socket = await TestSocket.open(below(), `/async_chat?token=${me.accessToken}`);
      socket.send('Hello?');
      expect((await socket.closed).code).toBe(1000);
      const said = socket.frames.filter(({ event_type }) => event_type === 'on_chat_model_stream');
      expect(said.map(({ content }) => content).join('')).toBe('Hello from the model.');
    });

    if ('X-Forwarded-Prefix' in headers)
      it('links to files below the prefix', async () => {
        const id = await uploaded(below(), me.accessToken, { name: 'a.txt', bytes: Buffer.from('linked') });
        const { body } = await callJson<{ uri: string }>(below(), `/attachments/${id}`, {
          token: me.accessToken,
        });
        expect(body.uri).toBe(`/ai/attachments/${id}/raw`);
        expect((await get(nginx().url, body.uri)).status).toBe(200);
      });
  });

  describe('as it is shipped, before two replicas', () => {
    const nginx = behind(() => shippedSite([parley.url, other.url]));

    it('shows an answer to all watchers, through any replica', async () => {
      const answer = heldAfter('Once upon ', 'a time.');
      model.reply(answer.play);
      const replicas = [parley, other].map(requestsTo);
      const conversation = randomUUID();
      const path = `/chat/${conversation}/stream`;
      const streams = [await ask(nginx().url, conversation)];
      while (streams.length < 5) streams.push(await get(nginx().url, path));
      expect(streams.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
      for (const paths of replicas) expect(paths).toContain(path);
      answer.release();
      const texts = await Promise.all(streams.map(async (stream) => textOf(await collectSse(stream))));
      expect(texts).toEqual(streams.map(() => 'Once upon a time.'));
    });

    it.each([
      ['asks the other one when the first cannot be reached', { refuses: true }],
      ['does not send a POST again when the first breaks off', { refuses: false }],
    ])('%s', async (_what, { refuses }) => {
      let asked = 0;
      const first = createServer(({ socket }) => {
        asked++;
        socket.destroy();
      });
      await once(first.listen(0, '127.0.0.1'), 'listening');
      const { port } = first.address() as AddressInfo;
      if (refuses) await once(first.close(), 'close');
      const before = await Nginx.start(await shippedSite([`http://127.0.0.1:${port}`, parley.url]));
      const room = newRoom();
      const contents = ['one', 'two', 'three', 'four'];
      const stored: string[] = [];
      for (const content of contents)
        if ((await post(before.url, room, content)) === 201) stored.push(content);
      await before.close();
      if (!refuses) await once(first.close(), 'close');
      expect(asked > 0).toBe(!refuses);
      expect(stored).toHaveLength(contents.length - asked);
      const { body } = await callJson<{ messages: { content: string }[] }>(parley.url, room);
      expect(body.messages.map(({ content }) => content)).toEqual(stored);
    });
  });
});

/** An answer whose next token is said when all before it have been shown. */
function saidWhenShown(text: string): { play: Play; shown: EventEmitter } {
  const shown = new EventEmitter();
  const play: Play = async (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    let said = '';
    for (const token of tokens(text)) {
      said += token;
      response.write(event({ content: token }));
      // A blank is shown with what follows it.
      await once(shown, said.trimEnd());
    }
    response.end(END);
  };
  return { play, shown };
}

/** A form with a file whose second half comes when the first one has arrived. */
async function* slowForm(boundary: string, arrived: Promise<unknown>): AsyncGenerator<Buffer> {
  const disposition = 'form-data; name="file"; filename="slow.txt"';
  yield Buffer.from(`--${boundary}\r\nContent-Disposition: ${disposition}\r\n\r\nIt begins, `);
  await arrived;
  yield Buffer.from(`and it ends.\r\n--${boundary}--\r\n`);
}
