import { randomUUID } from 'node:crypto';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import type { UIMessage } from 'ai';
import { startBuiltParley, type BuiltParley } from '../support/built-parley.js';
import { call, callJson } from '../support/client.js';
import { eventually } from '../support/eventually.js';
import { errorAfter, refuse, stallAfter } from '../support/fake-openai-plays.js';
import { heldAfter } from '../support/held.js';
import { openChatPage, textOf, type ChatPage, type ChatPageOptions } from '../support/use-chat.js';

/** `useChat` of the AI SDK, unmodified, in a page, on the built program: through cuts, stops and failures. */
describe('useChat on the built program', () => {
  let parley: BuiltParley;
  let page: ChatPage | undefined;

  beforeAll(async () => {
    parley = await startBuiltParley();
  });
  beforeEach(() => parley.model.reset());
  afterEach(() => {
    page?.close();
    page = undefined;
  });
  afterAll(() => parley?.close());

  const get = async <T>(path: string) =>
    (await callJson<T>(parley.directUrl, path, { token: parley.ada.accessToken })).body;
  const history = async (id: string) => {
    const messages: UIMessage[] = [];
    let cursor = '';
    do {
      const more = cursor && `&cursor=${cursor}`;
      const body = await get<{ messages: UIMessage[]; next: string | null }>(
        `/api/ai/chat/${id}/messages?limit=100${more}`,
      );
      messages.unshift(...body.messages);
      cursor = body.next ?? '';
    } while (cursor);
    return messages;
  };
  const open = async (options: Partial<ChatPageOptions> = {}) => {
    page?.close();
    page = await openChatPage({
      api: `${parley.url}/api/ai/chat`,
      id: randomUUID(),
      token: parley.ada.accessToken,
      ...options,
    });
    return page;
  };

  it('shows the whole answer after its socket broke, once resumeStream is called', async () => {
    const id = randomUUID();
    const { play, release } = heldAfter('One, two, ', 'three.');
    parley.model.reply(play);
    await open({ id });
    void page!.chat.sendMessage({ text: 'Count!' });
    await eventually(async () => expect(page!.shown).toEqual(['Count!', 'One, two,']));
    parley.cut();
    await page!.until('error');
    expect(page!.shown).toEqual(['Count!', 'One, two,']);
    void page!.chat.resumeStream();
    await page!.until('streaming');
    release();
    await page!.until('ready');
    expect(page!.shown).toEqual(['Count!', 'One, two, three.']);
    expect((await history(id)).map(({ id: messageId }) => messageId).at(-1)).toBe(
      page!.chat.messages.at(-1)!.id,
    );
    // Broken again, and over when the page comes back.
    const second = heldAfter('Four, ', 'five.');
    parley.model.reply(second.play);
    void page!.chat.sendMessage({ text: 'And on!' });
    await eventually(async () => expect(page!.shown.at(-1)).toBe('Four,'));
    parley.cut();
    await page!.until('error');
    second.release();
    await eventually(async () => expect((await history(id)).map(textOf).at(-1)).toBe('Four, five.'));
    await page!.chat.resumeStream();
    await page!.until('ready');
    expect(page!.shown).toEqual(['Count!', 'One, two, three.', 'And on!', 'Four, five.']);
  });

  it('stops, fails and continues, and keeps a long history', async () => {
    const id = randomUUID();
    const path = `/api/ai/chat/${id}/stop`;
    parley.model.reply(stallAfter('A beginning'));
    await open({ id });
    void page!.chat.sendMessage({ text: 'Go on!' });
    await eventually(async () => expect(page!.shown.at(-1)).toBe('A beginning'));
    await call(parley.url, path, { method: 'POST', token: parley.ada.accessToken });
    await page!.until('ready');
    expect(page!.shown).toEqual(['Go on!', 'A beginning']);

    for (const play of [refuse(401), errorAfter('Half an ')]) {
      parley.model.requests.length = 0;
      parley.model.reply(play);
      await page!.chat.sendMessage({ text: 'Hello?' });
      await page!.until('error');
      expect(page!.chat.error!.message).toMatch(/^[A-Z].*\.$/);
      expect(parley.model.requests).toHaveLength(1);
    }
    expect(page!.shown.at(-1)).toBe('Half an ');

    for (let i = 0; i < 120; i += 1) {
      const body = { role: i % 2 ? 'assistant' : 'user', content: `No. ${i}` };
      const added = await call(parley.directUrl, `/conversations/${id}/messages`, {
        token: parley.ada.accessToken,
        body,
      });
      expect(added.status).toBe(201);
    }
    parley.model.reply('The end.');
    const past = await history(id);
    await open({ id, messages: past });
    await page!.chat.sendMessage({ text: 'And the last?' });
    await page!.until('ready');
    expect(page!.shown.slice(-3)).toEqual(['No. 119', 'And the last?', 'The end.']);
    expect((await history(id)).map(textOf)).toEqual(page!.shown);
    expect(page!.shown.length).toBe(past.length + 2);
  });

  it('makes a conversation with two edits and a second answer that every surface reads alike', async () => {
    const id = randomUUID();
    parley.model.reply('One.', 'Two.', 'Three.', 'Four.', 'Five.', 'Six.');
    await open({ id });
    await page!.chat.sendMessage({ text: 'First?' });
    await page!.chat.sendMessage({ text: 'Second?' });
    await page!.chat.sendMessage({ text: 'Second, edited?', messageId: page!.chat.messages[2]!.id });
    await page!.chat.regenerate();
    await page!.chat.sendMessage({ text: 'Third?' });
    await page!.chat.sendMessage({ text: 'Third, edited?', messageId: page!.chat.messages[4]!.id });
    await page!.until('ready');
    const expected = ['First?', 'One.', 'Second, edited?', 'Four.', 'Third, edited?', 'Six.'];
    expect(page!.shown).toEqual(expected);
    expect((await history(id)).map(textOf)).toEqual(expected);

    const s4 = await get<{ messages: { id: string; content: string }[] }>(`/conversations/${id}/messages`);
    expect(s4.messages.map(({ content }) => content)).toEqual(expected);

    const chats = await get<{ id: number }[] | { items: { id: number }[] }>('/api/chat');
    const [chat] = Array.isArray(chats) ? chats : chats.items;
    const s1 = await get<{ content: string; bot_response: string }[]>(`/api/chat/${chat!.id}/messages`);
    expect(s1.flatMap(({ content, bot_response }) => [content, bot_response])).toEqual(expected);

    const client = new Client({ name: 'a test', version: '1.0.0' });
    const requestInit = { headers: { Authorization: `Bearer ${parley.ada.accessToken}` } };
    await client.connect(new StreamableHTTPClientTransport(new URL(`${parley.url}/mcp`), { requestInit }));
    const read = await client.callTool({ name: 'read_conversation', arguments: { id } });
    await client.close();
    const { messages } = read.structuredContent as { messages: { id: string; content: string }[] };
    expect(messages.map(({ content }) => content)).toEqual(expected);
    expect(messages.map(({ id: messageId }) => messageId)).toEqual(
      s4.messages.map(({ id: messageId }) => messageId),
    );
  });
});
