import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { createTestApp, type TestApp } from '../support/app.js';
import { call, register, type Account } from '../support/client.js';
import { createDatabase } from '../support/database.js';
import { deadlocksOf } from '../support/deadlocks.js';
import { FakeOpenAi } from '../support/fake-openai.js';
import { TestSocket } from '../support/socket.js';

const ROUNDS = Number(process.env.PARLEY_TEST_CONTENTION ?? 4);

/** Many clients on one conversation through two replicas: they come as answers end, are stopped, continued, deleted. */
describe('sends, ends, stops, continues and deletions at the same time', () => {
  let model: FakeOpenAi;
  let database: { url: string; drop(): Promise<void> };
  let replicas: TestApp[];
  let me: Account;
  /** Of all requests, with how often each was seen. */
  const statuses = new Map<string, number>();

  beforeAll(async () => {
    model = await FakeOpenAi.start();
    database = await createDatabase();
    const settings = {
      OPENAI_BASE_URL: model.url,
      JWT_SECRET: 'one secret for both of the replicas',
      DATABASE_URL: database.url,
    };
    replicas = [await createTestApp(settings), await createTestApp(settings)];
    me = await register(replicas[0]!.url);
  });
  afterAll(async () => {
    await model?.close();
    await database?.drop();
  });

  const any = <T>(values: readonly T[]): T => values[Math.floor(Math.random() * values.length)]!;
  const url = () => any(replicas).url;
  const request = async (path: string, options: Parameters<typeof call>[2] = {}) => {
    const response = await call(url(), path, { token: me.accessToken, ...options });
    const what = `${options.method ?? 'POST'} ${path.split('/')[1]} ${response.status}`;
    statuses.set(what, (statuses.get(what) ?? 0) + 1);
    return response;
  };
  const send = async (conversation_id: string, query = '', key?: string) => {
    const body = { message: 'question', conversation_id, include_citations: false };
    const headers: Record<string, string> = key ? { 'Idempotency-Key': key } : {};
    const response = await request(`/chat${query}`, { body, headers });
    await response.text();
    return response.headers.get('x-run-id');
  };
  const ask = async (conversationID: string) => {
    const query = new URLSearchParams({ token: me.accessToken, conversationID }).toString();
    const socket = await TestSocket.open(url(), `/async_chat?${query}`);
    socket.send('question');
    await socket.closed;
  };
  const act = async (path: string, method = 'POST') => void (await (await request(path, { method })).text());

  /** Clients that each do several things in a row, so that some always come as an answer ends. */
  const round = async (isKept: boolean) => {
    const [chat, key] = [randomUUID(), randomUUID()];
    const opened = await request('/api/chat', { body: { title: 'a chat' } });
    const { id } = (await opened.json()) as { id: number };
    let runId = await send(chat);
    const again = async () => void (runId = (await send(chat)) ?? runId);
    const writing = [
      again,
      again,
      again,
      () => send(randomUUID()),
      () => send(chat, '?on_busy=enqueue'),
      () => send(chat, '', key),
      () => ask(chat),
      async () => (await request(`/api/chat/${id}/messages`, { body: { content: 'question' } })).text(),
    ];
    const ending = [
      () => act(`/chat/${chat}/stop`),
      () => act(`/runs/${runId}/continue`),
      () => act(`/conversations/${chat}`, 'DELETE'),
      () => act(`/api/chat/${id}`, 'DELETE'),
    ];
    const acts = isKept ? writing : [...writing, ...ending];
    const client = async () => {
      for (let i = 0; i < 2; i++) await any(acts)();
    };
    await Promise.all(Array.from({ length: 16 }, client));
  };

  it(`meet no deadlock, no 500 and no interruption, in ${ROUNDS} rounds`, async () => {
    for (let i = 0; i < ROUNDS; i++) {
      await round(i % 2 === 0);
      if (i % 10 === 9) await act('/api/chat', 'DELETE');
    }
    expect([...statuses].filter(([what]) => what.endsWith(' 500'))).toEqual([]);
    for (const replica of replicas) await replica.close();
    const client = new Client({ connectionString: database.url });
    await client.connect();
    const { rows } = await client.query(
      `SELECT status, error FROM runs WHERE status NOT IN ('complete', 'cancelled')`,
    );
    await client.end();
    expect(rows).toEqual([]);
    expect(await deadlocksOf(database.url)).toBe(0);
  }, 3_600_000);
});
