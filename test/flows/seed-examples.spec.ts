import { once } from 'node:events';
import { WebSocket as Socket } from 'ws';
import { createTestApp, type TestApp } from '../support/app.js';
import { unlike } from '../support/shape.js';
import { collectSse } from '../support/sse.js';

/**
 * The examples that the five client documents print, run as they are written there: the same calls and bodies, the same
 * keys and types in the answers. Only hosts and tokens are put in, and ids where a document says `{id}`.
 */
describe('the examples of the client documents', () => {
  let parley: TestApp;
  let token: string;

  beforeAll(async () => {
    parley = await createTestApp();
    token = await tokenOf('ada@example.com');
  });
  afterAll(() => parley?.close());

  /** The documents say where the server is in several ways. */
  const here = (address: string) => {
    const { pathname, search } = new URL(address, 'http://0.0.0.0');
    return parley.url + pathname + search;
  };
  const fetch = (address: string, init?: RequestInit) => globalThis.fetch(here(address), init);
  class WebSocket extends Socket {
    constructor(address: string) {
      super(here(address).replace('http', 'ws'));
    }
  }
  const localStorage = { getItem: (_key: 'token') => token };

  const bearer = () => ({ Authorization: `Bearer ${token}` });
  const get = (path: string) => fetch(path, { headers: bearer() });
  const send = (method: string, path: string, body?: string) =>
    fetch(path, {
      method,
      body,
      headers: { ...bearer(), ...(body && { 'Content-Type': 'application/json' }) },
    });
  const post = (path: string, body?: string) => send('POST', path, body);
  /** Checks the status and the shape of an answer. @returns it */
  async function answers<T>(response: Response, status: number, example: T): Promise<T> {
    const body = (await response.json()) as T;
    expect([response.status, unlike(body, example)]).toEqual([status, []]);
    return body;
  }
  async function tokenOf(email: string): Promise<string> {
    const body = JSON.stringify({ email, password: 'correct horse battery' });
    const headers = { 'Content-Type': 'application/json' };
    const response = await fetch('/auth/register', { method: 'POST', headers, body });
    return ((await response.json()) as { access_token: string }).access_token;
  }
  const nextFrame = async (socket: WebSocket) => {
    const [data] = (await once(socket, 'message')) as [Buffer];
    return JSON.parse(String(data)) as unknown;
  };

  describe('Movie Finder', () => {
    const credentials = '{"email": "grace@example.com", "password": "correct horse battery"}';
    const pair = { access_token: 'eyJ…', refresh_token: 'eyJ…', token_type: 'bearer' };
    const session = '550e8400-e29b-41d4-a716-446655440000';
    const tokenEvent = { type: 'token', content: '<chunk>' };
    const doneEvent = {
      type: 'done',
      session_id: '550e8400-...',
      reply: 'full assistant reply text',
      phase: 'qa',
    };

    const say = async (message: string) => {
      const response = await post('/chat', JSON.stringify({ session_id: session, message }));
      expect(response.headers.get('content-type')).toContain('text/event-stream');
      const events = (await collectSse(response)).map(({ data }) => JSON.parse(data) as typeof doneEvent);
      const done = events.pop()!;
      expect(unlike(done, doneEvent)).toEqual([]);
      expect(unlike(events, [tokenEvent])).toEqual([]);
      return { done: done as typeof doneEvent & Record<string, unknown>, tokens: events.length };
    };

    it('gives tokens for an account', async () => {
      await answers(await post('/auth/register', credentials), 201, pair);
      const { refresh_token } = await answers(await post('/auth/login', credentials), 200, pair);
      await answers(await post('/auth/refresh', JSON.stringify({ refresh_token })), 200, pair);
    });

    it('streams a session through its phases, lists it, shows it, and deletes it', async () => {
      const discovery = await say('Hello! I would like to watch a film.');
      expect([discovery.done.phase, discovery.tokens > 1]).toEqual(['discovery', true]);
      const confirmation = await say('A hacker learns that the world is a simulation and takes a red pill');
      expect(confirmation.done).toMatchObject({ phase: 'confirmation', candidates: expect.any(Array) });
      await say('The Matrix, yes');
      const qa = await say('Who directed it?');
      expect(qa.done).toMatchObject({ phase: 'qa', confirmed_movie: { rag_title: 'The Matrix' } });
      expect(qa.tokens).toBe(0);

      const sessions = { total: 1, limit: 20, offset: 0, items: [{ session_id: session, phase: 'qa' }] };
      expect((await answers(await get('/chat/sessions'), 200, sessions)).items).toHaveLength(1);
      const messages = [{ id: 'an id', role: 'user', content: 'Hello!', created_at: 'a time' }];
      const history = { session_id: session, phase: 'qa', messages };
      expect((await answers(await get(`/chat/${session}/history`), 200, history)).messages).toHaveLength(8);
      expect((await send('DELETE', `/chat/${session}`)).status).toBe(204);
      expect((await get(`/chat/${session}/history`)).status).toBe(404);
    });

    it('is alive', async () => {
      expect(await (await fetch('/health')).json()).toEqual({ status: 'ok' });
    });
  });

  describe('Movie Chatbot', () => {
    const base = 'http://localhost:8000/api';
    const chat = { id: 1, title: 'New Chat Title', created_at: '2024-05-19T17:12:15Z' };
    const message = {
      id: 1,
      content: 'Your message content here',
      bot_response: 'text',
      created_at: 'a time',
    };

    it('creates, shows, renames and deletes chats, and answers in them', async () => {
      const { id: chat_id } = await answers(await post(`${base}/chat/`), 201, chat);
      expect(await answers(await get(`${base}/chat/`), 200, [chat])).toHaveLength(1);
      await answers(await get(`${base}/chat/${chat_id}`), 200, chat);
      const renamed = await send('PATCH', `${base}/chat/${chat_id}`, '{\n    "title": "New Chat Title"\n  }');
      expect((await answers(renamed, 200, chat)).title).toBe('New Chat Title');

      const body = '{\n    "content": "Your message content here"\n  }';
      const answered = await answers(await post(`${base}/chat/${chat_id}/messages`, body), 201, message);
      expect(answered.content).toBe('Your message content here');
      expect(await answers(await get(`${base}/chat/${chat_id}/messages`), 200, [message])).toEqual([
        answered,
      ]);

      await answers(await send('DELETE', `${base}/chat/`), 200, { msg: 'All chats were deleted!' });
      expect(await answers(await get(`${base}/chat/`), 200, [chat])).toEqual([]);
    });

    it('requires a token', async () => {
      expect((await fetch(`${base}/chat/`)).status).toBe(401);
    });
  });

  describe('rooms', () => {
    const session_id = 'my-session';
    const hello = '{\n  "role": "user",\n  "content": "Hello there!"\n}';
    const room = {
      session_id: 'my-session',
      messages: [
        {
          id: 'e18a5b7e-8357-4c0a-b5f0-0bc6631efaf5',
          role: 'user',
          content: 'Hello there!',
          created_at: '2024-05-19T17:12:15.110263+00:00',
        },
      ],
    };
    const headers = { 'Content-Type': 'application/json' };

    it('stores, lists, shows and clears messages, and notifies sockets of each', async () => {
      const path = `/v1/chat/sessions/${session_id}`;
      const socket = new WebSocket(`ws://localhost:8000${path}/ws`);
      const sync = { type: 'session.sync', session: { session_id, messages: [] } };
      expect(await nextFrame(socket)).toEqual(sync);

      let heard = nextFrame(socket);
      const posted = await fetch(`${path}/messages`, { method: 'POST', headers, body: hello });
      const stored = await answers(posted, 201, room);
      const created = { type: 'message.created', session_id };
      expect(await heard).toEqual({ ...created, message: stored.messages[0] });

      heard = nextFrame(socket);
      socket.send(hello);
      expect(await heard).toMatchObject({ ...created, message: { role: 'user', content: 'Hello there!' } });
      expect((await answers(await fetch(`${path}/messages`), 200, room)).messages).toHaveLength(2);
      const list = await answers(await fetch('/v1/chat/sessions'), 200, [{ session_id, message_count: 3 }]);
      expect(list).toContainEqual({ session_id, message_count: 2 });

      heard = nextFrame(socket);
      const cleared = await answers(await fetch(path, { method: 'DELETE' }), 200, room);
      expect(cleared).toEqual({ session_id, messages: [] });
      expect(await heard).toEqual({ type: 'session.cleared', session_id });
      socket.close();
    });
  });

  describe('agent desk', () => {
    const user = {
      id: '7b3b9eca-9be9-4809-ae21-4ab3ed1ed703',
      email: 'test@mail.com',
      is_active: true,
      is_superuser: false,
      is_verified: false,
    };

    it('registers and logs in', async () => {
      const registration = '{\n  "email": "test@mail.com",\n  "password": "test1234"\n}';
      expect(await answers(await post('/auth/register', registration), 201, user)).toMatchObject({
        ...user,
        id: expect.any(String),
      });
      const login = '{\n  "username": "test@mail.com",\n  "password": "test1234"\n}';
      const example = { access_token: 'token string', token_type: 'bearer' };
      token = (await answers(await post('/auth/jwt/login', login), 200, example)).access_token;

      const response = await fetch('http://0.0.0.0/authenticated-route', {
        method: 'GET',
        headers: {
          Authorization: `Bearer ${token}`,
        },
      });
      expect(await response.json()).toEqual({ message: 'Hello test@mail.com!' });
    });

    it('lists the agents', async () => {
      const response = await fetch(`http://0.0.0.0/agents/`, {
        headers: {
          Authorization: `Bearer ${localStorage.getItem('token')}`,
        },
      });
      const example = [{ id: 1, label: 'Production Agent', desc: 'Good One', selected: false }];
      const labels = (await answers(response, 200, example)).map(({ label }) => label);
      expect(labels).toEqual(expect.arrayContaining(['Production Agent', 'ESG Agent']));
    });

    it('answers a question over WebSocket, and keeps it in the history', async () => {
      const ws = new WebSocket(`ws://ip:8000/async_chat?token=${token}`);
      const frames: unknown[] = [];
      ws.on('message', (data) => frames.push(JSON.parse(String(data))));
      await once(ws, 'open');
      ws.send('hi');
      expect((await once(ws, 'close'))[0]).toBe(1000);
      expect(unlike(frames, [{ event_type: 'on_chat_model_stream', content: 'Hello' }])).toEqual([]);
      expect(frames.at(-1)).toEqual({ event_type: 'on_chat_model_end', content: '' });

      const response = await fetch(`http://0.0.0.0/history/`, {
        headers: {
          Authorization: `Bearer ${localStorage.getItem('token')}`,
        },
      });
      const entry = {
        conversation_id: '109c3d13-843b-42d9-b844-3e2f232a07c0',
        ts: '2025-03-17T19:48:52.225273+00:00',
        title_summary: 'Reading CSV File Data',
      };
      const [{ conversation_id: conversationID }] = (await answers(response, 200, [entry])) as [typeof entry];

      const history = await fetch(`http://0.0.0.0/get_history_conversatino/${conversationID}`, {
        headers: {
          Authorization: `Bearer ${localStorage.getItem('token')}`,
        },
      });
      const messages = await answers(history, 200, [{ sender: 'You', message: 'hi' }]);
      expect(messages).toEqual([
        { sender: 'You', message: 'hi' },
        { sender: 'Agent', message: expect.any(String) },
      ]);
    });
  });

  describe('RAG assistant', () => {
    it('streams an answer to the documented body, and keeps the conversation', async () => {
      token = await tokenOf('alan@example.com');
      const body =
        '{\n  "message": "string",\n  "conversation_id": "optional-uuid",\n  "context": {"page": "dashboard"}\n}';
      const response = await post('/chat', body);
      expect([response.status, response.headers.get('content-type')]).toEqual([
        200,
        'text/event-stream; charset=utf-8',
      ]);
      const data = (await collectSse(response)).map((event) => event.data);
      expect(data.pop()).toBe('[DONE]');
      const events = data.map((line) => JSON.parse(line) as { type: string; data: unknown });
      const reply = events.map((event) => (event.type === 'token' ? event.data : '')).join('');
      expect(reply).not.toBe('');

      const item = { id: 'optional-uuid', title: 'string', created_at: 1_716_138_735.1, message_count: 2 };
      const { items } = await answers(await get('/conversations'), 200, { items: [item] });
      expect(items).toMatchObject([{ id: 'optional-uuid', message_count: 2 }]);
      const { messages } = await answers(await get('/conversations/optional-uuid/messages'), 200, {
        messages: [{ id: 'an id', role: 'user', content: 'string', created_at: 1_716_138_735.1 }],
      });
      expect(messages.map(({ role, content }) => [role, content])).toEqual([
        ['user', 'string'],
        ['assistant', reply],
      ]);
      await answers(await send('DELETE', '/conversations/optional-uuid'), 200, { status: 'deleted' });
      expect((await answers(await get('/conversations'), 200, { items: [item] })).items).toEqual([]);
    });

    it('makes a conversation when the id is omitted', async () => {
      await collectSse(await post('/chat', '{"message": "string"}'));
      const { items } = await answers(await get('/conversations'), 200, { items: [{ id: 'a uuid' }] });
      expect(items).toHaveLength(1);
    });

    it('shows the profile in the token', async () => {
      const { sub, email } = await answers(await get('/user'), 200, { sub: 'a uuid', email: 'a@b.c' });
      expect([sub.length, email]).toEqual([36, 'alan@example.com']);
    });
  });
});
