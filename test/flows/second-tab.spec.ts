import { randomUUID } from 'node:crypto';
import { createTestApp, type TestApp } from '../support/app.js';
import { call, callJson, register, type Account } from '../support/client.js';
import { FakeOpenAi } from '../support/fake-openai.js';
import { heldAfter } from '../support/held.js';
import { TestSocket } from '../support/socket.js';
import { collectJson } from '../support/sse.js';

/** A frame or event that holds a piece of an answer, on any surface. */
interface Piece {
  event_type?: string;
  type?: string;
  content?: string;
  data?: string;
}

const [BEGIN, REST] = [
  'An answer of several words, ',
  'which every tab of its owner shows as it is written.',
];

describe('a second tab', () => {
  let model: FakeOpenAi;
  let parley: TestApp;
  let me: Account;

  beforeAll(async () => {
    model = await FakeOpenAi.start();
    parley = await createTestApp({ OPENAI_BASE_URL: model.url, OPENAI_API_KEY: 'a-key-of-the-tests' });
    me = await register(parley.url);
  });
  afterEach(() => model.reset());
  afterAll(async () => {
    await parley?.close();
    await model?.close();
  });

  const post = (path: string, body: object) => call(parley.url, path, { token: me.accessToken, body });
  const openDesk = (query: Record<string, string>, { accessToken: token } = me) =>
    TestSocket.open(parley.url, `/async_chat?${new URLSearchParams({ token, ...query }).toString()}`);
  const watch = (conversationID: string, account = me) => openDesk({ conversationID, watch: '1' }, account);
  const ask = async (conversationID: string, question: string) => {
    const socket = await openDesk({ conversationID });
    socket.send(question);
    await socket.closed;
    return text(socket.frames);
  };
  /** A stream of the answer that is being written, once one is. */
  const join = async (conversation: string): Promise<Response> => {
    const response = await call(parley.url, `/chat/${conversation}/stream`, { token: me.accessToken });
    return response.status === 204 ? join(conversation) : response;
  };
  const text = (pieces: Piece[]) =>
    pieces
      .filter(({ event_type, type }) => event_type === 'on_chat_model_stream' || type === 'token')
      .map(({ content, data }) => content ?? data)
      .join('');
  const streamed = async (response: Response) => text(await collectJson<Piece>(response));
  const untilDone = async (tab: TestSocket, answers: number) => {
    while (tab.frames.filter(({ event_type }) => event_type === 'done').length < answers)
      await tab.until(tab.frames.length + 1);
  };

  it.each<[surface: string, ask: (conversation: string) => Promise<string>]>([
    [
      'S0',
      async (session_id) =>
        streamed(await post('/chat', { session_id, message: 'Something with Tom Hanks' })),
    ],
    [
      'S4',
      async (conversation_id) =>
        streamed(await post('/chat', { conversation_id, message: 'hi', include_citations: true })),
    ],
    ['S3', (conversation) => ask(conversation, 'hi')],
  ])('shows answers of %s, over SSE and WebSocket', async (_surface, askIn) => {
    const conversation = randomUUID();
    const answer = heldAfter(BEGIN, REST);
    model.reply(answer.play);
    const watcher = await watch(conversation);
    const asked = askIn(conversation);
    const tabs = [await join(conversation), await join(conversation)].map(streamed);
    await watcher.until(1);
    answer.release();
    const [shown, ...others] = await Promise.all([asked, ...tabs]);
    await untilDone(watcher, 1);
    expect(shown).toContain(BEGIN + REST);
    expect([...others, text(watcher.frames)]).toEqual([shown, shown, shown]);
    await watcher.close();
  });

  it('shows on a socket the next answers as well, however short, and on whichever surface', async () => {
    const conversation = randomUUID();
    const zeroth = heldAfter('zero', 'th');
    model.reply('before anybody watched', zeroth.play, 'one', 'two', 'three');
    await ask(conversation, 'Hello?');
    const asked = ask(conversation, 'Is anybody there?');
    const watcher = await watch(conversation);
    await watcher.until(1);
    zeroth.release();

    const answers = [await asked, await ask(conversation, 'first'), await ask(conversation, 'second')];
    const token = me.accessToken;
    const { body: chats } = await callJson<{ id: number }[]>(parley.url, '/api/chat/', { token });
    const { body: third } = await callJson<{ bot_response: string }>(
      parley.url,
      `/api/chat/${chats[0]!.id}/messages`,
      { token, body: { content: 'third' } },
    );
    answers.push(third.bot_response);
    expect(answers).toEqual(['zeroth', 'one', 'two', 'three']);

    await untilDone(watcher, 4);
    const ends = watcher.frames.filter(({ event_type }) => event_type === 'done');
    expect(ends).toEqual(
      answers.map(() => ({ event_type: 'done', conversation_id: conversation, run_id: expect.any(String) })),
    );
    expect(text(watcher.frames)).toBe(answers.join(''));
    await watcher.close();
  });

  it('of somebody else shows nothing, and its questions are refused', async () => {
    const conversation = randomUUID();
    const answer = heldAfter(BEGIN, REST);
    model.reply(answer.play);
    const stranger = await watch(conversation, await register(parley.url));
    const mine = await watch(conversation);
    const asked = ask(conversation, 'hi');
    await mine.until(1);
    answer.release();
    await asked;
    await untilDone(mine, 1);
    stranger.send('may I?');
    expect(await stranger.until(1)).toEqual([{ event_type: 'error', content: expect.any(String) }]);
    await Promise.all([stranger.close(), mine.close()]);
  });

  it('must say which conversation it watches', async () => {
    const socket = await openDesk({ watch: '1' });
    expect((await socket.closed).code).toBe(1008);
    expect(socket.frames).toEqual([{ event_type: 'error', content: expect.any(String) }]);
  });
});
