import { randomUUID } from 'node:crypto';
import { HttpAgent, type BaseEvent } from '@ag-ui/client';
import { createTestApp, type TestApp } from '../support/app.js';
import { call, callJson, register, type Account } from '../support/client.js';
import { eventually } from '../support/eventually.js';
import { FakeOpenAi } from '../support/fake-openai.js';
import { errorAfter, refuse, stallAfter } from '../support/fake-openai-plays.js';
import { heldAfter } from '../support/held.js';

/** `HttpAgent` of AG-UI, unmodified. */
describe('AG-UI', () => {
  let parley: TestApp;
  let model: FakeOpenAi;
  let ada: Account;

  beforeAll(async () => {
    model = await FakeOpenAi.start();
    parley = await createTestApp({ OPENAI_BASE_URL: model.url, OPENAI_API_KEY: 'sk-test' });
    ada = await register(parley.url);
  });
  beforeEach(() => model.reset());
  afterAll(async () => {
    await parley?.close();
    await model?.close();
  });

  const agentOf = (threadId: string, name = 'assistant', token = ada.accessToken) =>
    new HttpAgent({
      url: `${parley.url}/agui/${name}`,
      headers: { Authorization: `Bearer ${token}` },
      threadId,
    });
  const ask = async (agent: HttpAgent, content: string, runId: string = randomUUID()) => {
    agent.addMessage({ id: randomUUID(), role: 'user', content });
    const events: BaseEvent[] = [];
    await agent.runAgent({ runId }, { onEvent: ({ event }) => void events.push(event) });
    return events.map(({ type }) => type as string);
  };
  const send = (body: object, name = 'assistant', token = ada.accessToken) =>
    call(parley.url, `/agui/${name}`, { token, body });
  const bodyOf = (content: unknown, more: object = {}) => ({
    threadId: randomUUID(),
    runId: randomUUID(),
    messages: [{ id: 'm', role: 'user', content }],
    tools: [],
    context: [],
    state: {},
    ...more,
  });

  it('answers in a thread that every surface shows, under one id', async () => {
    const threadId = randomUUID();
    const agent = agentOf(threadId);
    const types = await ask(agent, 'Hello?');
    expect([types[0], types.at(-1)]).toEqual(['RUN_STARTED', 'RUN_FINISHED']);
    const reply = agent.messages.at(-1)!;
    expect(reply).toMatchObject({ role: 'assistant', content: 'Hello from the model.' });
    await ask(agent, 'And again?');
    const { body } = await callJson<{ messages: { id: string; content: string }[] }>(
      parley.url,
      `/conversations/${threadId}/messages`,
      { token: ada.accessToken },
    );
    expect(body.messages).toHaveLength(4);
    expect(body.messages[1]).toMatchObject({ id: reply.id, content: reply.content });
  });

  it('gives a run that is sent again the same answer', async () => {
    const body = bodyOf('Hello?');
    const [first, second] = await Promise.all([send(body), send(body)]);
    expect(first.headers.get('x-run-id')).toBe(second.headers.get('x-run-id'));
    expect(await first.text()).toBe(await second.text());
    expect(model.requests).toHaveLength(1);
  });

  it('continues when a client disconnects, which finds the whole answer later', async () => {
    const { play, release } = heldAfter('One, two, ', 'three.');
    model.reply(play);
    const agent = agentOf(randomUUID());
    const left = ask(agent, 'Count!').catch(() => undefined);
    await eventually(async () => expect(agent.messages.at(-1)).toMatchObject({ content: 'One, two,' }));
    agent.abortRun();
    await left;
    release();
    const runId = agent.messages.at(-1)!.id;
    const resumed = await call(parley.url, `/runs/${runId}/stream?as=ag-ui`, { token: ada.accessToken });
    const deltas = [...(await resumed.text()).matchAll(/^data: (.*)$/gm)].map(
      ([, data]) => JSON.parse(data!) as { type: string; delta?: string; threadId?: string },
    );
    expect(deltas.map(({ delta }) => delta ?? '').join('')).toBe('One, two, three.');
    expect(deltas.at(-1)).toMatchObject({ type: 'RUN_FINISHED', threadId: agent.threadId });
  });

  it('ends an answer that is stopped as cancelled', async () => {
    model.reply(stallAfter('A beginning'));
    const agent = agentOf(randomUUID());
    const stopped = ask(agent, 'Go on!');
    await eventually(async () => expect(agent.messages.at(-1)).toMatchObject({ content: 'A beginning' }));
    const path = `/runs/${agent.messages.at(-1)!.id}/stop`;
    await call(parley.url, path, { method: 'POST', token: ada.accessToken });
    expect((await stopped).at(-1)).toBe('RUN_FINISHED');
  });

  it.each([
    ['before', () => refuse(401), []],
    ['after', () => errorAfter('Half an '), ['TEXT_MESSAGE_END']],
  ])('reports an error %s the first token', async (_when, play, before) => {
    model.reply(play());
    const types = await ask(agentOf(randomUUID()), 'Hello?');
    expect(types.slice(-1 - before.length)).toEqual([...before, 'RUN_ERROR']);
    expect(model.requests).toHaveLength(1);
  });

  it('gives the agent the context as data, and reads the last message of a long thread', async () => {
    const past = Array.from({ length: 2_000 }, (_, i) => ({
      id: `m${i}`,
      role: 'user',
      content: `No. ${i}`,
    }));
    const body = bodyOf('', {
      messages: [...past, { id: 'm', role: 'user', content: [{ type: 'text', text: 'Hello?' }] }],
      context: [{ description: 'page', value: 'dashboard' }],
    });
    expect(await (await send(body)).text()).toContain('RUN_FINISHED');
    expect(model.lastRequest.said).toContain('Hello?');
    expect(JSON.stringify(model.lastRequest.body)).toContain('dashboard');
    expect(JSON.stringify(model.lastRequest.body)).not.toContain('No. 7');
  });

  it('refuses with a sentence, and who is unknown first', async () => {
    await expect(ask(agentOf(randomUUID(), 'assistant', 'wrong'), 'Hi')).rejects.toThrow('401');
    const refusals: [object, string, number, RegExp][] = [
      [bodyOf('Hi'), 'nobody', 404, /nobody/],
      [bodyOf('Hi', { tools: [{ name: 'x' }] }), 'assistant', 400, /^tools: /],
      [bodyOf('Hi', { messages: [] }), 'assistant', 400, /^messages: /],
      [bodyOf([{ type: 'audio' }]), 'assistant', 400, /POST \/upload/],
      [{ id: 'c', messages: [{}], trigger: 'submit-message' }, 'assistant', 400, /POST \/api\/ai\/chat/],
    ];
    for (const [body, name, status, detail] of refusals) {
      const response = await send(body, name);
      expect([response.status, await response.json()]).toEqual([
        status,
        { detail: expect.stringMatching(detail) },
      ]);
    }
  });
});
