import { randomUUID } from 'node:crypto';
import { createTestApp, type TestApp } from '../support/app.js';
import { callJson, register, type Account } from '../support/client.js';
import { cutMidLine } from '../support/fake-openai-plays.js';
import { FakeOpenAi } from '../support/fake-openai.js';
import { TestSocket } from '../support/socket.js';

interface Frame extends Record<string, unknown> {
  event_type: string;
  content: string;
}

describe('S3, the agent desk', () => {
  let model: FakeOpenAi;
  let parley: TestApp;
  let me: Account;

  beforeAll(async () => {
    model = await FakeOpenAi.start();
    parley = await createTestApp({ OPENAI_BASE_URL: model.url, OPENAI_API_KEY: 'a-key-of-the-tests' });
    me = await register(parley.url);
  });
  afterAll(async () => {
    await parley?.close();
    await model?.close();
  });
  beforeEach(() => model.reset());

  const get = <T>(path: string, account = me) =>
    callJson<T>(parley.url, path, { token: account.accessToken });
  const open = (query: Record<string, string>) =>
    TestSocket.open(parley.url, `/async_chat?${new URLSearchParams(query).toString()}`);
  const ask = async (question: string, query: Record<string, string> = {}) => {
    const socket = await open({ token: me.accessToken, ...query });
    socket.send(question);
    return { closed: await socket.closed, frames: socket.frames as Frame[] };
  };
  const text = (frames: Frame[]) =>
    frames
      .filter((frame) => frame.event_type === 'on_chat_model_stream')
      .map((frame) => frame.content)
      .join('');

  it('answers one question, then closes', async () => {
    model.reply('Hello! How can I assist you today?');
    const { closed, frames } = await ask('hi');
    expect(text(frames)).toBe('Hello! How can I assist you today?');
    expect(frames.at(-1)).toEqual({ event_type: 'on_chat_model_end', content: '' });
    expect(closed.code).toBe(1000);
  });

  it('takes one question a socket, however many are sent', async () => {
    const conversationID = randomUUID();
    model.reply('the answer');
    const socket = await open({ token: me.accessToken, conversationID });
    for (const question of ['first', 'second', 'third']) socket.send(question);
    expect((await socket.closed).code).toBe(1000);
    expect(text(socket.frames as Frame[])).toBe('the answer');
    expect((await get(`/get_history_conversation/${conversationID}`)).body).toEqual([
      { sender: 'You', message: 'first' },
      { sender: 'Agent', message: 'the answer' },
    ]);
  });

  it('keeps the conversation that the client named, and shows it in the history', async () => {
    const account = await register(parley.url);
    const conversationID = `desk-${randomUUID()}`;
    model.reply('Hello!', 'Indeed.');
    for (const question of ['hi', 'and now?']) {
      const socket = await open({ token: account.accessToken, conversationID });
      socket.send(question);
      await socket.closed;
    }
    expect((await get('/history/', account)).body).toEqual([
      {
        conversation_id: conversationID,
        ts: expect.stringMatching(/^\d{4}-.*\+00:00$/),
        title_summary: 'hi',
      },
    ]);
    for (const route of ['get_history_conversatino', 'get_history_conversation'])
      expect((await get(`/${route}/${conversationID}`, account)).body).toEqual([
        { sender: 'You', message: 'hi' },
        { sender: 'Agent', message: 'Hello!' },
        { sender: 'You', message: 'and now?' },
        { sender: 'Agent', message: 'Indeed.' },
      ]);
    expect(await get(`/get_history_conversation/${conversationID}`)).toEqual({ status: 200, body: [] });
    expect(await get('/get_history_conversation/unknown')).toEqual({ status: 200, body: [] });
  });

  it('continues in one conversation with keepAlive=1', async () => {
    model.reply('one', 'two');
    const socket = await open({ token: me.accessToken, keepAlive: '1' });
    socket.send('first');
    socket.send('second');
    const frames = (await socket.until(6)) as Frame[];
    expect(frames.map((frame) => frame.event_type)).toEqual([
      'on_chat_model_stream',
      'on_chat_model_end',
      'done',
      'on_chat_model_stream',
      'on_chat_model_end',
      'done',
    ]);
    const [first, second] = [frames[2]!, frames[5]!];
    expect(first).toEqual({
      event_type: 'done',
      conversation_id: expect.any(String),
      run_id: expect.any(String),
    });
    expect(second.conversation_id).toBe(first.conversation_id);
    expect(second.run_id).not.toBe(first.run_id);
    await socket.close();
  });

  it('lists agents whose labels can be asked for', async () => {
    const { body: agents } =
      await get<{ id: number; label: string; desc: string; selected: boolean }[]>('/agents/');
    expect(agents.map(({ id }) => id)).toEqual(agents.map((_, i) => i + 1));
    expect(agents.every(({ label, desc, selected }) => label && desc && selected === false)).toBe(true);
    for (const { label } of agents) {
      model.reply('ok');
      expect((await ask('hi', { agentName: label })).closed.code).toBe(1000);
    }
  });

  it('reports an invalid query, and closes with 1008', async () => {
    for (const [name, value] of [
      ['agentName', 'Nobody'],
      ['conversationID', 'x'.repeat(129)],
    ] as const) {
      const socket = await open({ token: me.accessToken, [name]: value });
      expect((await socket.closed).code).toBe(1008);
      expect(socket.frames).toEqual([{ event_type: 'error', content: expect.any(String) }]);
    }
  });

  it.each([
    [{}, 'unauthorized'],
    [{ token: '' }, 'unauthorized'],
    [{ token: 'nonsense' }, 'jwt error'],
  ])('accepts, then closes with 1008: %j', async (query, reason) => {
    const socket = await open(query as Record<string, string>);
    expect(await socket.closed).toEqual({ code: 1008, reason });
    expect(socket.frames).toEqual([]);
  });

  it('says that the answer failed, and titles the conversation all the same', async () => {
    const account = await register(parley.url);
    model.reply(cutMidLine('half an ans'));
    const socket = await open({ token: account.accessToken, conversationID: 'broken' });
    socket.send('a question that fails');
    await socket.closed;
    const frames = socket.frames as Frame[];
    expect(text(frames)).toBe('half an ans');
    expect(frames.slice(-2).map((frame) => frame.event_type)).toEqual(['error', 'on_chat_model_end']);
    expect((await get('/history/', account)).body).toMatchObject([
      { title_summary: 'a question that fails' },
    ]);
  });

  it('refuses questions that are no text, and waits for a better one', async () => {
    model.reply('at last');
    const socket = await open({ token: me.accessToken });
    socket.send(Buffer.from([1, 2, 3]));
    socket.send('');
    const errors = (await socket.until(2)).slice(0, 2);
    expect(errors).toEqual([
      { event_type: 'error', content: expect.any(String) },
      { event_type: 'error', content: expect.any(String) },
    ]);
    socket.send('now');
    expect((await socket.closed).code).toBe(1000);
    expect(text(socket.frames as Frame[])).toBe('at last');
  });
});
