import { randomUUID } from 'node:crypto';
import type { TestApp } from '../support/app.js';
import { call, callJson, register, type Account } from '../support/client.js';
import { event, FakeOpenAi, type Play } from '../support/fake-openai.js';
import { refuse } from '../support/fake-openai-plays.js';
import { callTools, type FakeCall } from '../support/fake-tool-calls.js';
import { startOverModel, type OverModel } from '../support/over-model.js';
import { collectSse } from '../support/sse.js';
import { uploadIndexed } from '../support/upload.js';

const HOST = `
label: Host
description: Asks others.
prompt: You are the host.
tools: [ask_agent, calculator, search_documents]
`;
const CLERK = `
label: Clerk
description: Works things out.
prompt: You are the clerk.
tools: [calculator, search_documents, current_time, ask_agent]
approval: [current_time]
`;
const SUM: FakeCall = { name: 'calculator', input: { expression: '6 * 7' } };
const ask = (agent: string, message = 'How much is it?'): FakeCall => ({
  name: 'ask_agent',
  input: { agent, message },
});

interface Event {
  type: string;
  data: { name: string; phase: string; output?: unknown; error?: string; title?: string };
}
interface Offered {
  function: { name: string; parameters: { properties: { agent?: { enum: string[] } } } };
}

/** Agents that ask other agents in the course of an answer. */
describe('ask_agent', () => {
  let model: FakeOpenAi;
  let close: OverModel['close'] | undefined;
  let parley: TestApp;
  let ada: Account;

  beforeAll(async () => {
    ({ parley, model, me: ada, close } = await startOverModel({ host: HOST, clerk: CLERK }));
    await uploadIndexed(
      parley.url,
      ada.accessToken,
      { name: 'contract.md', bytes: 'The notice period is thirty days.\n' },
      { name: 'menu.md', bytes: 'On Fridays the canteen serves pancakes.\n' },
    );
  }, 60_000);
  beforeEach(() => model.reset());
  afterAll(() => close?.());

  const chat = async (account = ada, agent = 'Host') => {
    const body = { message: 'Find it out.', agent, conversation_id: randomUUID(), include_citations: true };
    const response = await call(parley.url, '/chat', { token: account.accessToken, body });
    const events = (await collectSse(response)).map(({ data }) => JSON.parse(data) as Event);
    const of = (type: string) => events.filter((one) => one.type === type).map(({ data }) => data);
    const text = (of('token') as unknown as string[]).join('');
    return { runId: response.headers.get('x-run-id')!, events, of, text, steps: of('tool') };
  };
  const offered = (index: number) => (model.requests[index]!.body as { tools?: Offered[] }).tools ?? [];
  const told = () => String(model.lastRequest.body.messages.at(-1)!.content);

  it('answers a question by another agent, whose steps are shown', async () => {
    model.reply(callTools([ask('clerk')]), callTools([SUM]), 'The clerk says 42.', 'It is 42.');
    const { text, steps } = await chat();
    expect(text).toBe('It is 42.');
    expect(steps.map(({ name, phase }) => `${name} ${phase}`)).toEqual([
      'ask_agent called',
      'calculator called',
      'calculator done',
      'ask_agent done',
    ]);
    expect(steps.at(-1)!.output).toEqual({ agent: 'clerk', answer: 'The clerk says 42.' });
    expect(told()).toBe('<result>\nThe clerk says 42.\n</result>');
    const [, clerks] = model.requests;
    expect(clerks!.body.messages[0]!.content).toContain('You are the clerk.');
    expect(clerks!.said).toBe('How much is it?');
    expect(JSON.stringify(clerks!.body.messages)).not.toContain('Find it out.');
  });

  it('is one level deep, and asks no agent about itself', async () => {
    model.reply(callTools([ask('clerk')]), callTools([ask('host')]), 'I could not.', 'Done.');
    const { steps } = await chat();
    const first = offered(0).find((tool) => tool.function.name === 'ask_agent');
    const { enum: agents } = first!.function.parameters.properties.agent!;
    expect(agents).toEqual(expect.arrayContaining(['clerk', 'assistant', 'movie-finder']));
    expect(agents).not.toContain('host');
    expect(offered(1).map((tool) => tool.function.name)).toEqual([
      'calculator',
      'search_documents',
      'current_time',
    ]);
    expect(steps.find(({ phase }) => phase === 'failed')!.error).toContain('There is no tool “ask_agent”');
    model.reply(callTools([ask('host')]), 'Sorry.');
    expect((await chat()).steps.at(-1)!.error).toMatch(/^The arguments are invalid/);
  });

  it('carries out no call that needs approval', async () => {
    model.reply(callTools([ask('clerk')]), callTools([{ name: 'current_time', input: {} }]), 'No.', 'Done.');
    const { of, steps, text } = await chat();
    expect(of('waiting')).toEqual([]);
    expect(steps).toContainEqual(
      expect.objectContaining({ name: 'current_time', error: expect.stringContaining('needs approval') }),
    );
    expect(text).toBe('Done.');
  });

  it('counts the calls of all agents against one limit', async () => {
    const sums = (from: number) =>
      Array.from({ length: 9 }, (_, i) => ({ ...SUM, input: { expression: `${from + i}` } }));
    model.reply(callTools(sums(0)), callTools([ask('clerk')]), callTools(sums(100)), 'Some.', 'Done.');
    const { steps } = await chat();
    expect(steps.filter(({ phase }) => phase === 'done')).toHaveLength(16);
    expect(steps.filter(({ error }) => error?.includes('limit of 16 calls'))).toHaveLength(3);
  });

  it("counts the other agent's tokens as those of the run", async () => {
    const billed =
      (delta: object, finish: string, input: number): Play =>
      (response) => {
        const usage = { prompt_tokens: input, completion_tokens: 1, total_tokens: input + 1 };
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        const last = `data: ${JSON.stringify({ choices: [], usage })}\n\ndata: [DONE]\n\n`;
        response.end(event(delta) + event({}, finish) + last);
      };
    const { name, input } = ask('clerk');
    const asks = { index: 0, id: 'a', function: { name, arguments: JSON.stringify(input) } };
    model.reply(
      billed({ tool_calls: [asks] }, 'tool_calls', 100),
      billed({ content: 'It is 42.' }, 'stop', 1_000),
      billed({ content: 'It is 42.' }, 'stop', 10_000),
    );
    const { runId } = await chat();
    const run = await callJson<object>(parley.url, `/runs/${runId}`, { token: ada.accessToken });
    expect(run.body).toMatchObject({ usage: { input_tokens: 11_100, output_tokens: 3 } });
  });

  it('numbers the sources of the other agent behind its own, of the user alone', async () => {
    const search = (query: string): FakeCall => ({ name: 'search_documents', input: { query, limit: 1 } });
    const script = [
      callTools([search('pancakes')]),
      callTools([ask('clerk')]),
      callTools([search('notice period')]),
      'Thirty days [1], they say [7].',
      'Thirty days [2].',
    ] as const;
    model.reply(...script);
    const { of, text } = await chat();
    expect(told()).toBe('<result>\nThirty days [2], they say (7).\n</result>');
    expect(of('sources').at(-1)).toMatchObject([{ title: 'menu.md' }, { title: 'contract.md' }]);
    expect(text).toBe('Thirty days [2].');

    const eve = await register(parley.url);
    model.reply(...script);
    expect((await chat(eve)).of('sources').flat()).toEqual([]);
    expect(JSON.stringify(model.requests.slice(-4))).not.toContain('notice period is thirty');
  });

  it('reports a failure of the other agent to the model in words', async () => {
    model.reply(callTools([ask('clerk')]), refuse(401), 'I could not find it out.');
    const { text, steps } = await chat();
    expect(steps.at(-1)).toMatchObject({
      phase: 'failed',
      error: expect.stringMatching(/^It could not answer: /),
    });
    expect(text).toBe('I could not find it out.');
  });

  it('asks agents in code', async () => {
    model.reply(callTools([ask('movie-finder', 'hello')]), 'Done.', 'Done.', 'Done.');
    const { steps } = await chat();
    expect(steps.at(-1)).toMatchObject({ name: 'ask_agent', phase: 'done' });
  });
});
