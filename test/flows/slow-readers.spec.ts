import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { createParser } from 'eventsource-parser';
import { parseTables } from '../../src/common/unread-bytes.js';
import { call, register, type Account } from '../support/client.js';
import { createDatabase, redisUrl } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { sayPaced } from '../support/fake-openai-plays.js';
import { END, event, FakeOpenAi, type Play } from '../support/fake-openai.js';
import { Replica } from '../support/replica.js';
import { resume, textOf } from '../support/runs.js';
import { SmallBuffers } from '../support/small-buffers.js';
import { TestSocket } from '../support/socket.js';
import { collectSse, sseEvents, type SseEvent } from '../support/sse.js';
import { scaled } from '../support/time-factor.mjs';

const READERS = 100;
/** Frames are much longer than their tokens: this is about 5 MB a reader, more than the kernel buffers. */
const TOKENS = 60_000;
const MORE_MB = 150;
/** Many tokens in each write, and a moment between two writes. */
const say =
  (tokens: readonly string[]): Play =>
  async (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    for (let i = 0; i < tokens.length; i += 500) {
      const events = tokens.slice(i, i + 500).map((content) => event({ content }));
      if (!response.write(events.join(''))) await once(response, 'drain');
      await sleep(25);
    }
    response.end(END);
  };
const SHORT = Array.from({ length: TOKENS }, (_, i) => `${i} `);
const TEXT = SHORT.join('');
/** The longest answer there is takes six times its length in JSON. */
const LONG = Array.from({ length: 10_000 }, (_, i) => `${i}${'\x01'.repeat(99)}`);

/** Clients with the smallest buffers; each gets 6,000 tokens within half a minute, in 600 KB of frames. */
const WITHOUT_BUFFERS = 50;
const STEADY = 'a b c d e f '.repeat(1_000);
const STEADY_MS = 5;
/**
 * What a neighbour waits between two pieces of its answer may be so many times longer beside clients that do not read than
 * beside as many that do; like every limit of time it grows with the slowness of a machine that does other work too.
 */
const SLOWER = scaled(2);
/** Two heartbeats, and a moment. */
const CUT_MS = 40_000;

/** Connections to a server of this machine that it has not closed. */
const connectionsTo = (url: string) =>
  [...parseTables([readFileSync('/proc/net/tcp', 'latin1')]).keys()].filter((ports) =>
    ports.startsWith(`${new URL(url).port}:`),
  ).length;

const residentMb = (pid: number) =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]) / 1024;

describe('clients that do not read', () => {
  let model: FakeOpenAi;
  let database: { url: string; drop(): Promise<void> };
  let parley: Replica;
  let me: Account;
  const sockets: Socket[] = [];

  beforeAll(async () => {
    model = await FakeOpenAi.start();
    database = await createDatabase();
    parley = await Replica.start({
      DATABASE_URL: database.url,
      REDIS_URL: redisUrl(),
      OPENAI_BASE_URL: model.url,
      JWT_SECRET: 'a secret for the only replica there is',
      // Memory is measured, not how long garbage may lie about.
      NODE_OPTIONS: '--max-old-space-size=192',
    });
    me = await register(parley.url);
  });
  afterAll(async () => {
    for (const socket of sockets) socket.destroy();
    await parley?.end();
    await model?.close();
    await database?.drop();
  });

  const send = () =>
    call(parley.url, '/chat', { token: me.accessToken, body: { message: 'hi', include_citations: false } });
  /** The most memory the replica takes while something happens. */
  const most = async (during: () => Promise<void>) => {
    let peak = 0;
    const meter = setInterval(() => (peak = Math.max(peak, residentMb(parley.child.pid!))), 100);
    await during().finally(() => clearInterval(meter));
    return peak;
  };
  /** An answer, and how long 99 of 100 waits between its pieces are at most. */
  const timed = async (response: Response) => {
    const events: SseEvent[] = [];
    const waits: number[] = [];
    let last = performance.now();
    for await (const piece of sseEvents(response)) {
      events.push(piece);
      const now = performance.now();
      // Events that came in one piece were not waited for.
      if (now - last > 1) waits.push(now - last);
      last = now;
    }
    return { events, p99: waits.toSorted((a, b) => a - b)[Math.floor(waits.length * 0.99)]! };
  };
  /** A connection that asks for a stream and never looks at it. */
  const watchWithoutReading = async (runId: string) => {
    const { port, hostname } = new URL(parley.url);
    const socket = connect(Number(port), hostname);
    socket.pause();
    await once(socket, 'connect');
    const head = [
      `GET /runs/${runId}/stream HTTP/1.1`,
      'Connection: close',
      'Host: parley',
      `Authorization: Bearer ${me.accessToken}`,
    ];
    socket.write([...head, '', ''].join('\r\n'));
    sockets.push(socket);
    return socket;
  };
  /** What has been sent to such a connection, up to where it was cut. */
  const readLate = async (socket: Socket) => {
    const events: SseEvent[] = [];
    const parser = createParser({ onEvent: ({ id, data }) => events.push({ id, data }) });
    let raw = '';
    socket.on('data', (chunk: Buffer) => (raw += chunk.toString()));
    socket.on('error', () => undefined);
    const closed = once(socket, 'close');
    socket.resume();
    await closed;
    // The body comes in chunks, whose lengths stand between lines.
    parser.feed(raw.slice(raw.indexOf('\r\n\r\n')).replaceAll(/\r\n[\da-f]+\r\n/g, ''));
    return events;
  };

  it(`are cut, ${READERS} at once, while others are served, and can resume`, async () => {
    model.reply(say(SHORT));
    // What two runs of that length take in any case.
    const before = await most(async () => {
      await Promise.all([send(), send()].map(async (response) => collectSse(await response)));
    });

    const [response, neighbour] = [await send(), await send()];
    const runId = response.headers.get('x-run-id')!;
    const slow = await Promise.all(Array.from({ length: READERS }, () => watchWithoutReading(runId)));
    const during = await most(async () => {
      const answers = await Promise.all([collectSse(response), collectSse(neighbour)]);
      for (const events of answers) expect(textOf(events)).toBe(TEXT);
    });
    expect(during - before).toBeLessThan(MORE_MB);

    const late = await readLate(slow[0]!);
    const isWhole = late.at(-1)!.data.includes('"done"');
    const rest = isWhole
      ? []
      : await collectSse(await resume(parley.url, me.accessToken, runId, late.at(-1)!.id));
    expect(textOf([...late, ...rest])).toBe(TEXT);
  }, 120_000);

  // Two heartbeats take half a minute.
  if (process.env.PARLEY_TEST_TIMED)
    it(`are cut at the second heartbeat with small buffers too, ${WITHOUT_BUFFERS} at once`, async () => {
      model.reply(sayPaced(STEADY, STEADY_MS));
      const body = JSON.stringify({ message: 'hi', include_citations: false });
      const request = [
        'POST /chat HTTP/1.1',
        'Host: parley',
        `Authorization: Bearer ${me.accessToken}`,
        'Content-Type: application/json',
        `Content-Length: ${body.length}`,
        '',
        body,
      ].join('\r\n');
      /** What a neighbour waits between two pieces while others do or do not read what they are sent. */
      const neighbourOf = async (reads: boolean) => {
        const others = await SmallBuffers.connect(parley.url, WITHOUT_BUFFERS, request, reads);
        await eventually(async () =>
          expect(connectionsTo(parley.url)).toBeGreaterThanOrEqual(WITHOUT_BUFFERS),
        );
        const { events, p99 } = await timed(await send());
        expect(textOf(events)).toBe(STEADY);
        // What is left are connections of the test itself.
        if (!reads)
          await eventually(
            async () => expect(connectionsTo(parley.url)).toBeLessThan(WITHOUT_BUFFERS / 2),
            CUT_MS,
          );
        await others.close();
        return p99;
      };
      const p99 = { reading: await neighbourOf(true), unread: await neighbourOf(false) };
      console.log(`a neighbour's p99 between two pieces, in ms: ${JSON.stringify(p99)}`);
      expect(p99.unread / p99.reading).toBeLessThanOrEqual(SLOWER);
    }, 240_000);

  it('are waited for over a WebSocket, and get everything once', async () => {
    model.reply(say(LONG));
    const conversationID = randomUUID();
    const query = new URLSearchParams({ token: me.accessToken, conversationID, keepAlive: '1' });
    const slow = await TestSocket.open(parley.url, `/async_chat?${query.toString()}`);
    slow.send('hi');
    await slow.until(1);
    slow.socket.pause();
    await collectSse(await call(parley.url, `/chat/${conversationID}/stream`, { token: me.accessToken }));
    slow.socket.resume();
    while (slow.frames.at(-1)?.event_type !== 'done') await slow.until(slow.frames.length + 1);
    expect(slow.frames.map(({ content }) => content).join('') === LONG.join('')).toBe(true);
    await slow.close();
  }, 60_000);
});
