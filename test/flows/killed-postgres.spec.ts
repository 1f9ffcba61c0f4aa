import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort, type Engine } from '../../src/embedded/engine.js';
import { startPostgres } from '../../src/embedded/postgres/postgres.js';
import { createTestApp, type TestApp } from '../support/app.js';
import { call, callJson, register, type Account } from '../support/client.js';
import { eventually } from '../support/eventually.js';
import { sayPaced } from '../support/fake-openai-plays.js';
import { FakeOpenAi } from '../support/fake-openai.js';
import { textOf } from '../support/runs.js';
import { collectSse } from '../support/sse.js';

const KILLS = Number(process.env.PARLEY_TEST_KILLS ?? 3);
const CLIENTS = 20;
const BACK_MS = 5_000;
const REPLY = 'word after word '.repeat(20);

/** A message that was answered with 200, which says that it is stored. */
interface Acknowledged {
  conversation: string;
  message: string;
  /** Null when the stream said that the answer failed. */
  reply: string | null;
}

describe('a PostgreSQL that is killed and started again', () => {
  let dataDir: string;
  let port: number;
  let postgres: Engine;
  let model: FakeOpenAi;
  let parley: TestApp;
  let me: Account;

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'parley-killed-'));
    port = await freePort();
    postgres = await start();
    model = await FakeOpenAi.start();
    parley = await createTestApp({ OPENAI_BASE_URL: model.url, DATABASE_URL: postgres.url });
    me = await register(parley.url);
  });
  afterAll(async () => {
    await parley?.close();
    await model?.close();
    await postgres?.stop();
    await rm(dataDir, { recursive: true, force: true });
  });

  const start = () => startPostgres(dataDir, async () => port, 'ignore');
  /** The server alone, as the kernel would when memory runs out: its children see that it has ended. */
  const kill = () => {
    const [pid] = readFileSync(join(dataDir, 'postgres/postmaster.pid'), 'utf8').split('\n');
    process.kill(Number(pid), 'SIGKILL');
  };
  const read = async (conversation: string) => {
    const path = `/conversations/${conversation}/messages`;
    const options = { token: me.accessToken };
    return (await callJson<{ messages: { content: string }[] }>(parley.url, path, options)).body;
  };

  it(`loses nothing that was acknowledged, ${KILLS} times under load`, async () => {
    model.reply(sayPaced(REPLY, 20));
    const acknowledged: Acknowledged[] = [];
    const statuses = new Set<number>();
    const over = new AbortController();
    const chat = async () => {
      while (!over.signal.aborted) {
        const [conversation, message] = [randomUUID(), `hi ${randomUUID()}`];
        const body = { message, conversation_id: conversation, include_citations: false };
        const response = await call(parley.url, '/chat', { token: me.accessToken, body });
        statuses.add(response.status);
        if (response.status !== 200) {
          await response.text();
          await sleep(50);
          continue;
        }
        const known: Acknowledged = { conversation, message, reply: null };
        acknowledged.push(known);
        const events = await collectSse(response);
        if (!events.some(({ data }) => data.startsWith('{"type":"error"'))) known.reply = textOf(events);
      }
    };
    const clients = Array.from({ length: CLIENTS }, chat);
    for (let kills = 0; kills < KILLS; kills++) {
      await sleep(1_500);
      kill();
      await postgres.exited;
      await sleep(500);
      postgres = await start();
      const one = acknowledged.at(-1)!;
      await eventually(async () => expect(await read(one.conversation)).toHaveProperty('messages'), BACK_MS);
    }
    over.abort();
    await Promise.all(clients);

    // Whoever asks while it is started again waits for it, or is told to come back.
    expect([...statuses].filter((status) => status !== 200 && status !== 503)).toEqual([]);
    expect(acknowledged.length).toBeGreaterThan(CLIENTS);
    for (const { conversation, message, reply } of acknowledged) {
      const { messages } = await read(conversation);
      expect([reply, ...messages.map(({ content }) => content)]).toEqual([REPLY, message, REPLY]);
    }
  }, 300_000);
});
