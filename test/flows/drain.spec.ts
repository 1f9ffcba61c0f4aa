import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { text as readText } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { call, register, type Account, type Call } from '../support/client.js';
import { createDatabase, redisUrl } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { sayPaced } from '../support/fake-openai-plays.js';
import { FakeOpenAi } from '../support/fake-openai.js';
import { Replica } from '../support/replica.js';
import { resume, textOf, type RunState, type TypedEvent } from '../support/runs.js';
import { sseEvents, type SseEvent } from '../support/sse.js';

const STREAMS = 20;
/** Clients that send one message after the other. */
const SENDERS = 4;
const EXIT_MS = 30_000;
/** The short answer ends within the time that a leaving replica gives it, the long one does not. */
const ANSWERS: Record<string, string> = {
  'a short question': 'some words and an 😀, '.repeat(10),
  'a long question': 'some words and an 😀 then more, '.repeat(100),
};

describe('two replicas that receive SIGTERM, one after the other', () => {
  let model: FakeOpenAi;
  let database: { url: string; drop(): Promise<void> };
  let replicas: [Replica, Replica];
  let me: Account;
  /** Between two tokens. */
  let paceMs: number;
  /** Outcomes of requests and streams. */
  const seen = { refused: 0, interrupted: 0, cut: 0 };
  const start = () =>
    Replica.start({
      DATABASE_URL: database.url,
      REDIS_URL: redisUrl(),
      OPENAI_BASE_URL: model.url,
      JWT_SECRET: 'one secret for both of the replicas',
    });

  beforeAll(async () => {
    model = await FakeOpenAi.start();
    model.reply((response, asked) => sayPaced(ANSWERS[asked.said]!, paceMs)(response, asked));
    database = await createDatabase();
  });
  beforeEach(async () => {
    replicas = await Promise.all([start(), start()]);
    me = await register(replicas[0].url);
    model.requests.length = 0;
    Object.assign(seen, { refused: 0, interrupted: 0, cut: 0 });
  });
  afterEach(async () => {
    await Promise.all((replicas ?? []).map((replica) => replica.end()));
  });
  afterAll(async () => {
    await model?.close();
    await database?.drop();
  });

  let turn = 0;

  /** A request to the replicas in turn, as a balancer makes it: one that has ended or refuses for now is passed over. */
  const balanced = async (path: string, options: Call = {}): Promise<Response> => {
    const first = turn++;
    for (let tries = 0; tries < 4; tries++) {
      const { url } = replicas[(first + tries) % 2]!;
      const response = await call(url, path, { token: me.accessToken, ...options }).catch(() => null);
      if (response && !(response.status === 503 && response.headers.has('retry-after'))) return response;
      if (response) seen.refused++;
      await response?.body?.cancel();
    }
    throw new Error(`no replica answers ${path}`);
  };
  const post = async (path: string, body: object = {}): Promise<Response> => {
    const response = await balanced(path, { body, headers: { 'Idempotency-Key': randomUUID() } });
    expect([path, response.status]).toEqual([path, 200]);
    return response;
  };

  const read = async <T>(path: string) => (await (await balanced(path)).json()) as T;

  /** Reads a run to its last event, resuming whenever the stream is cut before. */
  const follow = async (response: Response): Promise<{ runId: string; events: SseEvent[] }> => {
    const runId = response.headers.get('x-run-id')!;
    const events: SseEvent[] = [];
    for (;;) {
      try {
        for await (const event of sseEvents(response)) events.push(event);
      } catch {
        // Cut off: the events before it count.
      }
      if (typesOf(events).at(-1) === 'done') return { runId, events };
      seen.cut++;
      const headers: Record<string, string> =
        events.length > 0 ? { 'Last-Event-ID': events.at(-1)!.id! } : {};
      response = await balanced(`/runs/${runId}/stream`, { headers });
    }
  };
  /** Sends a message and stays until it is answered completely, which may take several runs. */
  const ask = async (message: string): Promise<void> => {
    const conversation_id = randomUUID();
    let response = await post('/chat', { message, conversation_id, include_citations: false });
    for (;;) {
      const { runId, events } = await follow(response);
      const { status, reply } = await read<RunState>(`/runs/${runId}`);
      expect(textOf(events)).toBe(reply);
      if (!typesOf(events).includes('error')) break;
      expect([status, ANSWERS[message]!.slice(0, reply.length)]).toEqual(['interrupted', reply]);
      seen.interrupted++;
      response = await post(`/runs/${runId}/continue`);
    }
    const { messages } = await read<{ messages: { content: string }[] }>(
      `/conversations/${conversation_id}/messages`,
    );
    expect(messages.map(({ content }) => content)).toEqual([message, ANSWERS[message]]);
  };

  it('leave with code 0, fail no request and lose no token', async () => {
    for (const leaving of [0, 1] as const) {
      Object.assign(seen, { refused: 0, interrupted: 0, cut: 0 });
      paceMs = 30;
      const load = new AbortController();
      const asked = Array.from({ length: STREAMS }, () => ask('a long question'));
      const senders = Array.from({ length: SENDERS }, async () => {
        while (!load.signal.aborted) await ask('a short question');
      });
      const watched = await post('/chat', { message: 'a long question', include_citations: false });
      const tabs = replicas.map(async ({ url }) =>
        follow(await resume(url, me.accessToken, watched.headers.get('x-run-id')!)),
      );
      const all = Promise.all([...asked, ...senders, ...tabs, follow(watched)]);
      all.catch(() => undefined); // it is awaited below
      await eventually(async () => expect(model.requests.length).toBeGreaterThan(STREAMS + SENDERS), 60_000);

      const { child } = replicas[leaving];
      const exited = once(child, 'exit');
      child.kill('SIGTERM');
      expect(await inTime(exited)).toEqual([0, null]);
      load.abort();
      paceMs = 1;
      await all;
      // Runs of its own it ends properly; at most the tab that watched the other's through it was cut.
      expect(seen.cut).toBeLessThanOrEqual(1);
      expect(seen.refused).toBeGreaterThan(0);
      expect(seen.interrupted).toBeGreaterThan(0);
      await replicas[leaving].end();
      replicas[leaving] = await start();
      model.requests.length = 0;
    }
  }, 240_000);

  it('answer requests that are being sent, and cut watchers of a run of another replica', async () => {
    paceMs = 200;
    const [leaving, staying] = replicas;
    const body = { message: 'a short question', include_citations: false };
    const run = await call(staying.url, '/chat', { token: me.accessToken, body });
    const tab = follow(await resume(leaving.url, me.accessToken, run.headers.get('x-run-id')!));
    const login = JSON.stringify({ email: me.email, password: me.password });
    const headers = {
      'Content-Type': 'application/json',
      'Content-Length': Buffer.byteLength(login),
      Expect: '100-continue',
    };
    const sent = request(`${leaving.url}/auth/login`, { method: 'POST', headers });
    const answered = once(sent, 'response');
    answered.catch(() => undefined); // it is awaited below
    await once(sent, 'continue');
    sent.write(login.slice(0, 10));

    const exited = once(leaving.child, 'exit');
    leaving.child.kill('SIGTERM');
    await eventually(() => expect(fetch(`${leaving.url}/health/live`)).rejects.toThrow());
    sent.end(login.slice(10));
    const [answer] = (await answered) as [IncomingMessage];
    expect([answer.statusCode, await readText(answer)]).toEqual([
      200,
      expect.stringContaining('access_token'),
    ]);
    expect(await inTime(exited)).toEqual([0, null]);
    const { events } = await tab;
    expect(seen.cut).toBe(1);
    expect(textOf(events)).toBe(ANSWERS['a short question']);
    await run.body!.cancel();
  }, 90_000);
});

const inTime = (exited: Promise<unknown[]>) =>
  Promise.race([exited, sleep(EXIT_MS, 'too late', { ref: false })]);

const typesOf = (events: readonly SseEvent[]) =>
  events.map(({ data }) => (JSON.parse(data) as TypedEvent).type);
