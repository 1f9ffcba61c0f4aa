import { randomUUID } from 'node:crypto';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { createTestApp, type TestApp } from '../support/app.js';
import { call, register, type Account } from '../support/client.js';
import { FakeOpenAi } from '../support/fake-openai.js';
import { callTools, type FakeCall, type Quirk } from '../support/fake-tool-calls.js';
import { personasFolder } from '../support/personas.js';
import { TestSocket } from '../support/socket.js';

const CLERK = `
label: Clerk
description: Works things out.
prompt: You are a clerk.
tools: [calculator, current_time]
`;
const sum = (expression: string): FakeCall => ({ name: 'calculator', input: { expression } });
const QUIRKS: Quirk[] = ['split-name', 'repeated-id', 'one-index', 'no-index', 'whole-object'];
const ODD: FakeCall[] = [
  { name: 'rm_rf', input: {} },
  { name: 'calculator', input: '{"expression": "6 *' },
  { name: 'current_time', input: { zone: 'Nowhere/Land' } },
];

/** A model that streams calls in every odd way, one after the other, through each surface that agents answer on. */
describe('odd calls of tools', () => {
  let parley: TestApp;
  let model: FakeOpenAi;
  let ada: Account;
  let personas: Awaited<ReturnType<typeof personasFolder>>;

  beforeAll(async () => {
    model = await FakeOpenAi.start();
    personas = await personasFolder({ clerk: CLERK });
    parley = await createTestApp({ OPENAI_BASE_URL: model.url, AGENTS_DIR: personas.path });
    ada = await register(parley.url);
  }, 60_000);
  beforeEach(() => model.reset());
  afterAll(async () => {
    await parley?.close();
    await model?.close();
    await personas?.remove();
  });

  const post = async (path: string, body: object) =>
    (await call(parley.url, path, { token: ada.accessToken, body })).text();
  const message = { role: 'user', content: 'Compute it.' };
  /** What a client of each surface receives, as text. */
  const ways: Record<string, () => Promise<string>> = {
    S4: () => post('/chat', { message: 'Compute it.', agent: 'Clerk', include_citations: true }),
    S3: async () => {
      const query = new URLSearchParams({ token: ada.accessToken, agentName: 'Clerk' });
      const socket = await TestSocket.open(parley.url, `/async_chat?${query.toString()}`);
      socket.send('Compute it.');
      await socket.closed;
      return JSON.stringify(socket.frames);
    },
    'chat completions': () => post('/v1/chat/completions', { model: 'clerk', messages: [message] }),
    Responses: () => post('/v1/responses', { model: 'clerk', input: 'Compute it.', stream: true }),
    'AI SDK': () =>
      post('/api/ai/chat', {
        id: randomUUID(),
        agent: 'clerk',
        messages: [{ id: randomUUID(), role: 'user', parts: [{ type: 'text', text: 'Compute it.' }] }],
      }),
    'AG-UI': () =>
      post('/agui/clerk', {
        threadId: randomUUID(),
        runId: randomUUID(),
        messages: [{ id: 'm', ...message }],
      }),
    MCP: async () => {
      const client = new Client({ name: 'a test', version: '1.0.0' });
      const requestInit = { headers: { Authorization: `Bearer ${ada.accessToken}` } };
      await client.connect(new StreamableHTTPClientTransport(new URL(`${parley.url}/mcp`), { requestInit }));
      const asked = { name: 'ask_agent', arguments: { agent: 'clerk', message: 'Compute it.' } };
      const result = await client.callTool(asked);
      await client.close();
      return JSON.stringify(result);
    },
  };

  describe.each(Object.keys(ways))('on %s', (name) => {
    it('end in the answer, whatever the calls look like', async () => {
      const steps = QUIRKS.map((quirk) => callTools([sum('6 * 7'), sum('2 ^ 10')], { quirk }));
      model.reply(steps[0]!, ...steps.slice(1), callTools(ODD), 'Forty-two.');
      expect(await ways[name]!()).toContain('Forty');
      expect(model.requests).toHaveLength(QUIRKS.length + 2);
      const { messages } = model.lastRequest.body as unknown as {
        messages: { role: string; content: unknown; tool_call_id?: string }[];
      };
      const results = messages.filter(({ role }) => role === 'tool');
      const told = results.map(({ content }) => String(content)).join('\n');
      expect(new Set(results.map(({ tool_call_id: id }) => id)).size).toBe(2 * QUIRKS.length + ODD.length);
      expect(told.match(/\n42\n/g)).toHaveLength(QUIRKS.length);
      expect(told.match(/\n1024\n/g)).toHaveLength(QUIRKS.length);
      expect(told).toContain('There is no tool “rm_rf”');
      expect(told).toContain('The arguments are no JSON object.');
      expect(told).toContain('There is no time zone');
    });

    it('end where they would never end', async () => {
      model.reply(callTools([sum('6 * 7'), sum('2 ^ 10'), sum('1 + 1')]));
      expect(await ways[name]!()).toMatch(/limit of 8 steps/);
      expect(model.requests).toHaveLength(8);
    });
  });
});
