import { randomUUID } from 'node:crypto';
import { buildResumeArray, HttpAgent } from '@ag-ui/client';
import type OpenAI from 'openai';
import type { DynamicToolUIPart, UIMessage } from 'ai';
import type { TestApp } from '../support/app.js';
import { call, callJson, register, type Account } from '../support/client.js';
import { eventually } from '../support/eventually.js';
import { FakeOpenAi } from '../support/fake-openai.js';
import { callTools, type FakeCall } from '../support/fake-tool-calls.js';
import { openAiClient, startOverModel, type OverModel } from '../support/over-model.js';
import { openChatPage, textOf, type ChatPage } from '../support/use-chat.js';

const CAREFUL = `
label: Careful
description: Asks before it computes.
prompt: You are careful.
tools: [calculator]
approval: [calculator]
`;
const SUM: FakeCall = { name: 'calculator', input: { expression: '6 * 7' } };
const OTHER: FakeCall = { name: 'calculator', input: { expression: '2 + 2' } };

/** Calls of tools are approved and rejected by the helpers of unmodified clients. */
describe('decisions on the wires that have a place for them', () => {
  let parley: TestApp;
  let model: FakeOpenAi;
  let close: OverModel['close'] | undefined;
  let ada: Account;

  beforeAll(async () => {
    ({ parley, model, me: ada, close } = await startOverModel({ careful: CAREFUL }));
  }, 60_000);
  beforeEach(() => model.reset());
  afterAll(() => close?.());

  const told = () => model.lastRequest.body.messages.map(({ content }) => String(content));

  describe('AI SDK', () => {
    let page: ChatPage | undefined;
    afterEach(() => page?.close());

    const open = async (id: string, messages?: UIMessage[]) => {
      page?.close();
      const { lastAssistantMessageIsCompleteWithApprovalResponses: sendAutomaticallyWhen } =
        await import('ai');
      const api = `${parley.url}/api/ai/chat`;
      const body = { agent: 'careful' };
      page = await openChatPage({
        api,
        id,
        token: ada.accessToken,
        body,
        messages,
        resume: messages !== undefined,
        sendAutomaticallyWhen,
      });
      return page;
    };
    const history = async (id: string) => {
      const path = `/api/ai/chat/${id}/messages`;
      const token = ada.accessToken;
      return (await callJson<{ messages: UIMessage[] }>(parley.url, path, { token })).body.messages;
    };
    const calls = () =>
      (page!.chat.messages.at(-1)?.parts ?? []).filter(
        (part): part is DynamicToolUIPart => part.type === 'dynamic-tool',
      );
    const untilAsked = (count = 1) =>
      eventually(async () => {
        expect(page!.chat.status).toBe('ready');
        expect(calls().filter(({ state }) => state === 'approval-requested')).toHaveLength(count);
      });
    const ask = async (id: string = randomUUID(), count = 1) => {
      await (await open(id)).chat.sendMessage({ text: 'What is it?' });
      await untilAsked(count);
      return id;
    };
    const answer = (place: number, approved: boolean, reason?: string) =>
      page!.chat.addToolApprovalResponse({ id: calls()[place]!.approval!.id, approved, reason });
    const untilShown = (text: string) =>
      eventually(async () => {
        expect(page!.chat.error).toBeUndefined();
        expect(page!.chat.status).toBe('ready');
        expect(page!.shown).toEqual(['What is it?', text]);
      });

    it('continues in the same message when a call is approved, also after a reload', async () => {
      model.reply(callTools([SUM], { text: 'Let me see.' }), 'It is 42.');
      const id = await ask();
      await open(id, await history(id));
      await untilAsked();
      await answer(0, true);
      await untilShown('Let me see.\n\nIt is 42.');
      expect(calls()).toMatchObject([{ state: 'output-available', output: '42' }]);
      const stored = await history(id);
      const shown = stored.at(-1)!.parts.filter(({ type }) => type === 'dynamic-tool');
      expect(shown).toMatchObject([{ state: 'output-available', input: SUM.input, output: '42' }]);
      expect(stored.map(textOf)).toEqual(page!.shown);
      expect(stored.at(-1)!.id).toBe(page!.chat.messages.at(-1)!.id);
    });

    it('takes an input that the page has changed in the part, if it fits the tool', async () => {
      model.reply(callTools([SUM]), 'It is 4.');
      const id = await ask();
      const change = (input: unknown) => {
        const last = page!.chat.messages.at(-1)!;
        const parts = last.parts.map((part) => (part.type === 'dynamic-tool' ? { ...part, input } : part));
        page!.chat.setMessages((all) => [...all.slice(0, -1), { ...last, parts } as UIMessage]);
      };
      for (const input of [{ expression: 5 }, 'text']) {
        const last = page!.chat.messages.at(-1)!;
        const approval = { id: calls()[0]!.approval!.id, approved: true };
        const parts = [{ ...calls()[0], state: 'approval-responded', approval, input }];
        const body = { id, messageId: last.id, messages: [{ ...last, parts }] };
        expect((await call(parley.url, '/api/ai/chat', { token: ada.accessToken, body })).status).toBe(400);
      }
      change({ expression: '2 + 2' });
      await answer(0, true);
      await untilShown('It is 4.');
      expect(told().at(-1)).toContain('\n4\n');
      const stored = (await history(id)).at(-1)!.parts.filter(({ type }) => type === 'dynamic-tool');
      expect(stored).toMatchObject([{ input: { expression: '2 + 2' }, output: '4' }]);
    });

    it('gives the model the reason of a rejected call', async () => {
      model.reply(callTools([SUM]), 'As you like.');
      await ask();
      await answer(0, false, 'too dear');
      await untilShown('As you like.');
      expect(calls()).toMatchObject([{ state: 'output-denied' }]);
      expect(told().at(-1)).toContain('rejected this call: too dear');
    });

    it('takes the decisions of several calls, and of a call that follows', async () => {
      model.reply(callTools([SUM, OTHER]), callTools([OTHER]), 'Done.');
      await ask(randomUUID(), 2);
      await answer(0, true);
      await answer(1, false);
      await untilAsked();
      expect(told().slice(-2)).toEqual([expect.stringContaining('42'), expect.stringContaining('rejected')]);
      await answer(2, true);
      await untilShown('Done.');
      expect(told().at(-1)).toContain('4');
    });

    it('keeps waiting for the rest when calls are decided one by one', async () => {
      model.reply(callTools([SUM, OTHER]), 'Done.');
      await ask(randomUUID(), 2);
      await answer(0, true);
      await page!.chat.sendMessage();
      await untilAsked();
      expect(model.requests).toHaveLength(1);
      await answer(1, true);
      await untilShown('Done.');
    });

    it('refuses a second decision with 409, and foreign and unknown ones with 404', async () => {
      model.reply(callTools([SUM]), 'Done.');
      const id = await ask();
      const message = page!.chat.messages.at(-1)!;
      const decided = (approval: object, change: object = {}) => ({
        id,
        trigger: 'submit-message',
        messageId: message.id,
        messages: [
          {
            ...message,
            parts: [{ ...calls()[0], state: 'approval-responded', approval }],
            ...change,
          },
        ],
      });
      const approval = { id: calls()[0]!.approval!.id, approved: true };
      const send = async (body: object, { accessToken: token } = ada) =>
        (await call(parley.url, '/api/ai/chat', { token, body })).status;
      const eve = await register(parley.url);
      expect(await send(decided(approval), eve)).toBe(404);
      expect(await send(decided({ ...approval, id: randomUUID() }))).toBe(404);
      expect(await send(decided(approval, { id: randomUUID() }))).toBe(404);
      expect(await send({ ...decided(approval), id: randomUUID() })).toBe(404);
      expect(await send(decided({ ...approval, approved: 'yes' }))).toBe(400);
      expect(await send(decided(approval))).toBe(200);
      expect(await send(decided(approval))).toBe(409);
    });
  });

  describe('AG-UI', () => {
    const agentOf = (threadId: string = randomUUID(), { accessToken } = ada) =>
      new HttpAgent({
        url: `${parley.url}/agui/careful`,
        headers: { Authorization: `Bearer ${accessToken}` },
        threadId,
        initialMessages: [{ id: randomUUID(), role: 'user', content: 'What is it?' }],
      });
    const ask = async () => {
      const agent = agentOf();
      await agent.runAgent();
      return agent;
    };
    const answer = async (agent: HttpAgent, ...payloads: object[]) => {
      const responses = agent.pendingInterrupts.map(({ id }, i) => [
        id,
        payloads[i]
          ? { status: 'resolved' as const, payload: payloads[i] }
          : { status: 'cancelled' as const },
      ]);
      const resume = buildResumeArray(agent.pendingInterrupts, Object.fromEntries(responses));
      const types: string[] = [];
      await agent.runAgent({ resume }, { onEvent: ({ event }) => void types.push(event.type) });
      return { types, resume };
    };

    it('continues in a run of the client when a call is approved, once', async () => {
      model.reply(callTools([SUM], { text: 'Let me see.' }), 'It is 42.');
      const agent = await ask();
      expect(agent.pendingInterrupts).toMatchObject([{ reason: 'tool_call' }]);
      const { types, resume } = await answer(agent, { approved: true });
      expect([types[0], types.at(-1)]).toEqual(['RUN_STARTED', 'RUN_FINISHED']);
      expect(agent.pendingInterrupts).toEqual([]);
      expect(agent.messages.slice(1)).toMatchObject([
        { role: 'assistant', content: 'Let me see.' },
        { role: 'assistant', toolCalls: [{ function: { name: 'calculator' } }] },
        { role: 'tool', content: '42' },
        { role: 'assistant', content: '\n\nIt is 42.' },
      ]);
      await expect(agent.runAgent({ resume })).rejects.toMatchObject({ status: 409 });
    });

    it.each([
      ['rejected', { approved: false, note: 'too dear' }, 'rejected this call: too dear'],
      ['cancelled', undefined, 'rejected this call'],
    ])('reports a call that is %s to the model, beside an approved one', async (_how, payload, result) => {
      model.reply(callTools([OTHER, SUM]), 'As you like.');
      const agent = await ask();
      await answer(agent, { approved: true }, ...(payload ? [payload] : []));
      expect(agent.messages.at(-1)).toMatchObject({ content: 'As you like.' });
      expect(told().slice(-2)).toEqual([expect.stringContaining('4'), expect.stringContaining(result)]);
    });

    it('takes an edited input that fits the tool, and an approval of all calls of the thread', async () => {
      model.reply(callTools([SUM]), 'It is 4.', callTools([SUM]), 'It is 42.', callTools([SUM]), 'Again.');
      const agent = await ask();
      const waiting = agent.pendingInterrupts;
      expect(waiting).toMatchObject([
        { responseSchema: { properties: { input: { properties: { expression: { type: 'string' } } } } } },
      ]);
      const edit = (input: object) =>
        buildResumeArray(waiting, {
          [waiting[0]!.id]: { status: 'resolved', payload: { approved: true, input } },
        });
      await expect(agent.runAgent({ resume: edit({ expression: 5 }) })).rejects.toMatchObject({
        status: 400,
        payload: { detail: expect.stringContaining('expression') },
      });
      await agent.runAgent({ resume: edit({ expression: '2 + 2' }) });
      expect(told().at(-1)).toContain('4');
      agent.addMessage({ id: randomUUID(), role: 'user', content: 'And that?' });
      await agent.runAgent();
      await answer(agent, { approved: true, always: true });
      agent.addMessage({ id: randomUUID(), role: 'user', content: 'And that again?' });
      await agent.runAgent();
      expect(agent.pendingInterrupts).toEqual([]);
      expect(agent.messages.at(-1)).toMatchObject({ content: 'Again.' });
    });

    it('refuses foreign and unknown decisions with 404, and others than yes and no with 400', async () => {
      model.reply(callTools([SUM]), 'Done.');
      const { threadId, pendingInterrupts } = await ask();
      const entry = (id: string, approved: unknown = true) => ({
        resume: [{ interruptId: id, status: 'resolved' as const, payload: { approved } }],
      });
      const id = pendingInterrupts[0]!.id;
      const theirs = agentOf(threadId, await register(parley.url));
      await expect(theirs.runAgent(entry(id))).rejects.toMatchObject({ status: 404 });
      await expect(agentOf().runAgent(entry(id))).rejects.toMatchObject({ status: 404 });
      const mine = agentOf(threadId);
      await expect(mine.runAgent(entry(randomUUID()))).rejects.toMatchObject({ status: 404 });
      await expect(mine.runAgent(entry(id, 'yes'))).rejects.toMatchObject({ status: 400 });
      await mine.runAgent(entry(id));
      expect(mine.messages.at(-1)).toMatchObject({ content: 'Done.' });
    });
  });

  describe('OpenAI Responses', () => {
    let client: OpenAI;
    beforeAll(() => (client = openAiClient(parley, ada)));

    type Answer = OpenAI.Responses.Response;
    const ask = (more: object = {}): Promise<Answer> =>
      client.responses.create({ model: 'careful', input: 'What is it?', stream: false, ...more });
    const asked = ({ output }: Answer) => output.filter((item) => item.type === 'mcp_approval_request');
    const decision = ({ id }: { id: string }, approve = true, reason?: string) =>
      ({ type: 'mcp_approval_response', approval_request_id: id, approve, reason }) as const;
    const decide = (response: Answer, ...more: [approve?: boolean, reason?: string]) => ({
      input: asked(response).map((item) => decision(item, ...more)),
      previous_response_id: response.id,
    });

    it('continues in a new response when a call is approved, once', async () => {
      model.reply(callTools([SUM], { text: 'Let me see.' }), 'It is 42.');
      const first = await ask();
      expect(first).toMatchObject({ status: 'completed', output_text: 'Let me see.' });
      expect(asked(first)).toMatchObject([{ name: 'calculator', arguments: JSON.stringify(SUM.input) }]);
      const second = await ask(decide(first));
      expect(second).toMatchObject({
        status: 'completed',
        output_text: 'It is 42.',
        previous_response_id: first.id,
        conversation: first.conversation,
        output: [
          { type: 'mcp_call', approval_request_id: asked(first)[0]!.id, output: '42', error: null },
          { type: 'message' },
        ],
      });
      expect(second.id).not.toBe(first.id);
      const all = [first, second].flatMap(({ output }) => output.map(({ id }) => id));
      expect(new Set(all).size).toBe(all.length);
      for (const response of [first, second]) {
        const { output_text: _, ...read } = await client.responses.retrieve(response.id);
        const { output_text: __, usage: ___, ...known } = response;
        expect(read).toMatchObject(known);
      }
      await expect(ask(decide(first))).rejects.toMatchObject({ status: 409 });

      const third = await ask({ input: 'And now?', previous_response_id: second.id });
      expect(third.conversation).toEqual(first.conversation);
      expect(told()).toContain('Let me see.\n\nIt is 42.');
    });

    it('streams the new response to the helper, and again from any number', async () => {
      model.reply(callTools([SUM], { text: 'Let me see.' }), callTools([OTHER]), 'It is 42, then 4.');
      const first = await client.responses.stream({ model: 'careful', input: 'What is it?' }).finalResponse();
      const second = await client.responses.stream({ model: 'careful', ...decide(first) }).finalResponse();
      expect(second.output.map(({ type }) => type)).toEqual(['mcp_call', 'mcp_approval_request']);
      const stream = await client.responses.create({ model: 'careful', ...decide(second), stream: true });
      const events: OpenAI.Responses.ResponseStreamEvent[] = [];
      for await (const event of stream) events.push(event);
      const numbers = events.map(({ sequence_number: number }) => number);
      expect(numbers).toEqual([...new Set(numbers)].toSorted((a, b) => a - b));
      expect(events[0]).toMatchObject({ type: 'response.created' });
      const last = events.at(-1)!;
      expect(last).toMatchObject({
        type: 'response.completed',
        response: { previous_response_id: second.id },
      });
      const third = (last as OpenAI.Responses.ResponseCompletedEvent).response;
      for (const { id } of [first, second, third]) {
        const whole: OpenAI.Responses.ResponseStreamEvent[] = [];
        for await (const event of await client.responses.retrieve(id, { stream: true })) whole.push(event);
        expect(whole[0]).toMatchObject({ type: 'response.created', response: { id } });
        expect(whole.at(-1)).toMatchObject({ type: 'response.completed', response: { id } });
        if (id !== third.id) continue;
        expect(whole).toEqual(events);
        const middle = numbers[Math.floor(numbers.length / 2)]!;
        const rest: unknown[] = [];
        const options = { stream: true, starting_after: middle } as const;
        for await (const event of await client.responses.retrieve(id, options)) rest.push(event);
        expect(rest).toEqual(events.filter(({ sequence_number: number }) => number > middle));
      }
    });

    it('gives the model the reason of a rejected call, beside an approved one', async () => {
      model.reply(callTools([OTHER, SUM]), 'As you like.');
      const first = await ask();
      const [one, other] = asked(first);
      const given = [decision(one!), decision(other!, false, 'too dear')];
      await expect(ask({ input: [given[0]!], previous_response_id: first.id })).rejects.toMatchObject({
        status: 400,
        param: 'input',
      });
      const second = await ask({ input: given, conversation: first.conversation });
      expect(second.output_text).toBe('As you like.');
      expect(told().slice(-2)).toEqual([
        expect.stringContaining('4'),
        expect.stringContaining('rejected this call: too dear'),
      ]);
    });

    it('accepts the whole input again from clients that repeat it, and background responses', async () => {
      model.reply(callTools([SUM]), 'It is 42.');
      const first = await ask({ background: true });
      await eventually(async () =>
        expect((await client.responses.retrieve(first.id)).status).toBe('completed'),
      );
      const waiting = await client.responses.retrieve(first.id);
      const repeated = [
        { role: 'user', content: 'What is it?' },
        ...waiting.output,
        ...decide(waiting).input,
      ];
      const second = await ask({ ...decide(waiting), input: repeated, background: true });
      expect(second.id).not.toBe(first.id);
      await eventually(async () =>
        expect(await client.responses.retrieve(second.id)).toMatchObject({
          status: 'completed',
          output_text: 'It is 42.',
        }),
      );
    });

    it('refuses foreign and unknown decisions, and those about nothing', async () => {
      model.reply(callTools([SUM]), 'Done.');
      const first = await ask();
      const eve = openAiClient(parley, await register(parley.url));
      const request = { model: 'careful', stream: false, ...decide(first) } as const;
      const notFound = { status: 400, code: 'previous_response_not_found' };
      await expect(eve.responses.create(request)).rejects.toMatchObject(notFound);
      const unknown = { ...request, input: [decision({ id: `mcpr_${'0'.repeat(32)}` })] };
      await expect(client.responses.create(unknown)).rejects.toMatchObject({ status: 404 });
      await expect(ask({ input: decide(first).input })).rejects.toMatchObject({
        status: 400,
        param: 'input',
      });
      const yes = { ...decide(first).input[0]!, approve: 'yes' };
      await expect(ask({ ...decide(first), input: [yes] })).rejects.toMatchObject({ status: 400 });
      expect((await ask(decide(first))).output_text).toBe('Done.');
    });
  });

  it('an MCP client, which has no field for them, gets the routes for decisions', async () => {
    const { Client, StreamableHTTPClientTransport } = await import('@modelcontextprotocol/client');
    model.reply(callTools([SUM, OTHER]), 'Done.');
    const client = new Client({ name: 'test', version: '1.0.0' });
    const requestInit = { headers: { Authorization: `Bearer ${ada.accessToken}` } };
    await client.connect(new StreamableHTTPClientTransport(new URL(`${parley.url}/mcp`), { requestInit }));
    const asking = { name: 'ask_agent', arguments: { message: 'What is it?', agent: 'careful' } };
    const { isError, content } = await client.callTool(asking);
    await client.close();
    expect(isError).toBe(true);
    const token = ada.accessToken;
    const reason = JSON.stringify(content);
    const paths = [...reason.matchAll(/POST (\/runs\/[-\w]+\/approvals\/[-\w]+)/g)].map(([, path]) => path!);
    expect(paths).toHaveLength(2);
    for (const path of paths)
      expect((await call(parley.url, path, { token, body: { decision: 'approve' } })).ok).toBe(true);
    const [run] = /\/runs\/[-\w]+/.exec(reason)!;
    expect(reason).toContain(`POST ${run}/stop`);
    await eventually(async () =>
      expect(await callJson(parley.url, run, { token })).toMatchObject({
        body: { status: 'complete', reply: 'Done.' },
      }),
    );
  });
});
