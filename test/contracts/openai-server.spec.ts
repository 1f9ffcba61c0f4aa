import { tmpdir } from 'node:os';
import { createServer, type IncomingMessage } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';
import { createChatModel } from '../../src/adapters/chat-model/chat-model.module.js';
import { createEmbeddings } from '../../src/adapters/embeddings/create-embeddings.js';
import { ModelCheck } from '../../src/adapters/openai/model-check.js';
import { openAiServerOf } from '../../src/adapters/openai/openai-server.js';
import { OpenAiVision } from '../../src/adapters/vision/openai-vision.js';
import { Logger } from '../../src/common/logger.js';
import { Config } from '../../src/config/config.js';
import { callTool, FakeOpenAi } from '../support/fake-openai.js';
import { startHttpProxy } from '../support/http-proxy.js';

const settings = { NODE_ENV: 'test', LOG_LEVEL: 'silent', DATA_DIR: tmpdir(), JWT_SECRET: 'x'.repeat(32) };
const models = { OPENAI_MODEL: 'chat-1', OPENAI_EMBEDDING_MODEL: 'words', OPENAI_VISION_MODEL: 'eyes' };
const never = () => new AbortController().signal;
const prompt = { instructions: 'x', history: [], message: 'Hello' };

/** Everything that asks the configured server, once each. */
async function askAll(more: Record<string, string>): Promise<void> {
  const config = new Config({ ...settings, ...models, ...more });
  const logger = new Logger(config);
  const chat = createChatModel(config, logger);
  await chat.stream(prompt, () => undefined, never());
  await chat.structured(prompt, z.object({ a: z.string() }), never());
  await createEmbeddings(config, logger).embed(['x']);
  const vision = new OpenAiVision(openAiServerOf(config, logger), 'eyes');
  await vision.describe({ bytes: Buffer.from('x'), mediaType: 'image/png' });
}

describe('chat, structured output, embeddings and vision', () => {
  let server: FakeOpenAi;
  beforeAll(async () => (server = await FakeOpenAi.start()));
  afterEach(() => server.reset());
  afterAll(() => server.close());
  const port = () => new URL(server.url).port;

  it('ask one server in one way, with credentials in the address', async () => {
    server.reply('Hi.', callTool({ a: 'b' }), 'A harbour.');
    await askAll({ OPENAI_BASE_URL: ` http://ada:s%40fe@127.0.0.1:${port()}/v1//chat/completions ` });
    expect(server.requests.map(({ path }) => path)).toEqual([
      '/chat/completions',
      '/chat/completions',
      '/embeddings',
      '/chat/completions',
    ]);
    const sent = server.requests.map(({ headers }) => headers.authorization);
    expect(new Set(sent)).toEqual(new Set([`Basic ${btoa('ada:s@fe')}`]));
  });

  it('send the version and the header that are set', async () => {
    server.reply('Hi.', callTool({ a: 'b' }), 'A harbour.');
    await askAll({
      OPENAI_BASE_URL: server.url,
      OPENAI_API_KEY: 'k',
      OPENAI_API_VERSION: '2024-10-21',
      OPENAI_API_KEY_HEADER: 'X-Gateway-Key',
    });
    expect(server.requests.map(({ path }) => path.split('?')[1])).toEqual(
      Array(4).fill('api-version=2024-10-21'),
    );
    expect(server.requests.map(({ headers }) => headers['x-gateway-key'])).toEqual(Array(4).fill('k'));
    expect(server.requests.map(({ headers }) => headers.authorization)).toEqual(Array(4).fill(undefined));
  });

  it('go through the proxy where one is set, and around it to hosts that are exempt', async () => {
    const proxy = await startHttpProxy(Number(port()));
    try {
      const proxies = { HTTP_PROXY: proxy.url, NO_PROXY: '127.0.0.2' };
      await askAll({ OPENAI_BASE_URL: 'http://model.test/v1', OPENAI_API_KEY: 'k', ...proxies });
      expect(new Set(proxy.asked)).toEqual(
        new Set(['POST http://model.test/v1/chat/completions', 'POST http://model.test/v1/embeddings']),
      );
      expect(proxy.asked).toHaveLength(4);
      await askAll({ OPENAI_BASE_URL: server.url, OPENAI_API_KEY: 'k', ...proxies });
      expect(proxy.asked).toHaveLength(4);
      // Nothing listens there.
      const exempt = { OPENAI_BASE_URL: `http://127.0.0.2:${port()}/v1`, OPENAI_API_KEY: 'k' };
      await expect(askAll({ ...exempt, ...proxies })).rejects.toThrow(
        'connection to the model server failed',
      );
      expect(proxy.asked).toHaveLength(4);
    } finally {
      await proxy.close();
    }
  });

  it('keep the query of Azure and send its key header; each model is a deployment', async () => {
    const asked: IncomingMessage[] = [];
    const azure = createServer((request, response) => {
      asked.push(request);
      request.resume();
      const isKnown = request.url?.endsWith('?api-version=2024-06-01') && request.headers['api-key'] === 'k';
      response.writeHead(isKnown ? 200 : 401, { 'content-type': 'text/event-stream' });
      if (request.url?.includes('/embeddings')) response.end('{"data":[{"index":0,"embedding":[1]}]}');
      else {
        const first = 'data: {"choices":[],"prompt_filter_results":[]}\n\n';
        const text = 'data: {"choices":[{"index":0,"delta":{"content":"Hi."},"finish_reason":"stop"}]}\n\n';
        response.end(`${first}${text}data: [DONE]\n\n`);
      }
    });
    azure.listen(0, '127.0.0.1');
    await once(azure, 'listening');
    const { port: azurePort } = azure.address() as AddressInfo;
    try {
      const config = new Config({
        ...settings,
        ...models,
        OPENAI_BASE_URL: `http://127.0.0.1:${azurePort}/openai/deployments/d1?api-version=2024-06-01`,
        OPENAI_API_KEY: 'k',
      });
      const logger = new Logger(config);
      let text = '';
      await createChatModel(config, logger).stream(prompt, (tokens) => (text += tokens.join('')), never());
      await createEmbeddings(config, logger).embed(['x']);
      expect(text).toBe('Hi.');
      expect(asked.map(({ url }) => url?.split('?')[0])).toEqual([
        '/openai/deployments/d1/chat/completions',
        '/openai/deployments/words/embeddings',
      ]);
    } finally {
      azure.closeAllConnections();
      azure.close();
    }
  });
});

it("the server's errors for refused embeddings and images are in the log, without the key", async () => {
  const server = createServer((_, response) => {
    response.writeHead(404).end('{"error":{"message":"no such model, says hunter2"}}');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const config = new Config({
    ...settings,
    ...models,
    OPENAI_BASE_URL: `http://127.0.0.1:${port}/v1`,
    OPENAI_API_KEY: 'hunter2',
  });
  const lines: object[] = [];
  const logger = Object.assign(new Logger(config), { warn: (line: object) => lines.push(line) });
  try {
    const vision = new OpenAiVision(openAiServerOf(config, logger), 'eyes');
    await expect(createEmbeddings(config, logger).embed(['x'])).rejects.toThrow('Embeddings: ');
    await expect(vision.describe({ bytes: Buffer.from('x'), mediaType: 'image/png' })).rejects.toThrow(
      'Vision: ',
    );
    const detail = '404 no such model, says ***';
    expect(lines).toEqual([expect.objectContaining({ detail }), expect.objectContaining({ detail })]);
  } finally {
    server.closeAllConnections();
    server.close();
  }
});

describe('the check at start', () => {
  const KEY = 'sk-of-the-tests-1234';
  /** A server that answers one status and body to everything. */
  async function check(status: number, body: string) {
    const server = createServer((_, response) => response.writeHead(status).end(body));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const url = `http://127.0.0.1:${port}/v1`;
    const config = new Config({
      ...settings,
      OPENAI_MODEL: 'chat-1',
      OPENAI_BASE_URL: url,
      OPENAI_API_KEY: KEY,
    });
    const logger = new Logger(config);
    const modelCheck = new ModelCheck(config, logger);
    modelCheck.onApplicationBootstrap();
    const line = await modelCheck.finished;
    server.closeAllConnections();
    server.close();
    return {
      line,
      warnings: modelCheck.warnings,
      tokens: openAiServerOf(config, logger).contextTokens.get('chat-1'),
    };
  }

  it.each<[number, string, RegExp | null]>([
    [200, '{"data":[{"id":"chat-1","max_model_len":4096}]}', null],
    [200, '{"data":[{"id":"other"}]}', /^OPENAI_MODEL: the server does not list chat-1; it lists other\.$/],
    [401, `{"error":{"message":"Incorrect API key ${KEY}"}}`, /refused the API key \(HTTP 401\)/],
    [404, '<html>', /does not know this address \(HTTP 404\): \/v1\/models\. Check OPENAI_BASE_URL/],
    [503, '', /out of order/],
    [200, '<html>', /invalid response/],
  ])('of a server that answers %d %s warns as it should', async (status, body, warning) => {
    const { line, warnings } = await check(status, body);
    expect(line).toMatch(/^Model: chat-1 at http:\/\/127\.0\.0\.1:\d+\/v1\b/);
    expect(warnings).toEqual(warning ? [expect.stringMatching(warning)] : []);
    expect(JSON.stringify([line, warnings])).not.toContain(KEY);
  });

  it('reads the context size of the model', async () => {
    expect((await check(200, '{"data":[{"id":"chat-1","max_model_len":4096}]}')).tokens).toBe(4096);
  });

  it('prints nothing where no model is configured', async () => {
    const config = new Config(settings);
    const modelCheck = new ModelCheck(config, new Logger(config));
    modelCheck.onApplicationBootstrap();
    expect([await modelCheck.finished, modelCheck.warnings]).toEqual([null, []]);
  });
});
