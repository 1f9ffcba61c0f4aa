import { randomUUID } from 'node:crypto';
import { createTestApp, type TestApp } from '../support/app.js';
import { call, callJson, register, type Account } from '../support/client.js';
import { eventually } from '../support/eventually.js';
import { FakeOpenAi } from '../support/fake-openai.js';
import { heldAfter } from '../support/held.js';
import { collectSse } from '../support/sse.js';
import { uploadIndexed } from '../support/upload.js';
import { wireClients } from '../support/wires.js';

const BEGIN = 'The notice period is ';
const REST = 'thirty days [1], “as a rule” 🙂.';

/** Whichever wire an answer is requested on, it is the same on every other. */
describe('every wire', () => {
  let parley: TestApp;
  let model: FakeOpenAi;
  let ada: Account;

  beforeAll(async () => {
    model = await FakeOpenAi.start();
    parley = await createTestApp({ OPENAI_BASE_URL: model.url, OPENAI_API_KEY: 'sk-test' });
    ada = await register(parley.url);
    await uploadIndexed(parley.url, ada.accessToken, {
      name: 'contract.md',
      bytes: 'The notice period is thirty days.\n',
    });
  }, 60_000);
  beforeEach(() => model.reset());
  afterAll(async () => {
    await parley?.close();
    await model?.close();
  });

  /** A conversation of the assistant: that of a surface which has an agent of its own would be another's. */
  const openConversation = async () => {
    const conversation_id = randomUUID();
    const body = { message: 'Hello?', conversation_id };
    await collectSse(await call(parley.url, '/chat', { token: ada.accessToken, body }));
    return conversation_id;
  };
  const runIn = async (conversationId: string) => {
    let runId = '';
    await eventually(async () => {
      const abort = new AbortController();
      const response = await fetch(`${parley.url}/chat/${conversationId}/stream`, {
        headers: { Authorization: `Bearer ${ada.accessToken}` },
        signal: abort.signal,
      });
      runId = response.headers.get('x-run-id') ?? '';
      abort.abort();
      expect(runId).not.toBe('');
    });
    await eventually(async () => {
      const response = await call(parley.url, `/runs/${runId}`, { token: ada.accessToken });
      expect(await response.json()).toMatchObject({ reply: BEGIN.trim() });
    });
    return runId;
  };

  it.each(['S0', 'S4', 'S3', 'chat completions', 'Responses', 'AI SDK', 'AG-UI', 'MCP'])(
    'shows what was asked on %s, also to those who come in the middle',
    async (name) => {
      const clients = wireClients(parley.url, ada.accessToken);
      const asking = clients.find((client) => client.name === name)!;
      const conversationId = await openConversation();
      const { play, release } = heldAfter(BEGIN, REST);
      model.reply(play);
      const asked = asking.ask(conversationId, 'How long is the notice period?');
      const runId = await runIn(conversationId);
      const watching = await Promise.all(
        clients.map(async (client) => ({
          client,
          watch: await client.attach?.(conversationId, runId),
        })),
      );
      release();
      const first = await asked;
      const seen = await Promise.all(
        watching.map(async ({ client, watch }) => {
          const all = watch ? await watch.seen : await client.read!(conversationId, runId);
          return { name: client.name, all };
        }),
      );
      const expected = { text: BEGIN + REST, runId, sources: ['contract.md'] };
      for (const { name: watcher, all } of [{ name: `${name} itself`, all: first }, ...seen])
        expect({ watcher, ...expected, ...all }).toEqual({ watcher, ...expected });
    },
  );

  it('counts its requests for the API key that was used', async () => {
    const grace = await register(parley.url);
    const { body: key } = await callJson<{ id: string; key: string }>(parley.url, '/users/me/keys', {
      token: grace.accessToken,
      body: { name: 'all wires', scopes: ['chat', 'conversations:read', 'documents:read'] },
    });
    const clients = wireClients(parley.url, key.key);
    for (const client of clients) {
      const opened = await callJson<{ id: string }>(parley.url, '/v1/conversations', {
        token: key.key,
        body: {},
      });
      const id = opened.body.id.replace(/^conv_(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
      await client.ask(id, `Hello from ${client.name}?`);
    }
    const usage = await callJson(parley.url, '/usage?by=key', { token: grace.accessToken });
    expect(usage.body).toMatchObject({ items: [{ group: key.id, runs: clients.length }] });
  });
});
