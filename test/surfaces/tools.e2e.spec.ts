import { randomUUID } from 'node:crypto';
import { HttpAgent } from '@ag-ui/client';
import { createOpenAI } from '@ai-sdk/openai';
import { DefaultChatTransport, generateText, readUIMessageStream, type UIMessage } from 'ai';
import OpenAI from 'openai';
import { createTestApp, type TestApp } from '../support/app.js';
import { call, callJson, register, type Account } from '../support/client.js';
import { FakeOpenAi, say, type Play } from '../support/fake-openai.js';
import { callTools, refuseTools, type FakeCall, type Quirk } from '../support/fake-tool-calls.js';
import { startOverModel, type OverModel } from '../support/over-model.js';
import { TestSocket } from '../support/socket.js';
import { collectSse } from '../support/sse.js';
import { uploadIndexed } from '../support/upload.js';

const CLERK = `
label: Clerk
description: Works things out.
prompt: You are a clerk.
tools: [calculator, current_time, search_documents, query_table]
`;
const SUM: FakeCall = { name: 'calculator', input: { expression: '6 * 7' } };
const CALLS_AND_RESULT: [Play, string] = [callTools([SUM], { text: 'Let me see.' }), 'It is 42.'];

interface S4Event {
  type: string;
  data: { name: string; phase: string; input?: object; output?: unknown; error?: string };
}

/** Without a model tools are called where a question plainly asks for one. */
describe('the assistant without a model', () => {
  let parley: TestApp;

  beforeAll(async () => (parley = await createTestApp()), 60_000);
  afterAll(() => parley?.close());

  it.each([
    ['What is 12 * 7?', 'calculator', '84', '12 * 7 = 84'],
    ['What is 7 / 0?', 'calculator', undefined, 'The result is too large, or a division by zero.'],
    ['What time is it in Berlin?', 'current_time', /Europe\/Berlin/, /^It is .*\(Europe\/Berlin\)\.$/],
  ])('%s', async (message, name, output, answer) => {
    const { accessToken: token } = await register(parley.url);
    const body = { message, include_citations: true };
    const events = (await collectSse(await call(parley.url, '/chat', { token, body }))).map(
      ({ data }) => JSON.parse(data) as S4Event,
    );
    const text = events.filter(({ type }) => type === 'token').map(({ data }) => data);
    expect(text.join('')).toMatch(answer);
    const steps = events.filter(({ type }) => type === 'tool').map(({ data }) => data);
    expect(steps).toMatchObject([
      { name, phase: 'called' },
      { name, phase: output ? 'done' : 'failed' },
    ]);
    if (output) expect(steps[1]!.output).toMatch(output);
  });
});

/** An agent that calls tools, on every wire, against a server that streams its calls in every odd way. */
describe('agents with tools', () => {
  let parley: TestApp;
  let model: FakeOpenAi;
  let ada: Account;
  let close: OverModel['close'] | undefined;

  beforeAll(async () => {
    ({ parley, model, me: ada, close } = await startOverModel({ clerk: CLERK }, { SHARES: 'on' }));
    await uploadIndexed(
      parley.url,
      ada.accessToken,
      { name: 'contract.md', bytes: 'The notice period is thirty days.\n' },
      { name: 'sites.csv', bytes: 'Site,Tonnes\nOslo,10\nBergen,32\n' },
    );
  }, 60_000);
  beforeEach(() => model.reset());
  afterAll(() => close?.());

  const askClerk = async (message: string, account = ada, conversation_id = randomUUID()) => {
    const response = await call(parley.url, '/chat', {
      token: account.accessToken,
      body: { message, agent: 'Clerk', conversation_id, include_citations: true },
    });
    const events = (await collectSse(response)).map(({ data }) => JSON.parse(data) as S4Event);
    const of = (type: string) => events.filter((event) => event.type === type).map(({ data }) => data);
    return { events, of, text: of('token').join(''), tools: of('tool'), conversation_id };
  };

  describe('on every wire', () => {
    it('S4 has an event for each step, and the conversation one reply', async () => {
      model.reply(...CALLS_AND_RESULT);
      const { text, tools, conversation_id } = await askClerk('What is six times seven?');
      expect(text).toBe('Let me see.\n\nIt is 42.');
      expect(tools).toMatchObject([
        { name: 'calculator', phase: 'called', input: { expression: '6 * 7' } },
        { name: 'calculator', phase: 'done', output: '42' },
      ]);
      const { body } = await callJson<{ messages: unknown[] }>(
        parley.url,
        `/conversations/${conversation_id}/messages`,
        {
          token: ada.accessToken,
        },
      );
      expect(body.messages).toMatchObject([{ role: 'user' }, { role: 'assistant', content: text }]);
      const [, second] = model.requests;
      expect(second!.body.messages.slice(-2)).toMatchObject([
        { role: 'assistant', tool_calls: [{ id: 'call_0', function: { name: 'calculator' } }] },
        { role: 'tool', tool_call_id: 'call_0', content: '<result>\n42\n</result>' },
      ]);
    });

    it("returns a server's own data of a call and the thinking before it, which some demand", async () => {
      const signed = { ...SUM, extra: { google: { thought_signature: 'c2ln' } } };
      model.reply(callTools([signed, SUM], { thought: 'They want a sum.' }), callTools([SUM]), 'It is 42.');
      const { text, conversation_id } = await askClerk('What is six times seven?');
      expect(text).toBe('It is 42.');
      const said = model.lastRequest.body.messages.filter(({ role }) => role === 'assistant');
      expect(said).toMatchObject([
        {
          reasoning_content: 'They want a sum.',
          tool_calls: [{ id: 'call_0', extra_content: signed.extra }, { id: 'call_1' }],
        },
        { tool_calls: [{ function: { name: 'calculator' } }] },
      ]);
      expect(JSON.stringify(said).match(/extra_content/g)).toHaveLength(1);
      expect(JSON.stringify(said).match(/reasoning_content/g)).toHaveLength(1);
      model.reply('Fine.');
      await askClerk('And now?', ada, conversation_id);
      expect(JSON.stringify(model.lastRequest.body)).not.toContain('They want a sum.');
    });

    it('a share names the tools, without what they were given and found', async () => {
      model.reply(...CALLS_AND_RESULT);
      const { conversation_id } = await askClerk('What is six times seven?');
      const { body: share } = await callJson<{ token: string }>(
        parley.url,
        `/conversations/${conversation_id}/shares`,
        { token: ada.accessToken, body: {} },
      );
      const shared = await callJson<{ messages: object[] }>(parley.url, `/shared/${share.token}`);
      expect(shared.body.messages).toEqual([
        { role: 'user', content: 'What is six times seven?', created_at: expect.any(String) },
        {
          role: 'assistant',
          content: 'Let me see.\n\nIt is 42.',
          created_at: expect.any(String),
          tool_calls: [{ name: 'calculator', status: 'done' }],
        },
      ]);
    });

    it('S3 has lines of progress, and a row of the running table', async () => {
      model.reply(...CALLS_AND_RESULT);
      const id = randomUUID();
      const path = `/async_chat?token=${ada.accessToken}&conversationID=${id}&agentName=Clerk`;
      const socket = await TestSocket.open(parley.url, path);
      socket.send('What is six times seven?');
      expect((await socket.closed).code).toBe(1000);
      const logs = socket.frames
        .filter(({ event_type }) => event_type === 'log')
        .map(({ content }) => content);
      expect(logs).toContain('Calling calculator: {"expression":"6 * 7"}');
      const { body } = await callJson<object[]>(parley.url, `/db/${id}`, { token: ada.accessToken });
      expect(body).toEqual([{ rowid: 1, type: 'calculator', description: '42' }]);
    });

    it('chat completions have the text alone', async () => {
      model.reply(...CALLS_AND_RESULT);
      const client = new OpenAI({ baseURL: `${parley.url}/v1`, apiKey: ada.accessToken });
      const stream = client.chat.completions.stream({
        model: 'clerk',
        messages: [{ role: 'user', content: 'What is six times seven?' }],
      });
      const completion = await stream.finalChatCompletion();
      expect(completion.choices[0]).toMatchObject({
        finish_reason: 'stop',
        message: { content: 'Let me see.\n\nIt is 42.' },
      });
    });

    it('Responses have an item', async () => {
      model.reply(...CALLS_AND_RESULT);
      const client = new OpenAI({ baseURL: `${parley.url}/v1`, apiKey: ada.accessToken });
      const stream = client.responses.stream({ model: 'clerk', input: 'What is six times seven?' });
      const response = await stream.finalResponse();
      expect(response.status).toBe('completed');
      expect(response.output_text).toBe('Let me see.\n\nIt is 42.');
      const called = {
        name: 'calculator',
        arguments: '{"expression":"6 * 7"}',
        output: '42',
        status: 'completed',
      };
      const made = response.output.find(({ type }) => type === 'mcp_call');
      expect(made).toMatchObject(called);
      const conversation = response.conversation!.id;
      const types = async (order: 'asc' | 'desc', limit: number) => {
        const items = [];
        for await (const item of client.conversations.items.list(conversation, { order, limit }))
          items.push(`${item.type} ${item.id}`);
        return items;
      };
      const listed = await types('asc', 100);
      expect(listed.map((item) => item.split(' ')[0])).toEqual(['message', 'mcp_call', 'message']);
      expect(listed[1]).toBe(`mcp_call ${made!.id}`);
      for (const limit of [1, 2]) {
        expect(await types('asc', limit)).toEqual(listed);
        expect(await types('desc', limit)).toEqual(listed.toReversed());
      }
      const inConversation = { conversation_id: conversation };
      expect(await client.conversations.items.retrieve(made!.id!, inConversation)).toMatchObject(called);
      for (const id of [`${made!.id!.slice(0, -1)}9`, 'mcp_nothing'])
        await expect(client.conversations.items.retrieve(id, inConversation)).rejects.toMatchObject({
          status: 404,
        });
      await expect(
        client.conversations.items.list(conversation, { after: 'mcp_nothing' }),
      ).rejects.toMatchObject({ status: 404 });
    });

    it('a Responses client of the AI SDK reads it whole', async () => {
      model.reply(...CALLS_AND_RESULT);
      const provider = createOpenAI({ baseURL: `${parley.url}/v1`, apiKey: ada.accessToken });
      const { text, content } = await generateText({
        model: provider.responses('clerk'),
        prompt: 'What is six times seven?',
        maxRetries: 0,
      });
      expect(text).toBe('Let me see.\n\nIt is 42.');
      expect(content.map(({ type }) => type)).toContain('tool-result');
    });

    it('the AI SDK has a part between two texts', async () => {
      model.reply(...CALLS_AND_RESULT);
      const transport = new DefaultChatTransport({
        api: `${parley.url}/api/ai/chat`,
        headers: { Authorization: `Bearer ${ada.accessToken}` },
        body: { agent: 'clerk' },
      });
      const stream = await transport.sendMessages({
        chatId: randomUUID(),
        messages: [
          { id: randomUUID(), role: 'user', parts: [{ type: 'text', text: 'What is six times seven?' }] },
        ],
        trigger: 'submit-message',
        messageId: undefined,
        abortSignal: undefined,
      });
      let message: UIMessage | undefined;
      for await (const next of readUIMessageStream({ stream, terminateOnError: true })) message = next;
      const parts = message!.parts.filter(({ type }) => type === 'text' || type === 'dynamic-tool');
      expect(parts).toMatchObject([
        { type: 'text', text: 'Let me see.' },
        { type: 'dynamic-tool', toolName: 'calculator', state: 'output-available', output: '42' },
        { type: 'text', text: '\n\nIt is 42.' },
      ]);
    });

    it('AG-UI has a call and its result', async () => {
      model.reply(...CALLS_AND_RESULT);
      const events: { type: string }[] = [];
      const agent = new HttpAgent({
        url: `${parley.url}/agui/clerk`,
        headers: { Authorization: `Bearer ${ada.accessToken}` },
        threadId: randomUUID(),
      });
      agent.addMessage({ id: randomUUID(), role: 'user', content: 'What is six times seven?' });
      await agent.runAgent({}, { onEvent: ({ event }) => void events.push(event as { type: string }) });
      expect(events.at(-1)!.type).toBe('RUN_FINISHED');
      expect(events.find(({ type }) => type === 'TOOL_CALL_RESULT')).toMatchObject({ content: '42' });
      expect(agent.messages.slice(1)).toMatchObject([
        { role: 'assistant', content: 'Let me see.' },
        { role: 'assistant', toolCalls: [{ function: { name: 'calculator' } }] },
        { role: 'tool', content: '42' },
        { role: 'assistant', content: '\n\nIt is 42.' },
      ]);
    });
  });

  describe('of servers that stream calls oddly', () => {
    it.each<Quirk>(['plain', 'split-name', 'repeated-id', 'one-index', 'no-index', 'whole-object'])(
      '%s',
      async (quirk) => {
        const other: FakeCall = { name: 'calculator', input: { expression: '2 ^ 10' } };
        model.reply(callTools([SUM, other], { quirk }), 'Done.');
        const { tools, text } = await askClerk('Compute both.');
        expect(text).toBe('Done.');
        const outputs = tools.flatMap(({ phase, output }) => (phase === 'done' ? [output] : []));
        expect(outputs.toSorted()).toEqual(['1024', '42']);
        const ids = (model.requests[1]!.body.messages as { tool_call_id?: string }[]).flatMap(
          ({ tool_call_id }) => tool_call_id ?? [],
        );
        expect(new Set(ids).size).toBe(2);
      },
    );

    it('tell the model of tools that do not exist and arguments that are cut', async () => {
      const odd: FakeCall[] = [
        { name: 'rm_rf', input: {} },
        { name: 'calculator', input: '{"expression": "6 *' },
        { name: 'calculator', input: { expr: '6 * 7' } },
      ];
      model.reply(callTools(odd), 'I could not.');
      const { tools, text } = await askClerk('Do something odd.');
      expect(text).toBe('I could not.');
      expect(tools.filter(({ phase }) => phase === 'failed').map(({ error }) => error)).toEqual(
        expect.arrayContaining([
          expect.stringContaining('There is no tool “rm_rf”'),
          'The arguments are not a JSON object.',
          expect.stringMatching(/^The arguments are invalid/),
        ]),
      );
    });

    it('end a loop without end', async () => {
      model.reply(callTools([SUM]));
      const { events, tools } = await askClerk('Go on for ever.');
      expect(events.at(-2)).toMatchObject({
        type: 'error',
        data: { message: expect.stringMatching(/limit of 8 steps/) },
      });
      expect(model.requests).toHaveLength(8);
      expect(tools.filter(({ phase }) => phase === 'called').length).toBeLessThanOrEqual(16);
      expect((model.lastRequest.body as unknown as { tool_choice: string }).tool_choice).toBe('none');
    });

    it('report that the server has no tools', async () => {
      model.reply(refuseTools);
      const { events } = await askClerk('Compute.');
      expect(events.at(-2)).toMatchObject({ type: 'error' });
    });
  });

  describe('each tool', () => {
    it('search_documents finds and numbers passages of the user alone', async () => {
      const search: FakeCall = { name: 'search_documents', input: { query: 'notice period' } };
      model.reply(callTools([search]), 'Thirty days [1].');
      const { of, text, tools } = await askClerk('How long is the notice period?');
      expect(text).toBe('Thirty days [1].');
      expect(of('sources').at(-1)).toMatchObject([{ title: 'contract.md' }]);
      expect(tools.at(-1)).toMatchObject({
        phase: 'done',
        output: { passages: [{ number: 1, title: 'contract.md' }] },
      });

      const eve = await register(parley.url);
      model.reply(callTools([search]), 'I do not know.');
      const hers = await askClerk('How long is the notice period?', eve);
      expect(hers.of('sources').flat()).toEqual([]);
      expect(JSON.stringify(model.lastRequest.body)).not.toContain('thirty days');
    });

    it('query_table lists the tables, then computes', async () => {
      const list: FakeCall = { name: 'query_table', input: { table: '' } };
      model.reply(
        callTools([list]),
        (response, request) => {
          const results = JSON.stringify(request.body.messages.at(-1));
          const [, table] = /Tables[^"]*\\+"([^"\\]+)/.exec(results) ?? [];
          const query = { table: table ?? 'none', measure: 'sum', column: 'Tonnes' };
          return callTools([{ name: 'query_table', input: query }])(response, request);
        },
        'It is 42 [1].',
      );
      const { tools, text, of } = await askClerk('How many tonnes are there?');
      expect(text).toBe('It is 42 [1].');
      expect(String(tools.at(-1)!.output)).toMatch(/42/);
      expect(of('sources').at(-1)).toMatchObject([{ title: expect.stringContaining('sites.csv') }]);
    });

    it('current_time takes time zones', async () => {
      model.reply(callTools([{ name: 'current_time', input: { zone: 'Europe/Oslo' } }]), 'It is late.');
      const { tools } = await askClerk('What time is it in Oslo?');
      expect(tools.at(-1)).toMatchObject({ phase: 'done', output: expect.stringContaining('(Europe/Oslo)') });
    });
  });

  it('keeps agents without tools on the direct path', async () => {
    model.reply(say('Hello.'));
    const body = { message: 'Hello?', agent: 'Assistant', include_citations: false };
    await collectSse(await call(parley.url, '/chat', { token: ada.accessToken, body }));
    expect(model.lastRequest.body.tools).toBeUndefined();
  });
});
