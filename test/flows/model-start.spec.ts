import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { call, callJson, register } from '../support/client.js';
import { createDatabase, redisUrl } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { sendJson } from '../support/fake-openai.js';
import { Replica } from '../support/replica.js';

const KEY = 'sk-key-of-this-start';

describe('a start with a model server that', () => {
  let server: Server | undefined;
  let parley: Replica | undefined;
  let database: Awaited<ReturnType<typeof createDatabase>>;

  beforeAll(async () => (database = await createDatabase()));
  afterEach(async () => {
    await parley?.end();
    server?.closeAllConnections();
    server?.close();
    [parley, server] = [undefined, undefined];
  });
  afterAll(() => database.drop());

  /** @param path of the address that is set, below the server */
  async function start(path: string, answer: RequestListener) {
    server = createServer(answer).listen(0, '127.0.0.1');
    await once(server, 'listening');
    parley = await Replica.start({
      DATABASE_URL: database.url,
      REDIS_URL: redisUrl(),
      JWT_SECRET: 'a secret of the program under test',
      OPENAI_BASE_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`,
      OPENAI_API_KEY: KEY,
      OPENAI_MODEL: 'chat-1',
      LOG_LEVEL: 'warn',
    });
    return parley;
  }
  const ready = async () =>
    (await callJson<{ status: string; warnings: string[] }>(parley!.url, '/health/ready')).body;

  it.each<[string, string, RequestListener, RegExp]>([
    [
      'refuses the key',
      '/v1',
      (_, response) => sendJson(response, 401, { error: { message: `Incorrect API key ${KEY}` } }),
      /refused the API key \(HTTP 401\)\.$/,
    ],
    [
      'has no such model',
      '/v1',
      (_, response) => sendJson(response, 200, { data: [{ id: 'chat-2' }] }),
      /^OPENAI_MODEL: the server does not list chat-1; it lists chat-2\.$/,
    ],
    [
      'has another address',
      '/v2',
      (_, response) => sendJson(response, 404, { error: 'no route' }),
      /does not know this address \(HTTP 404\): \/v2\/models\. Check OPENAI_BASE_URL/,
    ],
  ])('%s says so in the start-up lines and in its readiness', async (_, path, answer, warning) => {
    const replica = await start(path, answer);
    await eventually(async () =>
      expect(await ready()).toMatchObject({ status: 'ok', warnings: [expect.stringMatching(warning)] }),
    );
    const [sentence] = (await ready()).warnings;
    // The log has the sentence too.
    const printed = () => replica.output.split('\n').filter((line) => !line.startsWith('{'));
    await eventually(async () => expect(printed().join('\n')).toContain(sentence));
    expect(replica.output).not.toContain(KEY);
  });

  it('is there under a repaired address says both', async () => {
    const replica = await start('/v1/chat/completions', (request, response) =>
      request.url === '/v1/models'
        ? sendJson(response, 200, { data: [{ id: 'chat-1' }] })
        : sendJson(response, 404, {}),
    );
    await eventually(async () => expect(replica.output).toMatch(/Model: chat-1 at http:\S+\/v1 is there/));
    expect(replica.output).toContain('OPENAI_BASE_URL: /chat/completions was taken off its end');
    expect(await ready()).toMatchObject({ status: 'ok', warnings: [] });
  });

  it('refuses a question leaves an excerpt of its words in the log', async () => {
    const replica = await start('/v1', (_, response) =>
      sendJson(response, 404, { error: { message: `model "zeta" not found, try pulling it first ${KEY}` } }),
    );
    const { accessToken: token } = await register(replica.url);
    const answer = await call(replica.url, '/chat', { token, body: { message: 'Hello?' } });
    expect(await answer.text()).toContain('does not have the model that is configured (HTTP 404).');
    await eventually(async () => expect(replica.output).toContain('"msg":"run failed"'));
    const line = replica.output.split('\n').find((text) => text.includes('"msg":"run failed"'))!;
    expect(JSON.parse(line)).toMatchObject({
      detail: '404 model "zeta" not found, try pulling it first ***',
    });
    expect(replica.output).not.toContain(KEY);
  });

  it('does not answer is not waited for', async () => {
    let asked = 0;
    await start('/v1', () => void asked++);
    expect(await ready()).toMatchObject({ status: 'ok', warnings: [] });
    await eventually(async () => expect(asked).toBe(1));
  });
});
