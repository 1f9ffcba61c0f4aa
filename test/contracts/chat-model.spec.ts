import { tmpdir } from 'node:os';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';
import { createChatModel } from '../../src/adapters/chat-model/chat-model.module.js';
import type { ChatModel, ChatPrompt, Usage } from '../../src/adapters/chat-model/chat-model.js';
import { ModelError } from '../../src/adapters/openai/model-error.js';
import { Logger } from '../../src/common/logger.js';
import { Config } from '../../src/config/config.js';
import * as plays from '../support/fake-openai-plays.js';
import { callTool, event, FakeOpenAi, say, sendJson, type Play } from '../support/fake-openai.js';

const KEY = 'sk-secret';
const TEXT = 'One two three, naïve café 🎬👩‍👩‍👧 — done.\nA second line: "data: [DONE]"';
const settings = { NODE_ENV: 'test', LOG_LEVEL: 'silent', DATA_DIR: tmpdir(), JWT_SECRET: 'x'.repeat(32) };

let server: FakeOpenAi;
beforeAll(async () => (server = await FakeOpenAi.start()));
afterEach(() => server.reset());
afterAll(() => server.close());

function create(more: Record<string, string> = {}): ChatModel {
  const config = new Config({ ...settings, ...more });
  return createChatModel(config, new Logger(config));
}

const createReal = (more: Record<string, string> = {}) =>
  create({
    OPENAI_BASE_URL: server.url,
    OPENAI_API_KEY: KEY,
    OPENAI_MODEL: 'fake-1',
    MODEL_FIRST_BYTE_MS: '1500',
    MODEL_NEXT_TOKEN_MS: '1000',
    ...more,
  });

const ask = (message: string, more: Partial<ChatPrompt> = {}): ChatPrompt => ({
  instructions: 'You are a test.',
  history: [],
  message,
  ...more,
});
const never = () => new AbortController().signal;

/** Everything that came, and how it ended. */
async function read(model: ChatModel, prompt = ask('Hello'), signal = never()) {
  const texts: string[] = [];
  const usage: Usage[] = [];
  let reasoning = '';
  const observer = {
    onReasoning: (text: string) => (reasoning += text),
    onUsage: (cost: Usage) => usage.push(cost),
    onRetract: () => (texts.length = 0),
  };
  const outcome = await model
    .stream(prompt, (tokens) => texts.push(tokens.join('')), signal, observer)
    .then((finish) => ({ finish, error: null }))
    .catch((error: ModelError) => ({ finish: null, error }));
  return { texts, text: texts.join(''), reasoning, usage, ...outcome };
}

describe.each([
  ['offline', () => create()],
  ['OpenAI-compatible', () => createReal()],
])('the %s model', (_, make) => {
  const draft = 'The film you describe is The Red Balloon, is it not?';
  beforeEach(() => server.reply(plays.sayPaced(draft)));

  it('streams its text in pieces', async () => {
    const { texts, text, error } = await read(make(), ask('Which film?', { draft }));
    expect(error).toBeNull();
    expect(text).toBe(draft);
    expect(texts.length).toBeGreaterThan(3);
    expect(texts).not.toContain('');
  });

  it('uses the history', async () => {
    server.reply((response, request) =>
      say(`It heard ${request.body.messages[1]?.content}`)(response, request),
    );
    const history = [
      { role: 'user' as const, content: 'My name is Ada.' },
      { role: 'assistant' as const, content: 'Hello Ada.' },
    ];
    expect((await read(make(), ask('What is my name?', { history }))).text).toContain('Ada');
  });

  it('stops once the signal is aborted', async () => {
    server.reply(plays.stallAfter(draft));
    const stop = new AbortController();
    const texts: string[] = [];
    const listen = (tokens: readonly string[]) => {
      texts.push(tokens.join(''));
      stop.abort();
    };
    const reading = make().stream(ask('Which film?', { draft: draft.repeat(50) }), listen, stop.signal);
    await expect(reading).rejects.toMatchObject({ name: 'AbortError' });
    expect(texts).toHaveLength(1);
  });

  it('emits nothing when the signal was aborted before', async () => {
    const { text, error } = await read(make(), ask('Hello'), AbortSignal.abort());
    expect(text).toBe('');
    expect(error).toMatchObject({ name: 'AbortError' });
    expect(server.requests).toEqual([]);
  });

  it('answers many concurrent requests, each its own', async () => {
    server.reply((response, request) => plays.sayPaced(request.said)(response, request));
    const model = make();
    const messages = [...Array(20).keys()].map((index) => `Answer number ${index} please`);
    const answers = await Promise.all(
      messages.map((message) => read(model, ask(message, { draft: message }))),
    );
    expect(answers.map(({ text }) => text.split('\n').at(-1))).toEqual(messages);
  });

  it('can be left in the middle', async () => {
    const stop = new AbortController();
    await expect(
      make().stream(ask('Which film?', { draft }), () => stop.abort(), stop.signal),
    ).rejects.toThrow();
    expect((await read(make(), ask('Which film?', { draft }))).text).toBe(draft);
  });
});

describe('the offline model', () => {
  it('is the one without settings, and cannot do structured output', async () => {
    const model = create();
    expect(model).toMatchObject({ isOffline: true, name: 'offline' });
    expect(await model.structured(ask('x'), z.object({}), never())).toBeNull();
  });

  it('streams long drafts in few pieces', async () => {
    const draft = 'word '.repeat(3_000);
    const stop = new AbortController();
    let longest = '';
    const listen = (tokens: readonly string[]) => {
      longest = tokens.join('');
      stop.abort();
    };
    await expect(create().stream(ask('x', { draft }), listen, stop.signal)).rejects.toMatchObject({
      name: 'AbortError',
    });
    expect(longest).toBe('word '.repeat(10));
  });
});

describe('the OpenAI-compatible model', () => {
  it('sends requests as the protocol defines them', async () => {
    await read(createReal(), ask('Hello [[tag]]'));
    expect(server.lastRequest).toMatchObject({
      path: '/chat/completions',
      headers: { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' },
      body: { model: 'fake-1', stream: true, messages: [{ role: 'system', content: 'You are a test.' }, {}] },
      said: 'Hello [[tag]]',
    });
  });

  it('works without a key, with credentials in the address, and with a slash at its end', async () => {
    const url = server.url.replace('http://', 'http://ada:s%40fe@');
    expect((await read(createReal({ OPENAI_BASE_URL: `${url}/`, OPENAI_API_KEY: '' }))).error).toBeNull();
    expect(server.lastRequest.headers.authorization).toBe(`Basic ${btoa('ada:s@fe')}`);
    await read(createReal({ OPENAI_API_KEY: '' }));
    expect(server.lastRequest.headers.authorization).toBeUndefined();
  });

  it.each<[string, Play]>([
    ['at once', say(TEXT)],
    ['one write a token', plays.sayPaced(TEXT)],
    ['slowly', plays.sayPaced(TEXT, 20)],
    ['in pieces of 7 bytes', plays.sayInPieces(TEXT, 7)],
    ['byte by byte', plays.sayInPieces(TEXT, 1)],
    ['oddly', plays.sayOddly(TEXT)],
    ['without [DONE]', plays.sayWithoutDone(TEXT)],
    ['without closing the response', plays.sayAndStayOpen(TEXT)],
  ])('reads a text sent %s', async (_, play) => {
    server.reply(play);
    expect(await read(createReal())).toMatchObject({ text: TEXT, error: null });
  });

  it('joins the tokens of one read', async () => {
    server.reply(say(TEXT));
    expect((await read(createReal())).texts).toEqual([TEXT]);
  });

  it('keeps its connection for the next answer', async () => {
    const ports = new Set<number | undefined>();
    server.reply((response, request) => {
      ports.add(response.socket?.remotePort);
      return say(TEXT)(response, request);
    });
    const model = createReal();
    for (let answers = 0; answers < 3; answers++) {
      await read(model);
      // The response's last bytes may come after [DONE].
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect(ports.size).toBe(1);
  });

  it.each<[string, Play, string, string]>([
    ['a redirect', plays.refuse(307, { location: 'http://127.0.0.1:9/' }), 'model-refused', ''],
    ['400', plays.refuse(400), 'model-refused', ''],
    ['401', plays.refuse(401), 'model-refused', ''],
    ['403', plays.refuse(403), 'model-refused', ''],
    ['404', plays.refuse(404), 'model-refused', ''],
    ['a long Retry-After', plays.refuse(429, { 'retry-after': '60' }), 'model-rate-limited', ''],
    ['HTML', plays.html, 'model-protocol', ''],
    ['silence after its words', plays.stallAfter('So far '), 'model-timeout', 'So far '],
    ['a cut in mid-line', plays.cutMidLine('So far '), 'model-unavailable', 'So far '],
    ['an end in mid-line', plays.endMidLine('So far '), 'model-unavailable', 'So far '],
    ['a reset', plays.resetAfter('So far '), 'model-unavailable', 'So far '],
    ['no end mark', plays.endWithoutMark('So far '), 'model-unavailable', 'So far '],
    ['invalid JSON', plays.invalidJsonAfter('So far '), 'model-protocol', 'So far '],
    ['an error object', plays.errorAfter('So far '), 'model-unavailable', 'So far '],
    ['a token of 10 MB', plays.hugeToken(10_000_000), 'model-protocol', ''],
  ])('fails on %s, at the first try, and keeps the text before', async (_, play, code, text) => {
    server.reply(play);
    const { error, ...rest } = await read(createReal());
    expect(rest.text).toBe(text);
    expect(error).toBeInstanceOf(ModelError);
    expect(error?.code).toBe(code);
    expect(error?.message).toMatch(/^[A-Z].*\.$/);
    expect(JSON.stringify([error?.message, error?.cause])).not.toMatch(/secret|127\.0\.0\.1:\d+\/v1|Welcome/);
    expect(server.requests).toHaveLength(1);
  });

  it.each<[string, Play]>([
    ['500', plays.refuse(500)],
    ['503', plays.refuse(503)],
    ['429', plays.refuse(429)],
    ['429 with a time to wait', plays.refuse(429, { 'retry-after': '0' })],
    ['a reset', plays.resetAtOnce],
    ['an end without words', plays.endWithoutMark('')],
    ['an error object without words', plays.errorAfter('', { code: 'rate_limit_exceeded' })],
  ])('retries after %s', async (_, play) => {
    server.reply(play, TEXT);
    expect(await read(createReal())).toMatchObject({ text: TEXT, error: null });
    expect(server.requests).toHaveLength(2);
  });

  it('tries three times at most', async () => {
    server.reply(plays.refuse(503));
    expect((await read(createReal())).error?.code).toBe('model-unavailable');
    expect(server.requests).toHaveLength(3);
  });

  it.each<[string, Play]>([
    ['does not answer', plays.silence],
    ['stalls before its first word', plays.stallAfter('')],
    ['sends only comments for too long', plays.onlyComments],
  ])('gives up on a server that %s, and closes the connection', async (_, play) => {
    server.reply(play);
    const { error } = await read(createReal({ MODEL_FIRST_BYTE_MS: '1000', MODEL_THINKING_MS: '1500' }));
    expect(error?.code).toBe('model-timeout');
    expect(server.requests).toHaveLength(1);
    await server.untilHungUp();
  });

  it('does not read an endless answer', async () => {
    server.reply(plays.endless);
    const { text, error } = await read(createReal({ MODEL_NEXT_TOKEN_MS: '5000' }));
    expect(error?.code).toBe('model-protocol');
    expect(text.length).toBeLessThan(5_000_000);
    await server.untilHungUp();
  });

  it.each<[string, Play]>([
    ['before the first word', plays.silence],
    ['between words', plays.stallAfter('So far ')],
  ])('closes the connection when it is aborted %s', async (_, play) => {
    server.reply(play);
    const stop = new AbortController();
    const model = createReal({ MODEL_NEXT_TOKEN_MS: '60000', MODEL_FIRST_BYTE_MS: '60000' });
    const reading = read(model, ask('Hello'), stop.signal);
    while (!server.requests.length) await new Promise((resolve) => setTimeout(resolve, 5));
    stop.abort();
    expect((await reading).error).toMatchObject({ name: 'AbortError' });
    await server.untilHungUp();
  });

  it('closes the connection when its listener has had enough', async () => {
    server.reply(plays.endless);
    const stop = new AbortController();
    await expect(createReal().stream(ask('Hello'), () => stop.abort(), stop.signal)).rejects.toThrow();
    await server.untilHungUp();
  });

  it('waits while the model reasons, whichever keep-alive it sends', async () => {
    // Each gap is an eighth of what is allowed, all of them together are more than it.
    const slow = { MODEL_FIRST_BYTE_MS: '1200', MODEL_NEXT_TOKEN_MS: '1200' };
    for (const [sign, reasoning] of [
      [event({ reasoning_content: 'hm ' }), 'hm '.repeat(12)],
      [event({ reasoning: 'hm ' }), 'hm '.repeat(12)],
      [': OPENROUTER PROCESSING\n\n', ''],
    ] as const) {
      server.reset();
      server.reply(plays.thinkThenSay(sign, 12, 150, 'Paris.'));
      const { text, reasoning: thought, error } = await read(createReal(slow));
      expect({ text, thought, error }).toEqual({ text: 'Paris.', thought: reasoning, error: null });
      expect(server.requests).toHaveLength(1);
    }
  });

  it.each<[string, Play]>([
    ['an error in its stream', plays.errorAfter('So far ', { message: 'bad key hunter2' })],
    ['a document', (response) => void response.end('{"error":{"message":"bad key hunter2"}}')],
    ['a refusal', (response) => sendJson(response, 400, { error: { message: 'bad key hunter2' } })],
  ])('keeps the key out of the words of %s', async (_, play) => {
    server.reply(play);
    const { error } = await read(createReal({ OPENAI_API_KEY: 'hunter2' }));
    expect(error?.detail).toMatch(/bad key \*\*\*$/);
  });

  it('sends the instructions in the role of OPENAI_SYSTEM_ROLE', async () => {
    for (const role of ['developer', 'user']) {
      await read(createReal({ OPENAI_SYSTEM_ROLE: role }));
      expect(server.lastRequest.body.messages[0]).toEqual({
        role,
        content: expect.stringContaining('You are a test.'),
      });
    }
  });

  it('reports an unreachable server as unreachable', async () => {
    const port = await freePort();
    const { error } = await read(createReal({ OPENAI_BASE_URL: `http://127.0.0.1:${port}/v1` }));
    expect(error?.code).toBe('model-unavailable');
  });
});

describe('structured output', () => {
  const schema = z.object({ title: z.string(), year: z.number().int() });
  const film = { title: 'Alien', year: 1979 };

  it('fits the schema', async () => {
    server.reply(callTool(film));
    const history = [{ role: 'assistant' as const, content: 'Tell me.' }];
    expect(await createReal().structured(ask('Which film?', { history }), schema, never())).toEqual(film);
    expect(server.lastRequest).toMatchObject({
      said: 'Which film?',
      headers: { authorization: `Bearer ${KEY}` },
    });
    expect(server.lastRequest.body.tools).toHaveLength(1);
  });

  it.each<[string, Play]>([
    ['answers in words', say('It is Alien.')],
    ['answers in another shape', callTool({ title: 7 })],
    ['refuses tools', plays.refuse(400)],
  ])('is null when the server %s', async (_, play) => {
    server.reply(play);
    expect(await createReal().structured(ask('Which film?'), schema, never())).toBeNull();
  });

  it.each<[string, Play, string]>([
    ['refuses the key', plays.refuse(401), 'model-refused'],
    ['does not answer', plays.silence, 'model-timeout'],
    ['redirects', plays.refuse(307, { location: 'http://127.0.0.1:9/' }), 'model-refused'],
    ['answers in HTML', plays.html, 'model-protocol'],
    ['is out of order', plays.refuse(500), 'model-unavailable'],
    ['breaks the connection', plays.resetAtOnce, 'model-unavailable'],
    ['asks to wait', plays.refuse(429, { 'retry-after': '60' }), 'model-rate-limited'],
  ])('fails when the server %s', async (_, play, code) => {
    server.reply(play);
    // Only silence is to meet the deadline; on a busy machine the others take longer than 200 ms too.
    const model = createReal({ MODEL_FIRST_BYTE_MS: code === 'model-timeout' ? '200' : '15000' });
    const error = await model.structured(ask('x'), schema, never()).catch((failure: ModelError) => failure);
    expect(error).toBeInstanceOf(ModelError);
    expect(error).toMatchObject({ code, message: expect.not.stringContaining('secret') });
  });

  it('retries where that helps', async () => {
    server.reply(plays.refuse(429, { 'retry-after': '0' }), callTool(film));
    expect(await createReal().structured(ask('x'), schema, never())).toEqual(film);
  });

  it('obeys the signal', async () => {
    server.reply(plays.silence);
    const stop = new AbortController();
    const answer = createReal({ MODEL_FIRST_BYTE_MS: '60000' }).structured(ask('x'), schema, stop.signal);
    setTimeout(() => stop.abort(), 50);
    await expect(answer).rejects.toMatchObject({ name: 'AbortError' });
    await server.untilHungUp();
  });
});

/** A port on which nothing listens. */
async function freePort(): Promise<number> {
  const listener = createServer();
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  const { port } = listener.address() as AddressInfo;
  await new Promise((resolve) => listener.close(resolve));
  return port;
}
