import { randomUUID } from 'node:crypto';
import { createTestApp, type TestApp } from '../support/app.js';
import { call, callJson, register } from '../support/client.js';
import { TestSocket } from '../support/socket.js';

interface Message {
  id: string;
  role: string;
  content: string;
  author_name: string | null;
  created_at: string;
}
interface Room {
  session_id: string;
  messages: Message[];
}

describe('S2, rooms', () => {
  let first: TestApp;
  let second: TestApp;

  beforeAll(async () => {
    first = await createTestApp();
    second = await createTestApp({ DATABASE_URL: first.databaseUrl });
  });
  afterAll(async () => {
    await second?.close();
    await first?.close();
  });

  const path = (room: string) => `/v1/chat/sessions/${encodeURIComponent(room)}`;
  const post = (room: string, content: string, app = first) =>
    callJson<Room>(app.url, `${path(room)}/messages`, { body: { role: 'user', content } });
  const read = async (room: string, app = first) =>
    (await callJson<Room>(app.url, `${path(room)}/messages`)).body;
  const open = (room: string, app = first) => TestSocket.open(app.url, `${path(room)}/ws`);
  const contents = (room: Room) => room.messages.map(({ content }) => content);
  /** What a socket has shown: its last sync, and what came after. */
  const shown = ({ frames }: TestSocket) =>
    frames.reduce<string[]>((seen, frame) => {
      if (frame.type === 'session.sync') return contents(frame.session as Room);
      if (frame.type === 'session.cleared') return [];
      return [...seen, (frame.message as Message).content];
    }, []);

  it('stores a message once that is sent many times under its id, at every endpoint of both replicas', async () => {
    const room = randomUUID();
    const message = { role: 'user', content: 'once', client_message_id: randomUUID() };
    const sockets = await Promise.all([open(room), open(room, second)]);
    const posts = await Promise.all(
      Array.from({ length: 40 }, (_, i) => {
        sockets[i % 2]!.send(message);
        const body = { content: 'once', role: 'user', client_message_id: message.client_message_id };
        return callJson<Room>((i % 2 ? first : second).url, `${path(room)}/messages`, { body });
      }),
    );
    for (const { status, body } of posts) {
      expect(status).toBe(201);
      expect(body.messages).toEqual([{ ...body.messages[0], ...message, author_name: null }]);
    }
    const other = { ...message, content: 'something else' };
    const refused = await callJson(first.url, `${path(room)}/messages`, { body: other });
    const detail = 'This client_message_id was used with another message';
    expect(refused).toEqual({ status: 409, body: { detail } });
    for (const socket of sockets) {
      socket.send(other);
      while (socket.frames.at(-1)?.type !== 'error') await socket.until(socket.frames.length + 1);
      expect(socket.frames.at(-1)).toEqual({ type: 'error', detail, errors: [] });
      socket.frames.pop();
      expect(shown(socket)).toEqual(['once']);
      await socket.close();
    }
    // The id is the room's own.
    const elsewhere = await callJson(first.url, `${path(randomUUID())}/messages`, { body: other });
    expect(elsewhere.status).toBe(201);
  });

  it('has one order in sync, GET and events for 50 posts at once from 5 clients', async () => {
    const room = randomUUID();
    const sockets = await Promise.all([open(room), open(room, second)]);
    await Promise.all(sockets.map((socket) => socket.until(1)));
    const posts = await Promise.all(
      Array.from({ length: 50 }, (_, i) => post(room, `client ${i % 5}, ${i}`, i % 2 ? first : second)),
    );
    expect(posts.filter(({ status }) => status !== 201)).toEqual([]);
    await Promise.all(sockets.map((socket) => socket.until(51)));
    const ordered = contents(await read(room, second));
    expect(new Set(ordered).size).toBe(50);
    const late = await open(room);
    await late.until(1);
    expect([late, ...sockets].map(shown)).toEqual([ordered, ordered, ordered]);
    // What each poster was shown is a beginning of it.
    for (const { body } of posts) expect(contents(body)).toEqual(ordered.slice(0, body.messages.length));
    await Promise.all([late, ...sockets].map((socket) => socket.close()));
  });

  describe('over HTTP', () => {
    it('stores a message and answers with the whole room', async () => {
      const room = `my session ${randomUUID()}`;
      expect((await post(room, 'Hello there!')).status).toBe(201);
      const { status, body } = await callJson<Room>(first.url, `${path(room)}/messages`, {
        body: { role: 'assistant', content: 'Hi! 🙂', author_name: 'Bot' },
      });
      expect(status).toBe(201);
      expect(body).toEqual({
        session_id: room,
        messages: [
          {
            id: expect.stringMatching(/^[0-9a-f-]{36}$/),
            role: 'user',
            content: 'Hello there!',
            author_name: null,
            created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+\+00:00$/),
          },
          expect.objectContaining({ role: 'assistant', content: 'Hi! 🙂', author_name: 'Bot' }),
        ],
      });
      expect(await read(room, second)).toEqual(body);
    });

    it('takes nothing from a form, which any page can send', async () => {
      const body = new URLSearchParams({ role: 'user', content: 'from elsewhere' });
      const response = await fetch(`${first.url}${path('formless')}/messages`, { method: 'POST', body });
      expect(response.status).toBe(415);
      expect(await read('formless')).toMatchObject({ messages: [] });
    });

    it('lists the rooms with messages, sorted by id', async () => {
      const [a, b] = [`a-${randomUUID()}`, `b-${randomUUID()}`];
      await post(b, 'one');
      await post(a, 'one');
      await post(a, 'two');
      const list = async () =>
        (await callJson<{ session_id: string }[]>(second.url, '/v1/chat/sessions')).body;
      const mine = (await list()).filter(({ session_id }) => [a, b].includes(session_id));
      expect(mine).toEqual([
        { session_id: a, message_count: 2 },
        { session_id: b, message_count: 1 },
      ]);
      await call(first.url, path(a), { method: 'DELETE' });
      const ids = (await list()).map(({ session_id }) => session_id);
      expect(ids).not.toContain(a);
      expect(ids).toEqual(ids.toSorted((x, y) => (x < y ? -1 : 1)));
    });

    it('clears a room, also one that is not there', async () => {
      const room = randomUUID();
      for (const _ of [1, 2])
        expect(await callJson(first.url, path(room), { method: 'DELETE' })).toEqual({
          status: 200,
          body: { session_id: room, messages: [] },
        });
      await post(room, 'after');
      expect(contents(await read(room))).toEqual(['after']);
    });

    it.each([
      [{}, ['missing', 'missing']],
      [{ role: 'system', content: 'x' }, ['literal_error']],
      [{ role: 'user', content: '' }, ['string_too_short']],
      [{ role: 'user', content: 'x'.repeat(4_001) }, ['string_too_long']],
      [{ role: 'user', content: 'x', author_name: 'x'.repeat(65) }, ['string_too_long']],
    ])('refuses what does not fit: %#', async (body, types) => {
      const room = randomUUID();
      const refused = await callJson<{ detail: { type: string }[] }>(first.url, `${path(room)}/messages`, {
        body,
      });
      expect(refused.status).toBe(422);
      expect(refused.body.detail.map(({ type }) => type)).toEqual(types);
      expect(await read(room)).toEqual({ session_id: room, messages: [] });
    });
  });

  describe('over WebSocket', () => {
    it('starts with the room, then shows messages stored on either replica', async () => {
      const room = randomUUID();
      await post(room, 'before');
      const [here, there] = [await open(room, first), await open(room, second)];
      await Promise.all([here.until(1), there.until(1)]);
      expect(here.frames[0]).toEqual({ type: 'session.sync', session: await read(room) });
      await post(room, 'by HTTP', second);
      await here.until(2);
      here.send({ role: 'assistant', content: 'by socket' });
      await Promise.all([here.until(3), there.until(3)]);
      expect(here.frames).toEqual(there.frames);
      expect(here.frames[2]).toEqual({
        type: 'message.created',
        session_id: room,
        message: (await read(room)).messages[2],
      });
      await call(second.url, path(room), { method: 'DELETE' });
      await Promise.all([here.until(4), there.until(4)]);
      expect(here.frames[3]).toEqual({ type: 'session.cleared', session_id: room });
      await post(room, 'fresh start');
      expect((await there.until(5))[4]).toMatchObject({ type: 'message.created' });
      await Promise.all([here.close(), there.close()]);
    });

    it.each([
      ['no JSON', 'hello', 'json_invalid'],
      ['a binary frame', Buffer.from('{"role":"user","content":"x"}'), 'json_invalid'],
      ['a wrong role', { role: 'x', content: 'x' }, 'literal_error'],
      ['no object', '[]', 'model_attributes_type'],
    ])('answers %s with an error to its sender alone, and continues', async (_name, frame, type) => {
      const room = randomUUID();
      const [sender, other] = [await open(room), await open(room)];
      await Promise.all([sender.until(1), other.until(1)]);
      sender.send(frame);
      expect((await sender.until(2))[1]).toEqual({
        type: 'error',
        detail: 'Invalid message payload.',
        errors: [expect.objectContaining({ type, loc: expect.arrayContaining(['body']) })],
      });
      sender.send({ role: 'user', content: 'fine' });
      await sender.until(3);
      expect((await other.until(2))[1]).toMatchObject({ type: 'message.created' });
      await Promise.all([sender.close(), other.close()]);
    });

    it('closes a socket that sends more than 64 KiB in a frame, and no others', async () => {
      const room = randomUUID();
      const [loud, neighbour] = [await open(room), await open(room)];
      await Promise.all([loud.until(1), neighbour.until(1)]);
      loud.send('x'.repeat(65 * 1024));
      expect((await loud.closed).code).toBe(1009);
      await post(room, 'still here');
      await neighbour.until(2);
      await neighbour.close();
    });

    it('shows and continues a room that is read in several pages', async () => {
      const room = randomUUID();
      const filler = await open(room);
      await filler.until(1);
      const sent = Array.from({ length: 600 }, (_, i) => `message ${i}`);
      for (const content of sent) filler.send({ role: 'user', content });
      await filler.until(1 + sent.length);
      const late = await open(room, second);
      await late.until(1);
      await post(room, 'the last one');
      await late.until(2);
      expect(shown(late)).toEqual([...sent, 'the last one']);
      expect(contents(await read(room))).toEqual(shown(late));
      await Promise.all([filler.close(), late.close()]);
    });

    it('takes a flood of frames in order', async () => {
      const room = randomUUID();
      const [sender, other] = [await open(room), await open(room, second)];
      await Promise.all([sender.until(1), other.until(1)]);
      const sent = Array.from({ length: 300 }, (_, i) => `frame ${i}`);
      for (const content of sent) sender.send({ role: 'user', content });
      await Promise.all([sender.until(301), other.until(301)]);
      expect(shown(other)).toEqual(sent);
      await Promise.all([sender.close(), other.close()]);
    });

    it('loses and doubles nothing while others post and sockets join', async () => {
      const room = randomUUID();
      const POSTS = 200;
      const sockets: TestSocket[] = [];
      let next = 0;
      const poster = async (app: TestApp) => {
        while (next < POSTS) await post(room, `message ${next++}`, app);
      };
      const isPosting = () => next < POSTS - 20;
      const joiner = async () => {
        while (isPosting()) sockets.push(await open(room, sockets.length % 2 ? first : second));
      };
      await Promise.all([poster(first), poster(second), joiner()]);
      const expected = contents(await read(room));
      expect(expected).toHaveLength(POSTS);
      expect(sockets.length).toBeGreaterThan(10);
      await Promise.all(
        sockets.map(async (socket) => {
          const start = (await socket.until(1))[0]!.session as Room;
          await socket.until(1 + POSTS - start.messages.length);
        }),
      );
      await post(room, 'the last one');
      for (const socket of sockets) {
        await socket.until(socket.frames.length);
        expect(shown(socket).slice(0, POSTS)).toEqual(expected);
      }
      await Promise.all(sockets.map((socket) => socket.close()));
    });

    it('has no other path', async () => {
      expect(await TestSocket.refusal(first.url, '/v1/chat/sessions')).toBe(404);
      expect(await TestSocket.refusal(first.url, '/nowhere')).toBe(404);
      const slash = await TestSocket.open(first.url, `${path('slash')}/ws/`);
      await slash.until(1);
      await slash.close();
    });
  });

  describe('with ROOMS_AUTH=required', () => {
    let closed: TestApp;
    beforeAll(async () => {
      closed = await createTestApp({ ROOMS_AUTH: 'required', CORS_ORIGINS: 'https://app.example' });
    });
    afterAll(() => closed?.close());

    it('gives each account rooms of its own', async () => {
      const [me, stranger] = [await register(closed.url), await register(closed.url)];
      const room = `${path('shared name')}/messages`;
      const body = { role: 'user', content: 'mine' };
      expect((await call(closed.url, room, { body })).status).toBe(401);
      expect((await call(closed.url, room, { body, token: me.accessToken })).status).toBe(201);
      expect((await callJson<Room>(closed.url, room, { token: stranger.accessToken })).body.messages).toEqual(
        [],
      );
      expect((await callJson(closed.url, '/v1/chat/sessions', { token: stranger.accessToken })).body).toEqual(
        [],
      );

      const socket = await TestSocket.open(closed.url, `${path('shared name')}/ws?token=${me.accessToken}`);
      expect(contents((await socket.until(1))[0]!.session as Room)).toEqual(['mine']);
      await socket.close();
      for (const query of ['', '?token=nonsense'])
        expect(
          (await (await TestSocket.open(closed.url, `${path('shared name')}/ws${query}`)).closed).code,
        ).toBe(1008);
    });

    it('refuses sockets of pages from elsewhere before the upgrade', async () => {
      const { accessToken } = await register(closed.url);
      const endpoint = `${path('r')}/ws?token=${accessToken}`;
      expect(await TestSocket.refusal(closed.url, endpoint, { origin: 'https://evil.example' })).toBe(403);
      const socket = await TestSocket.open(closed.url, endpoint, { origin: 'https://app.example' });
      await socket.until(1);
      await socket.close();
    });
  });
});
