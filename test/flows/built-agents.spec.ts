import { randomUUID } from 'node:crypto';
import { HttpAgent, runHttpRequest, transformHttpEventStream, type BaseEvent } from '@ag-ui/client';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { longConversation, startBuiltParley, type BuiltParley } from '../support/built-parley.js';
import { call, callJson } from '../support/client.js';
import { cutAgent } from '../support/cut-agent.js';
import { eventually } from '../support/eventually.js';
import { errorAfter, refuse, stallAfter } from '../support/fake-openai-plays.js';
import { heldAfter } from '../support/held.js';

const BEGIN = 'One, two, ';
const REST = 'three.';

/** The clients of AG-UI and MCP, unmodified, on the built program: through cuts, stops and failures. */
describe('the clients of AG-UI and MCP on the built program', () => {
  let parley: BuiltParley;

  beforeAll(async () => {
    parley = await startBuiltParley();
  });
  beforeEach(() => parley.model.reset());
  afterAll(() => parley?.close());

  const token = () => parley.ada.accessToken;
  const stop = (runId: string) => call(parley.url, `/runs/${runId}/stop`, { method: 'POST', token: token() });

  it('HttpAgent of AG-UI', async () => {
    const agentOf = (threadId: string = randomUUID()) =>
      new HttpAgent({
        url: `${parley.url}/agui/assistant`,
        headers: { Authorization: `Bearer ${token()}` },
        threadId,
      });
    const ask = async (agent: HttpAgent, content: string) => {
      agent.addMessage({ id: randomUUID(), role: 'user', content });
      const events: BaseEvent[] = [];
      await agent.runAgent({}, { onEvent: ({ event }) => void events.push(event) });
      return events.map(({ type }) => type as string);
    };
    const saidBy = (agent: HttpAgent) => agent.messages.at(-1);

    const { play, release } = heldAfter(BEGIN, REST);
    parley.model.reply(play);
    const run = await cutAgent(parley, BEGIN.trimEnd());
    release();
    const path = `/runs/${run}/stream?as=ag-ui`;
    const replay = await call(parley.url, path, { token: token() });
    const deltas = await new Promise<string[]>((resolve, reject) => {
      const said: string[] = [];
      transformHttpEventStream(runHttpRequest(() => Promise.resolve(replay))).subscribe({
        next: (event) => void said.push((event as { delta?: string }).delta ?? ''),
        error: reject,
        complete: () => resolve(said),
      });
    });
    expect(deltas.join('')).toBe(BEGIN + REST);

    parley.model.reply(stallAfter('A beginning'));
    const stopped = agentOf();
    const asked = ask(stopped, 'Go on!');
    await eventually(async () => expect(saidBy(stopped)).toMatchObject({ content: 'A beginning' }));
    await stop(saidBy(stopped)!.id);
    expect((await asked).at(-1)).toBe('RUN_FINISHED');

    for (const failure of [refuse(401), errorAfter('Half an ')]) {
      parley.model.requests.length = 0;
      parley.model.reply(failure);
      expect((await ask(agentOf(), 'Hello?')).at(-1)).toBe('RUN_ERROR');
      expect(parley.model.requests).toHaveLength(1);
    }

    parley.model.reply('The end.');
    const threadId = await longConversation(parley);
    const long = agentOf(threadId);
    for (let i = 0; i < 2_000; i += 1)
      long.addMessage({ id: `m${i}`, role: i % 2 ? 'assistant' : 'user', content: `Said ${i}` });
    await ask(long, 'And the last?');
    expect(saidBy(long)).toMatchObject({ role: 'assistant', content: 'The end.' });
    expect(parley.model.lastRequest.said).toMatch(/And the last\?$/);
  });

  it('StreamableHTTPClientTransport of MCP', async () => {
    const connect = async () => {
      const versionNegotiation = { mode: 'auto' as const };
      const client = new Client({ name: 'a test', version: '1.0.0' }, { versionNegotiation });
      const requestInit = { headers: { Authorization: `Bearer ${token()}` } };
      await client.connect(new StreamableHTTPClientTransport(new URL(`${parley.url}/mcp`), { requestInit }));
      return client;
    };
    const client = await connect();
    const conversation_id = randomUUID();
    const read = async (id: string = conversation_id, limit = 200) => {
      const result = await client.callTool({ name: 'read_conversation', arguments: { id, limit } });
      const { messages } = (result.structuredContent ?? { messages: [] }) as {
        messages: { content: string }[];
      };
      return messages.map(({ content }) => content);
    };
    let seen = '';
    const ask = (args: object, signal?: AbortSignal) => {
      seen = '';
      return client.callTool(
        { name: 'ask_agent', arguments: { ...args } },
        { signal, onprogress: ({ message = '' }) => void (seen += message) },
      );
    };

    // A call whose connection breaks is cancelled, says the protocol; the conversation keeps what was written.
    const { play, release } = heldAfter(BEGIN, REST);
    parley.model.reply(play);
    const leave = new AbortController();
    const broken = expect(ask({ message: 'Count!', conversation_id }, leave.signal)).rejects.toThrow();
    await eventually(async () => expect(seen).toContain(BEGIN.trimEnd()));
    parley.cut();
    await eventually(async () => expect(await read()).toEqual(['Count!', BEGIN]));
    release();
    // The client itself would notice after a minute.
    leave.abort();
    await broken;
    parley.model.reply('Three.');
    await ask({ message: 'Go on!', conversation_id });
    expect(await read()).toEqual(['Count!', BEGIN, 'Go on!', 'Three.']);

    parley.model.reply(stallAfter('A beginning'));
    const cancel = new AbortController();
    const stopped = randomUUID();
    const asked = ask({ message: 'Go on!', conversation_id: stopped }, cancel.signal);
    const refused = expect(asked).rejects.toThrow();
    await eventually(async () => expect(seen).toContain('A beginning'));
    cancel.abort();
    await refused;
    await eventually(async () => {
      const path = `/conversations/${stopped}/messages`;
      const { body } = await callJson<{ messages: object[] }>(parley.url, path, { token: token() });
      expect(body.messages.at(-1)).toMatchObject({ content: 'A beginning', finish_reason: 'error' });
    });

    for (const failure of [refuse(401), errorAfter('Half an ')]) {
      parley.model.requests.length = 0;
      parley.model.reply(failure);
      expect(await ask({ message: 'Hello?' })).toMatchObject({ isError: true });
      expect(parley.model.requests).toHaveLength(1);
    }

    parley.model.reply('The end.');
    const long = await longConversation(parley);
    const answer = await ask({ message: 'And the last?', conversation_id: long });
    expect(answer.structuredContent).toMatchObject({ reply: 'The end.' });
    expect((await read(long)).slice(-2)).toEqual(['And the last?', 'The end.']);
    await client.close();
  });
});
