import { randomUUID } from 'node:crypto';
import { createTestApp, type TestApp } from '../support/app.js';
import { call, callJson, register, type Account } from '../support/client.js';
import * as plays from '../support/fake-openai-plays.js';
import { END, event, FakeOpenAi, type Reply } from '../support/fake-openai.js';
import { collectJson } from '../support/sse.js';

interface Typed {
  type: string;
  data: unknown;
}

describe('a model that fails', () => {
  let model: FakeOpenAi;
  let parley: TestApp;
  let me: Account;

  beforeAll(async () => {
    model = await FakeOpenAi.start();
    parley = await createTestApp({
      OPENAI_BASE_URL: model.url,
      OPENAI_API_KEY: 'sk-key-of-the-tests',
      MODEL_FIRST_BYTE_MS: '1000',
      MODEL_NEXT_TOKEN_MS: '1000',
    });
    me = await register(parley.url);
  });
  afterAll(async () => {
    await parley?.close();
    await model?.close();
  });

  const send = async (conversation_id: string, message: string) =>
    collectJson<Typed>(
      await call(parley.url, '/chat', {
        token: me.accessToken,
        body: { message, conversation_id, include_citations: false },
      }),
    );
  const stored = async (conversation_id: string) => {
    const path = `/conversations/${conversation_id}/messages`;
    const { body } = await callJson<{ messages: { content: string }[] }>(parley.url, path, {
      token: me.accessToken,
    });
    return body.messages.map(({ content }) => content);
  };

  it.each<[string, Reply, string]>([
    ['says nothing', plays.silence, ''],
    ['stalls before the first token', plays.stallAfter(''), ''],
    ['stalls in the middle', plays.stallAfter('half an answer '), 'half an answer '],
    ['is cut in the middle of a line', plays.cutMidLine('half an answer '), 'half an answer '],
    ['resets the connection', plays.resetAtOnce, ''],
    ['ends without a mark', plays.endWithoutMark('half an answer '), 'half an answer '],
    ['answers 401', plays.refuse(401), ''],
    ['answers 429', plays.refuse(429), ''],
    ['answers 429 with a long Retry-After', plays.refuse(429, { 'retry-after': '60' }), ''],
    ['answers 500', plays.refuse(500), ''],
    ['resets the connection in the middle', plays.resetAfter('half an answer '), 'half an answer '],
    ['answers with a page', plays.html, ''],
    ['sends invalid JSON', plays.invalidJsonAfter('half an answer '), 'half an answer '],
    ['sends an error', plays.errorAfter('half an answer '), 'half an answer '],
    ['sends a huge token', plays.hugeToken(10 * 1024 * 1024), ''],
  ])(
    'that %s is reported, the text shown so far is kept, and the next turn works',
    async (_name, reply, partial) => {
      const conversation = randomUUID();
      model.reply(reply);
      const events = await send(conversation, 'question');
      expect(events.slice(-2)).toEqual([
        { type: 'error', data: { message: expect.stringMatching(/\w.*\.$/) } },
        { type: 'done', data: null },
      ]);
      expect(JSON.stringify(events)).not.toMatch(/sk-|127\.0\.0\.1/);
      const shown = events.filter(({ type }) => type === 'token').map(({ data }) => data);
      expect(shown.join('')).toBe(partial);
      expect(await stored(conversation)).toEqual(partial ? ['question', partial] : ['question']);

      model.reply('all is well');
      expect((await send(conversation, 'again')).at(-1)).toEqual({ type: 'done', data: null });
      expect((await stored(conversation)).at(-1)).toBe('all is well');
    },
  );

  it('that never ends is cut, and the shown text is kept', async () => {
    const conversation = randomUUID();
    model.reply(plays.endless);
    const events = await send(conversation, 'question');
    expect(events.slice(-2).map(({ type }) => type)).toEqual(['error', 'done']);
    const shown = events.filter(({ type }) => type === 'token').map(({ data }) => data);
    expect(await stored(conversation)).toEqual(['question', shown.join('')]);
    await model.untilHungUp();
  });

  it('that sends a character in two halves is shown and stored whole', async () => {
    const conversation = randomUUID();
    model.reply((response) => {
      const halves = ['a \ud83d', '\ude00 smile'].map((content) => event({ content }));
      response.writeHead(200, { 'content-type': 'text/event-stream' }).end(halves.join('') + END);
    });
    const events = await send(conversation, 'question');
    const shown = events.filter(({ type }) => type === 'token').map(({ data }) => data);
    expect(shown.join('')).toBe('a 😀 smile');
    expect(await stored(conversation)).toEqual(['question', 'a 😀 smile']);
  });
});
