import { randomUUID } from 'node:crypto';
import type { UIMessage } from 'ai';
import { createTestApp, type TestApp } from '../support/app.js';
import { call, callJson, register, type Account } from '../support/client.js';
import { eventually } from '../support/eventually.js';
import { FakeOpenAi } from '../support/fake-openai.js';
import { errorAfter, refuse, stallAfter } from '../support/fake-openai-plays.js';
import { heldAfter } from '../support/held.js';
import { collectSse } from '../support/sse.js';
import { openChatPage, textOf, type ChatPage, type ChatPageOptions } from '../support/use-chat.js';

/** `useChat` of the AI SDK, unmodified, in a page. */
describe('AI SDK', () => {
  let parley: TestApp;
  let model: FakeOpenAi;
  let ada: Account;
  let page: ChatPage | undefined;

  beforeAll(async () => {
    model = await FakeOpenAi.start();
    parley = await createTestApp({ OPENAI_BASE_URL: model.url, OPENAI_API_KEY: 'sk-test' });
    ada = await register(parley.url);
  });
  beforeEach(() => model.reset());
  afterEach(() => {
    page?.close();
    page = undefined;
  });
  afterAll(async () => {
    await parley?.close();
    await model?.close();
  });

  const open = async (options: Partial<ChatPageOptions> = {}) => {
    page?.close();
    page = await openChatPage({
      api: `${parley.url}/api/ai/chat`,
      id: randomUUID(),
      token: ada.accessToken,
      ...options,
    });
    return page;
  };
  const history = async (id: string) =>
    (
      await callJson<{ messages: UIMessage[] }>(parley.url, `/api/ai/chat/${id}/messages`, {
        token: ada.accessToken,
      })
    ).body.messages;
  const send = (body: object, token = ada.accessToken) => call(parley.url, '/api/ai/chat', { token, body });
  const said = (text: string, id: string = randomUUID()) => ({
    id,
    role: 'user' as const,
    parts: [{ type: 'text' as const, text }],
  });

  it('shows an answer as it is written, and in the history under the same id', async () => {
    const id = randomUUID();
    const { chat, until } = await open({ id });
    await chat.sendMessage({ text: 'Hello?' });
    await until('ready');
    expect(page!.shown).toEqual(['Hello?', 'Hello from the model.']);
    const stored = await history(id);
    expect(stored.map(textOf)).toEqual(page!.shown);
    expect(page!.chat.messages.at(-1)).toMatchObject({
      id: stored.at(-1)!.id,
      metadata: { conversationId: id, runId: stored.at(-1)!.id, usage: { outputTokens: expect.any(Number) } },
    });
  });

  it('resumes in a page that is loaded anew, without showing the answer twice', async () => {
    const id = randomUUID();
    const { play, release } = heldAfter('One, ', 'two.');
    model.reply(play);
    const first = await open({ id });
    void first.chat.sendMessage({ text: 'Count!' });
    await eventually(async () => expect(page!.shown).toEqual(['Count!', 'One,']));
    const second = await open({ id, messages: await history(id), resume: true });
    await eventually(async () => expect(page!.shown).toEqual(['Count!', 'One,']));
    release();
    await second.until('ready');
    expect(page!.shown).toEqual(['Count!', 'One, two.']);
    // The answer is over, and in the history that the page begins with.
    const third = await open({ id, messages: await history(id), resume: true });
    await third.until('ready');
    await eventually(async () =>
      expect(page!.chat.messages.at(-1)?.parts[0]).toMatchObject({ type: 'step-start' }),
    );
    expect(page!.shown).toEqual(['Count!', 'One, two.']);
  });

  it('keeps the partial reply when the answer is stopped, and answers again by regenerate', async () => {
    const id = randomUUID();
    model.reply(stallAfter('A beginning'), 'A whole answer.');
    const { chat, until } = await open({ id });
    void chat.sendMessage({ text: 'Go on!' });
    await eventually(async () => expect(page!.shown.at(-1)).toBe('A beginning'));
    await call(parley.url, `/api/ai/chat/${id}/stop`, { method: 'POST', token: ada.accessToken });
    await until('ready');
    expect(page!.shown).toEqual(['Go on!', 'A beginning']);
    await page!.chat.regenerate();
    expect(page!.shown).toEqual(['Go on!', 'A whole answer.']);
    expect((await history(id)).map(textOf)).toEqual(page!.shown);
  });

  it('shows a conversation with edits and a second answer as every surface does', async () => {
    const id = randomUUID();
    model.reply('One.', 'Two.', 'Three.', 'Four.', 'Five.');
    const { chat, until } = await open({ id });
    await chat.sendMessage({ text: 'First?' });
    await page!.chat.sendMessage({ text: 'Second?' });
    await page!.chat.sendMessage({ text: 'Second, edited?', messageId: page!.chat.messages[2]!.id });
    await page!.chat.regenerate();
    await page!.chat.sendMessage({ text: 'First, edited?', messageId: page!.chat.messages[0]!.id });
    await until('ready');
    expect(page!.shown).toEqual(['First, edited?', 'Five.']);
    expect((await history(id)).map(textOf)).toEqual(page!.shown);
    const token = ada.accessToken;
    const s4 = await callJson<{ messages: { content: string }[] }>(
      parley.url,
      `/conversations/${id}/messages`,
      { token },
    );
    expect(s4.body.messages.map(({ content }) => content)).toEqual(page!.shown);
    const tree = await callJson<{ messages: { content: string }[] }>(
      parley.url,
      `/conversations/${id}/messages?tree=1`,
      { token },
    );
    const all = tree.body.messages.map(({ content }) => content);
    expect(all).toEqual(expect.arrayContaining(['First?', 'One.', 'Second?', 'Two.', 'Three.', 'Four.']));
  });

  it.each([
    ['before', () => refuse(401), ''],
    ['after', () => errorAfter('Half an '), 'Half an '],
  ])('shows an error %s the first token', async (_when, play, partial) => {
    const id = randomUUID();
    model.reply(play());
    const { chat, until } = await open({ id });
    await chat.sendMessage({ text: 'Hello?' });
    await until('error');
    expect(page!.chat.error!.message).toMatch(/^[A-Z].*\.$/);
    expect(page!.shown.join('')).toBe(`Hello?${partial}`);
    expect(model.requests).toHaveLength(1);
  });

  it('reads the last message of a long chat, or that alone', async () => {
    const id = randomUUID();
    const messages = Array.from({ length: 2_000 }, (_, i) => [
      said(`Question ${i}`),
      {
        id: randomUUID(),
        role: 'assistant' as const,
        parts: [{ type: 'text' as const, text: `Answer ${i}` }],
      },
    ]).flat();
    const whole = await send({
      id,
      messages: [...messages, said('The last one')],
      trigger: 'submit-message',
    });
    expect((await collectSse(whole)).at(-1)!.data).toBe('[DONE]');
    await collectSse(await send({ id, message: said('One more') }));
    expect((await history(id)).map(textOf)).toEqual([
      'The last one',
      'Hello from the model.',
      'One more',
      'Hello from the model.',
    ]);
  });

  it('answers a message once that is sent twice, and an edited one anew', async () => {
    const id = randomUUID();
    const message = said('Hello?');
    const body = { id, messages: [message], trigger: 'submit-message' };
    const [first, second] = await Promise.all([send(body), send(body)]);
    expect(first.headers.get('x-run-id')).toBe(second.headers.get('x-run-id'));
    await Promise.all([collectSse(first), collectSse(second)]);
    const edited = { ...body, messages: [said('Good-bye!', message.id)], messageId: message.id };
    await collectSse(await send(edited));
    expect(model.requests.map((request) => request.said)).toEqual(['Hello?', 'Good-bye!']);
  });

  it('refuses with a sentence, and who is unknown first', async () => {
    const stranger = await send({}, 'wrong');
    expect(stranger.status).toBe(401);
    const file = { type: 'file', mediaType: 'text/plain', url: 'data:text/plain;base64,SGk=' };
    const refusals = await Promise.all(
      [
        { id: 'c', messages: [] },
        { id: 'c', messages: [{ ...said(''), role: 'assistant' }] },
        { id: 'c', messages: [{ ...said('x'), parts: [file] }] },
        { id: 'c', agent: 'nobody', messages: [said('Hi')] },
        { model: 'assistant', input: 'Hi' },
      ].map(async (body) => {
        const response = await send(body);
        return [response.status, ((await response.json()) as { detail: string }).detail] as const;
      }),
    );
    expect(refusals).toEqual([
      [400, expect.stringMatching(/^messages: /)],
      [400, "messages: The last message must have the role 'user'"],
      [400, expect.stringContaining('POST /upload')],
      [400, expect.stringContaining('nobody')],
      [400, expect.stringContaining('POST /v1/responses')],
    ]);
  });

  it('has nothing to resume where nothing was asked, and shows nothing to others', async () => {
    const id = randomUUID();
    await collectSse(await send({ id, messages: [said('A secret')], trigger: 'submit-message' }));
    const eve = await register(parley.url);
    const path = `/api/ai/chat/${id}`;
    expect((await call(parley.url, `${path}/stream`, { token: eve.accessToken })).status).toBe(204);
    expect((await call(parley.url, `${path}/messages`, { token: eve.accessToken })).status).toBe(404);
    const again = await call(parley.url, `${path}/stream`, { token: ada.accessToken });
    expect(again.headers.get('x-vercel-ai-ui-message-stream')).toBe('v1');
    expect(await again.text()).toContain('Hello');
  });
});
