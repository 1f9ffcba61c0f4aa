import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Agent, request } from 'undici';
import { register, type Account } from '../support/client.js';
import { createDatabase, redisUrl } from '../support/database.js';
import { FakeOpenAi } from '../support/fake-openai.js';
import { Nginx, shippedSite } from '../support/nginx.js';
import { Replica } from '../support/replica.js';

/** So many requests at least, and so many as two restarts of each replica take. */
const REQUESTS = Number(process.env.PARLEY_TEST_REQUESTS ?? 300);
const RESTARTS = 4;
/** Clients, each with connections of its own that it keeps. */
const CLIENTS = 8;
const RETRY_MS = 100;

/** Clients never stop while one replica after the other is replaced. */
describe('rolling restarts', () => {
  let model: FakeOpenAi;
  let database: { url: string; drop(): Promise<void> };
  let replicas: [Replica, Replica];
  let me: Account;

  const start = (port = '0') =>
    Replica.start({
      DATABASE_URL: database.url,
      REDIS_URL: redisUrl(),
      OPENAI_BASE_URL: model.url,
      JWT_SECRET: 'one secret for both of the replicas',
      TRUST_PROXY: '1',
      PORT: port,
    });

  beforeAll(async () => {
    model = await FakeOpenAi.start();
    database = await createDatabase();
    replicas = [await start(), await start()];
    me = await register(replicas[0].url);
  });
  afterAll(async () => {
    for (const replica of replicas ?? []) await replica.end();
    await model?.close();
    await database?.drop();
  });

  const restart = async (index: 0 | 1) => {
    const { port } = new URL(replicas[index].url);
    await replicas[index].end();
    replicas[index] = await start(port);
  };

  /** What clients send, in turn: what only reads, what is stored, and what is answered in a stream. */
  const requests = [
    () => ({ method: 'GET', path: '/conversations' }) as const,
    () =>
      ({
        method: 'POST',
        path: `/v1/chat/sessions/${randomUUID()}/messages`,
        body: { role: 'user', content: 'hello' },
      }) as const,
    () =>
      ({ method: 'POST', path: '/chat', body: { message: 'question', include_citations: false } }) as const,
  ];

  /** Keeps clients sending until enough is answered and all restarts are over. @returns answers, and what was lost */
  async function underLoad(addressesOf: (turn: number) => string[]) {
    const seen = { answered: 0, refused: 0, lost: [] as string[] };
    const over = new AbortController();
    const client = async () => {
      const dispatcher = new Agent({ keepAliveTimeout: 60_000 });
      for (let turn = 0; !over.signal.aborted || seen.answered < REQUESTS; turn++) {
        const { method, path, body } = { body: undefined, ...requests[turn % requests.length]!() };
        const outcome = await answerTo(addressesOf(turn), path, {
          dispatcher,
          method,
          headers: {
            authorization: `Bearer ${me.accessToken}`,
            ...(body && { 'content-type': 'application/json' }),
          },
          body: body && JSON.stringify(body),
        });
        if (outcome === 'answered') seen.answered++;
        else if (outcome === 'refused') seen.refused++;
        else seen.lost.push(`${method} ${path}: ${outcome}`);
        // A refusal says when to come again, and a busy loop would leave the replicas nothing.
        if (outcome !== 'answered') await sleep(RETRY_MS);
      }
      await dispatcher.close();
    };
    const clients = Promise.all(Array.from({ length: CLIENTS }, client));
    for (let i = 0; i < RESTARTS || seen.answered < REQUESTS; i++) await restart(i % 2 === 0 ? 0 : 1);
    over.abort();
    await clients;
    return seen;
  }

  it('lose no request behind the shipped nginx', async () => {
    const nginx = await Nginx.start(await shippedSite(replicas.map(({ url }) => url)));
    const { lost, answered } = await underLoad(() => [nginx.url]);
    const errors = lost.length > 0 ? await nginx.log('error.log') : '';
    await nginx.close();
    expect({ lost, errors }).toEqual({ lost: [], errors: '' });
    expect(answered).toBeGreaterThanOrEqual(REQUESTS);
  }, 3_600_000);

  it('lose no request of clients that keep their connections and ask the other when one refuses them', async () => {
    const { lost, answered } = await underLoad((turn) => {
      const urls = replicas.map(({ url }) => url);
      return turn % 2 ? urls : urls.toReversed();
    });
    expect(lost).toEqual([]);
    expect(answered).toBeGreaterThanOrEqual(REQUESTS);
  }, 3_600_000);
});

/**
 * Sends a request and reads its answer to the end; one that no connection was made for goes to the next address.
 * @returns `answered`, `refused` with 503 and `Retry-After`, or what went wrong
 */
async function answerTo(
  [url, ...others]: string[],
  path: string,
  options: Parameters<typeof request>[1],
): Promise<string> {
  try {
    const { statusCode, headers, body } = await request(url + path, options);
    const text = await body.text();
    if (statusCode === 503 && headers['retry-after']) return 'refused';
    if (statusCode >= 400) return `status ${statusCode}`;
    return path !== '/chat' || text.includes('"done"') ? 'answered' : `a stream without its end: ${text}`;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ECONNREFUSED' && others.length > 0) return answerTo(others, path, options);
    return code ?? message;
  }
}
