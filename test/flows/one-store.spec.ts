import { randomUUID } from 'node:crypto';
import { createTestApp, type TestApp } from '../support/app.js';
import { call, callJson, register, type Account } from '../support/client.js';
import { FakeOpenAi } from '../support/fake-openai.js';
import { TestSocket } from '../support/socket.js';

/** The four surfaces that share conversations, each as its own clients use it. */
interface Surface {
  name: string;
  say(conversation: string, text: string): Promise<void>;
  ids(): Promise<string[]>;
  texts(conversation: string): Promise<string[]>;
  remove(conversation: string): Promise<void>;
}

describe('one store behind four surfaces', () => {
  let model: FakeOpenAi;
  let parley: TestApp;
  let me: Account;
  let surfaces: Surface[];

  beforeAll(async () => {
    model = await FakeOpenAi.start();
    parley = await createTestApp({ OPENAI_BASE_URL: model.url, OPENAI_API_KEY: 'a-key-of-the-tests' });
    me = await register(parley.url);
    surfaces = [movieFinder(), movieChatbot(), agentDesk(), ragAssistant()];
  });
  afterAll(async () => {
    await parley?.close();
    await model?.close();
  });

  const get = async <T>(path: string) =>
    (await callJson<T>(parley.url, path, { token: me.accessToken })).body;
  const send = async (path: string, body: object) =>
    (await call(parley.url, path, { token: me.accessToken, body })).text();
  const remove = async (path: string) =>
    void (await call(parley.url, path, { token: me.accessToken, method: 'DELETE' }));

  function movieFinder(): Surface {
    return {
      name: 'S0',
      say: async (session_id, message) => void (await send('/chat', { session_id, message })),
      ids: async () => {
        const { items } = await get<{ items: { session_id: string }[] }>('/chat/sessions?limit=100');
        return items.map((item) => item.session_id);
      },
      texts: async (id) => {
        const { messages } = await get<{ messages?: { content: string }[] }>(`/chat/${id}/history`);
        return (messages ?? []).map(({ content }) => content);
      },
      remove: (id) => remove(`/chat/${id}`),
    };
  }

  /** S1 knows conversations by number alone: the newest activity first, as on the other surfaces. */
  function movieChatbot(): Surface {
    const number = async (id: string) => {
      const place = (await movieFinder().ids()).indexOf(id);
      return (await get<{ id: number }[]>('/api/chat/'))[place]?.id ?? 0;
    };
    return {
      name: 'S1',
      say: async (id, content) => void (await send(`/api/chat/${await number(id)}/messages`, { content })),
      ids: async () => {
        const all = await movieFinder().ids();
        return (await get<unknown[]>('/api/chat/')).map((_, place) => all[place]!);
      },
      texts: async (id) => {
        const rows = await get<{ content: string; bot_response: string }[]>(
          `/api/chat/${await number(id)}/messages`,
        );
        return Array.isArray(rows) ? rows.flatMap((row) => [row.content, row.bot_response]) : [];
      },
      remove: async (id) => remove(`/api/chat/${await number(id)}`),
    };
  }

  function agentDesk(): Surface {
    return {
      name: 'S3',
      say: async (conversationID, text) => {
        const query = new URLSearchParams({ token: me.accessToken, conversationID });
        const socket = await TestSocket.open(parley.url, `/async_chat?${query.toString()}`);
        socket.send(text);
        await socket.closed;
      },
      ids: async () =>
        (await get<{ conversation_id: string }[]>('/history/')).map((entry) => entry.conversation_id),
      texts: async (id) =>
        (await get<{ message: string }[]>(`/get_history_conversation/${id}`)).map((entry) => entry.message),
      // This surface has no way to delete.
      remove: (id) => remove(`/conversations/${id}`),
    };
  }

  function ragAssistant(): Surface {
    return {
      name: 'S4',
      say: async (conversation_id, message) => void (await send('/chat', { conversation_id, message })),
      ids: async () => (await get<{ items: { id: string }[] }>('/conversations')).items.map(({ id }) => id),
      texts: async (id) => {
        const { messages } = await get<{ messages?: { content: string }[] }>(`/conversations/${id}/messages`);
        return (messages ?? []).map(({ content }) => content);
      },
      remove: (id) => remove(`/conversations/${id}`),
    };
  }

  it('shows, continues and deletes conversations of any surface on every surface', async () => {
    for (const [i, opener] of surfaces.entries()) {
      if (opener.name === 'S1') continue; // cannot choose an id; see the next test
      const id = randomUUID();
      model.reply('an answer');
      await opener.say(id, `opened on ${opener.name}`);
      for (const other of surfaces) {
        expect([other.name, await other.ids()]).toEqual([other.name, expect.arrayContaining([id])]);
        await other.say(id, `continued on ${other.name}`);
      }
      const texts = await Promise.all(surfaces.map((surface) => surface.texts(id)));
      expect(texts[0]).toHaveLength(10);
      expect(texts[0]!.filter((_, place) => place % 2 === 0)).toEqual([
        `opened on ${opener.name}`,
        ...surfaces.map(({ name }) => `continued on ${name}`),
      ]);
      for (const other of texts) expect(other).toEqual(texts[0]);

      await surfaces[(i + 1) % surfaces.length]!.remove(id);
      for (const surface of surfaces) {
        expect(await surface.ids()).not.toContain(id);
        expect(await surface.texts(id)).toEqual([]);
      }
    }
  });

  it('shows conversations of S1 on the other surfaces', async () => {
    const { id } = (
      await callJson<{ id: number }>(parley.url, '/api/chat/', { token: me.accessToken, method: 'POST' })
    ).body;
    model.reply('an answer');
    await send(`/api/chat/${id}/messages`, { content: 'opened on S1' });
    for (const surface of surfaces) {
      const [newest] = await surface.ids();
      expect((await surface.texts(newest!))[0]).toBe('opened on S1');
    }
  });

  it('keeps the agent a conversation was started with', async () => {
    const id = randomUUID();
    model.reply('an answer');
    await movieFinder().say(id, 'Something with Tom Hanks');
    await ragAssistant().say(id, 'Forrest Gump');
    const history = await get<{ phase: string; confirmed_movie: { rag_title: string } | null }>(
      `/chat/${id}/history`,
    );
    expect(history).toMatchObject({ phase: 'qa', confirmed_movie: { rag_title: 'Forrest Gump' } });
  });
});
