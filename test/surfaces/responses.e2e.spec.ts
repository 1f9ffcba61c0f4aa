import { createOpenAI } from '@ai-sdk/openai';
import { streamText } from 'ai';
import type OpenAI from 'openai';
import { InternalServerError, NotFoundError } from 'openai';
import type { ResponseStreamEvent } from 'openai/resources/responses/responses';
import type { TestApp } from '../support/app.js';
import { call, callJson, register, type Account } from '../support/client.js';
import { eventually } from '../support/eventually.js';
import type { FakeOpenAi } from '../support/fake-openai.js';
import { openAiClient, startOverModel, type OverModel } from '../support/over-model.js';
import { errorAfter, refuse, stallAfter } from '../support/fake-openai-plays.js';
import { heldAfter } from '../support/held.js';

/** The clients of OpenAI and of the AI SDK, unmodified. */
describe('OpenAI Responses', () => {
  let over: OverModel;
  let parley: TestApp;
  let model: FakeOpenAi;
  let ada: Account;
  let client: OpenAI;
  let eve: OpenAI;

  beforeAll(async () => {
    over = await startOverModel();
    ({ model, parley, me: ada } = over);
    client = openAiClient(parley, ada);
    eve = openAiClient(parley, await register(parley.url));
  });
  beforeEach(() => model.reset());
  afterAll(() => over?.close());

  const ask = (input: string, more: object = {}) =>
    client.responses.create({ model: 'assistant', input, stream: false, ...more });

  it('answers in a conversation that continues after the response', async () => {
    const first = await ask('My name is Grace.', { metadata: { topic: 'names' } });
    expect(first).toMatchObject({
      status: 'completed',
      output_text: 'Hello from the model.',
      metadata: { topic: 'names' },
      usage: { total_tokens: expect.any(Number) },
    });
    const second = await ask('What is my name?', { previous_response_id: first.id });
    expect(second.conversation).toEqual(first.conversation);
    expect(model.lastRequest.body.messages.map(({ content }) => content)).toContain('My name is Grace.');
    const branch = await ask('And now?', { previous_response_id: first.id });
    expect(branch.conversation).toEqual(first.conversation);
    expect(model.lastRequest.body.messages.map(({ content }) => content)).not.toContain('What is my name?');
    await expect(ask('Hi', { previous_response_id: 'resp_none' })).rejects.toMatchObject({
      status: 400,
      code: 'previous_response_not_found',
      param: 'previous_response_id',
    });
    expect(await client.responses.retrieve(second.id)).toMatchObject({
      output: second.output,
      previous_response_id: first.id,
    });
    const inputs = await client.responses.inputItems.list(second.id);
    expect(inputs.data[0]).toMatchObject({ content: [{ text: 'What is my name?' }] });
  });

  it('streams to the helper', async () => {
    const stream = client.responses.stream({ model: 'assistant', input: 'Hello?' });
    let streamed = '';
    stream.on('response.output_text.delta', ({ delta }) => (streamed += delta));
    const final = await stream.finalResponse();
    expect(final.output_text).toBe('Hello from the model.');
    expect(streamed).toBe(final.output_text);
    const { data } = await client.conversations.items.list(final.conversation!.id, { order: 'asc' });
    expect(data.at(-1)!.id).toBe(final.output.at(-1)!.id);
  });

  it('resumes a stream that was cut, with the same numbers', async () => {
    const { play, release } = heldAfter('One, two, ', 'three.');
    model.reply(play);
    const stream = await client.responses.create({ model: 'assistant', input: 'Count!', stream: true });
    const seen: ResponseStreamEvent[] = [];
    for await (const event of stream) {
      seen.push(event);
      if (event.type === 'response.output_text.delta') break;
    }
    const [created] = seen;
    const id = created?.type === 'response.created' ? created.response.id : '';
    expect(await client.responses.retrieve(id)).toMatchObject({ status: 'in_progress' });
    release();
    const rest: ResponseStreamEvent[] = [];
    const after = seen.at(-1)!.sequence_number;
    for await (const event of await client.responses.retrieve(id, { stream: true, starting_after: after }))
      rest.push(event);
    const deltas = [...seen, ...rest].map((event) =>
      event.type === 'response.output_text.delta' ? event.delta : '',
    );
    expect(deltas.join('')).toBe('One, two, three.');
    const numbers = [...seen, ...rest].map(({ sequence_number }) => sequence_number);
    expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b));
  });

  it('answers in the background, and can be cancelled there', async () => {
    model.reply(stallAfter('A beginning'), 'The next.');
    const started = await ask('Hi', { background: true });
    expect(started.status).toBe('in_progress');
    await eventually(async () =>
      expect(JSON.stringify((await client.responses.retrieve(started.id)).output)).toContain('A beginning'),
    );
    const queued = await ask('And then?', { background: true, conversation: started.conversation!.id });
    expect(queued.status).toBe('queued');
    const cancelled = await client.responses.cancel(started.id);
    expect(cancelled).toMatchObject({
      status: 'cancelled',
      output: [{ content: [{ text: 'A beginning' }] }],
    });
    await eventually(async () =>
      expect(await client.responses.retrieve(queued.id)).toMatchObject({ output_text: 'The next.' }),
    );
  });

  it('ends a stream that fails with the text so far, and is paid once', async () => {
    model.reply(errorAfter('Half an '));
    const failed = await client.responses.stream({ model: 'assistant', input: 'Hi' }).finalResponse();
    expect(failed).toMatchObject({
      status: 'failed',
      error: { code: 'server_error' },
      output_text: 'Half an ',
    });
    model.reply(refuse(401));
    model.requests.length = 0;
    await expect(ask('Hi')).rejects.toThrow(InternalServerError);
    expect(model.requests).toHaveLength(1);
  });

  it('keeps conversations with metadata, for every surface', async () => {
    const conversation = await client.conversations.create({ metadata: { topic: 'leave' } });
    await ask('Hello?', { conversation: conversation.id });
    await client.conversations.update(conversation.id, { metadata: { topic: 'pay' } });
    expect(await client.conversations.retrieve(conversation.id)).toMatchObject({
      metadata: { topic: 'pay' },
    });
    const newest = await client.conversations.items.list(conversation.id, { limit: 1 });
    expect(newest).toMatchObject({ has_more: true, data: [{ role: 'assistant' }] });
    const all = [];
    for await (const item of client.conversations.items.list(conversation.id, { limit: 1 }))
      all.push(item.id);
    expect(all).toHaveLength(2);
    expect(
      await client.conversations.items.retrieve(all[1]!, { conversation_id: conversation.id }),
    ).toMatchObject({ role: 'user', content: [{ text: 'Hello?' }] });
    const listed = await callJson<{ items: { id: string }[] }>(parley.url, '/conversations', {
      token: ada.accessToken,
    });
    const [{ id }] = listed.body.items as [{ id: string }];
    expect(`conv_${id.replaceAll('-', '')}`).toBe(conversation.id);
    await expect(eve.conversations.retrieve(conversation.id)).rejects.toThrow(NotFoundError);
    expect(await client.conversations.delete(conversation.id)).toMatchObject({ deleted: true });
    await expect(client.conversations.retrieve(conversation.id)).rejects.toThrow(NotFoundError);
  });

  it('takes messages into a conversation, and the newest out of it', async () => {
    const conversation = await client.conversations.create({
      items: [{ type: 'message', role: 'user', content: 'My name is Grace.' }],
    });
    const added = await client.conversations.items.create(conversation.id, {
      items: [
        { type: 'message', role: 'assistant', content: [{ type: 'input_text', text: 'Hello, Grace.' }] },
        { type: 'message', role: 'user', content: 'A slip of the pen' },
      ],
    });
    expect(added.data).toMatchObject([{ role: 'assistant' }, { role: 'user' }]);
    const [first, last] = added.data.map(({ id }) => ({ id: id! })) as [{ id: string }, { id: string }];
    const inConversation = { conversation_id: conversation.id };
    await expect(client.conversations.items.delete(first.id, inConversation)).rejects.toMatchObject({
      status: 409,
    });
    await expect(eve.conversations.items.delete(last.id, inConversation)).rejects.toThrow(NotFoundError);
    expect(await client.conversations.items.delete(last.id, inConversation)).toMatchObject({
      id: conversation.id,
      object: 'conversation',
    });
    await expect(client.conversations.items.retrieve(last.id, inConversation)).rejects.toThrow(NotFoundError);
    await ask('What is my name?', { conversation: conversation.id });
    const asked = model.lastRequest.body.messages.map(({ content }) => content);
    expect(asked).toContain('My name is Grace.');
    expect(asked).toContain('Hello, Grace.');
    expect(asked).not.toContain('A slip of the pen');
    // Down to nothing, and on from there.
    for (;;) {
      const { data } = await client.conversations.items.list(conversation.id, { limit: 1 });
      if (!data[0]) break;
      await client.conversations.items.delete(data[0].id!, inConversation);
    }
    expect((await ask('And now?', { conversation: conversation.id })).status).toBe('completed');
    expect(model.lastRequest.body.messages.map(({ content }) => content)).not.toContain('My name is Grace.');
    const refused = client.conversations.items.create(conversation.id, {
      items: [{ type: 'message', role: 'system', content: 'Be brief.' }],
    });
    await expect(refused).rejects.toMatchObject({ status: 400, param: 'items' });
  });

  it('continues a conversation of another surface, and erases a response that is not to be stored', async () => {
    const body = { message: 'My name is Grace.', conversation_id: 'a chat of mine' };
    await (await call(parley.url, '/chat', { token: ada.accessToken, body })).text();
    const answer = await ask('What is my name?', { conversation: 'a chat of mine' });
    expect((await client.conversations.items.list(answer.conversation!.id)).data).toHaveLength(4);
    const secret = await ask('A secret', { store: false });
    await eventually(() => expect(client.responses.retrieve(secret.id)).rejects.toThrow(NotFoundError));
    const { id } = await ask('Forget it');
    await client.responses.delete(id);
    await expect(client.responses.retrieve(id)).rejects.toThrow(/Response not found/);
  });

  it('refuses unsupported fields by name', async () => {
    const refusals: [object, string][] = [
      [{ tools: [{ type: 'web_search' }] }, 'tools'],
      [{ tool_choice: 'required' }, 'tool_choice'],
      [{ tool_choice: { type: 'file_search' }, tools: [] }, 'tool_choice'],
      [{ text: { format: { type: 'grammar' } } }, 'text.format.type'],
      [{ input: [{ role: 'user', content: [{ type: 'input_image' }] }] }, 'input'],
      [{ input: [{ role: 'user', content: [{ type: 'input_text' }] }] }, 'input.0.content.0.text'],
      [{ input: [{ type: 'message', role: 'boss', content: 'Hi' }] }, 'input.0.role'],
      [{ input: [{ type: 'mcp_approval_response', approval_request_id: 'mcpr_1' }] }, 'input.0.approve'],
      [{ conversation: 'a', previous_response_id: 'b' }, 'previous_response_id'],
      [{ store: false, background: true }, 'store'],
    ];
    for (const [more, param] of refusals)
      await expect(ask('Hi', more)).rejects.toMatchObject({ status: 400, param });
    await expect(ask('Hi', { model: 'nope' })).rejects.toMatchObject({ code: 'model_not_found' });
    const { status } = await ask('Hi', { tool_choice: 'auto' });
    expect(status).toBe('completed');
    const file = { type: 'input_file', file_id: 'file-none' };
    const content = [{ type: 'input_text', text: 'Hi' }, file];
    await expect(ask('Hi', { input: [{ role: 'user', content }] })).rejects.toMatchObject({
      status: 403,
      code: 'file_not_found',
      param: 'input.0.content.1.file_id',
    });
    const misdirected = client.post('/responses', { body: { model: 'assistant', messages: [] } });
    await expect(misdirected).rejects.toThrow(/POST \/v1\/chat\/completions/);
    await expect(client.get('/nothing')).rejects.toMatchObject({ status: 404, code: 'not_found' });
  });

  it('serves the AI SDK, by either of its APIs', async () => {
    const provider = createOpenAI({ baseURL: `${parley.url}/v1`, apiKey: ada.accessToken });
    for (const agent of [provider.responses('assistant'), provider.chat('assistant')]) {
      const result = streamText({ model: agent, prompt: 'Hello?' });
      expect(await result.text).toBe('Hello from the model.');
      expect(await result.finishReason).toBe('stop');
    }
  });
});
