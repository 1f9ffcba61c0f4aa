import type OpenAI from 'openai';
import { AuthenticationError, BadRequestError, InternalServerError, NotFoundError } from 'openai';
import type { TestApp } from '../support/app.js';
import { call, callJson, type Account } from '../support/client.js';
import { END, event, type FakeOpenAi } from '../support/fake-openai.js';
import { openAiClient, startOverModel, type OverModel } from '../support/over-model.js';
import { refuse, stallAfter } from '../support/fake-openai-plays.js';

/** OpenAI's own client, unmodified, on Parley over a model. */
describe('OpenAI chat completions', () => {
  let over: OverModel;
  let parley: TestApp;
  let model: FakeOpenAi;
  let ada: Account;
  let client: OpenAI;

  beforeAll(async () => {
    over = await startOverModel();
    ({ model, parley, me: ada } = over);
    client = openAiClient(parley, ada);
  });
  beforeEach(() => {
    model.requests.length = 0;
    model.reply('Hello from the model.');
  });
  afterAll(() => over?.close());

  const ask = (content: string, more: object = {}) =>
    client.chat.completions.create({
      model: 'assistant',
      messages: [{ role: 'user' as const, content }],
      ...more,
    });

  it('lists the agents as models', async () => {
    const models = await client.models.list();
    expect(models.data.map(({ id }) => id)).toEqual(expect.arrayContaining(['assistant', 'movie-finder']));
    expect(await client.models.retrieve('assistant')).toMatchObject({ id: 'assistant', owned_by: 'parley' });
    await expect(client.models.retrieve('nope')).rejects.toThrow(NotFoundError);
  });

  it('answers in one piece, in a conversation that every surface shows', async () => {
    const answer = await ask('Hello?');
    expect(answer.choices[0]).toMatchObject({
      message: { role: 'assistant', content: 'Hello from the model.' },
      finish_reason: 'stop',
    });
    expect(answer.usage!.total_tokens).toBeGreaterThan(0);
    const { conversation_id: id, run_id } = answer as unknown as { conversation_id: string; run_id: string };
    expect(answer.id).toBe(`chatcmpl-${run_id}`);
    const history = await callJson<{ messages: { content: string }[] }>(
      parley.url,
      `/conversations/${id}/messages`,
      { token: ada.accessToken },
    );
    expect(history.body.messages.map(({ content }) => content)).toEqual(['Hello?', 'Hello from the model.']);
  });

  it('streams to the helper, with usage at the end', async () => {
    const stream = client.chat.completions.stream({
      model: 'assistant',
      messages: [{ role: 'user', content: 'Hello?' }],
      stream_options: { include_usage: true },
    });
    let streamed = '';
    stream.on('content', (delta) => (streamed += delta));
    const answer = await stream.finalChatCompletion();
    expect(answer.choices[0]!.message.content).toBe('Hello from the model.');
    expect(streamed).toBe('Hello from the model.');
    expect(answer.usage!.completion_tokens).toBeGreaterThan(0);
  });

  it('shows thinking apart from the answer, in one piece and streamed', async () => {
    model.reply((response) => {
      const text =
        event({ reasoning: 'Hm, ' }) + event({ reasoning: 'France.' }) + event({ content: 'Paris.' });
      response.writeHead(200, { 'content-type': 'text/event-stream' }).end(text + END);
    });
    const answer = await ask('Capital?');
    expect(answer.choices[0]!.message).toMatchObject({ content: 'Paris.', reasoning_content: 'Hm, France.' });
    let [thought, text] = ['', ''];
    for await (const { choices } of await client.chat.completions.create({
      model: 'assistant',
      messages: [{ role: 'user', content: 'Capital?' }],
      stream: true,
    })) {
      const delta = choices[0]?.delta as { content?: string; reasoning_content?: string } | undefined;
      thought += delta?.reasoning_content ?? '';
      text += delta?.content ?? '';
    }
    expect([thought, text]).toEqual(['Hm, France.', 'Paris.']);
  });

  it('has the usage that the model server reports, in one piece and streamed', async () => {
    const counts = { prompt_tokens: 20, completion_tokens: 5, prompt_tokens_details: { cached_tokens: 4 } };
    const usage = `data: ${JSON.stringify({ choices: [], usage: counts })}\n\n`;
    model.reply((response) => {
      const text = event({ content: 'Counted.' });
      response.writeHead(200, { 'content-type': 'text/event-stream' }).end(text + usage + END);
    });
    const stream = client.chat.completions.stream({
      model: 'assistant',
      messages: [{ role: 'user', content: 'Hello?' }],
      stream_options: { include_usage: true },
    });
    for (const answer of [await ask('Hello?'), await stream.finalChatCompletion()])
      expect(answer.usage).toMatchObject({ ...counts, total_tokens: 25 });
  });

  it('gives the agent the history of the client, and the instructions of the application', async () => {
    await client.chat.completions.create({
      model: 'assistant',
      temperature: 0.2,
      max_tokens: 77,
      messages: [
        { role: 'system', content: 'Answer like a pirate.' },
        { role: 'user', content: 'My name is Ada.' },
        { role: 'assistant', content: 'Ahoy, Ada.' },
        { role: 'user', content: 'What is my name?' },
      ],
    });
    const { body } = model.requests.at(-1)!;
    const said = body.messages.map(({ role, content }) => `${role}: ${content}`).join('\n');
    expect(said).toMatch(/system: .*Answer like a pirate\./s);
    expect(said).toContain('user: My name is Ada.\nassistant: Ahoy, Ada.\nuser: What is my name?');
    expect(body).toMatchObject({ temperature: 0.2, max_tokens: 77 });
  });

  it('continues a conversation that it names', async () => {
    const metadata = { conversation_id: 'my-own-conversation' };
    await ask('My name is Grace.', { metadata });
    await ask('What is my name?', { metadata });
    const said = model.requests.at(-1)!.body.messages.map(({ content }) => content);
    expect(said).toContain('My name is Grace.');
  });

  it('reads the words of earlier messages, whatever else they hold', async () => {
    await client.chat.completions.create({
      model: 'assistant',
      messages: [
        { role: 'user', content: [{ type: 'input_audio', input_audio: { data: 'aa', format: 'wav' } }] },
        { role: 'assistant', content: [{ type: 'refusal', refusal: 'I cannot listen.' }] },
        { role: 'user', name: 'Ada', content: 'My name is Ada.' },
        { role: 'assistant', content: null, tool_calls: [] },
        { role: 'tool', tool_call_id: 'c', content: '4' },
        {
          role: 'user',
          content: [
            { type: 'text', text: 'What is ' },
            { type: 'text', text: 'my name?' },
          ],
        },
      ],
    });
    const said = model.lastRequest.body.messages.map(({ content }) => content).join('\n');
    expect(said).toContain('My name is Ada.');
    expect(model.lastRequest.said).toMatch(/What is my name\?$/);
  });

  it('refuses invalid fields by name, and unauthenticated callers before that', async () => {
    const refused = await ask('Hi', { n: 2 }).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(BadRequestError);
    expect(refused).toMatchObject({ param: 'n', code: 'unsupported_parameter' });
    await expect(client.chat.completions.create({ model: 'assistant', messages: [] })).rejects.toMatchObject({
      status: 400,
      param: 'messages',
    });
    await expect(ask('Hi', { model: 'nope' })).rejects.toMatchObject({
      status: 404,
      code: 'model_not_found',
    });
    for (const [part, message] of [
      [{ type: 'video_url', video_url: { url: 'x' } }, /'video_url'/],
      [{ type: 'file', file: { filename: 'a.pdf', file_data: 'data:;base64,aGk=' } }, /POST \/upload/],
    ] as const)
      await expect(
        client.post('/chat/completions', {
          body: { model: 'assistant', messages: [{ role: 'user', content: [part] }] },
        }),
      ).rejects.toMatchObject({
        status: 400,
        code: 'unsupported_content',
        message: expect.stringMatching(message),
      });
    const unknown = [{ type: 'file', file: { file_id: '019c1357-5ab8-7a3c-8f67-0f3d6ac2ff0a' } }];
    await expect(
      client.post('/chat/completions', {
        body: { model: 'assistant', messages: [{ role: 'user', content: unknown }] },
      }),
    ).rejects.toMatchObject({
      status: 403,
      code: 'file_not_found',
      param: 'messages.0.content.0.file.file_id',
    });
    const named = { type: 'function', function: { name: 'sum' } };
    for (const choice of ['required', named, { type: 'allowed_tools' }, 'always', 7])
      await expect(
        client.post('/chat/completions', {
          body: {
            model: 'assistant',
            messages: [{ role: 'user', content: 'Hi' }],
            tool_choice: choice,
          },
        }),
      ).rejects.toMatchObject({ status: 400, param: 'tool_choice' });
    await expect(ask('Hi', { function_call: { name: 'sum' } })).rejects.toMatchObject({
      status: 400,
      param: 'function_call',
    });
    for (const choice of ['auto', 'none'] as const)
      expect(await ask('Hi', { tool_choice: choice })).toMatchObject({ object: 'chat.completion' });
    for (const path of ['/v1/chat/completions', '/api/ai/chat']) {
      const broken = await fetch(parley.url + path, {
        method: 'POST',
        headers: { Authorization: `Bearer ${ada.accessToken}`, 'Content-Type': 'application/json' },
        body: '{"model":',
      });
      expect(broken.status).toBe(400);
      const said = (await broken.json()) as { error?: { message: string; param: null }; detail?: string };
      expect(said.error?.param ?? null).toBeNull();
      expect(said.error?.message ?? said.detail).toBe('JSON decode error');
    }
    await expect(ask('Hi', { stop: ['1', '2', '3', '4', '5'] })).rejects.toThrow(/at most 4 items/);
    const stranger = openAiClient(parley, { accessToken: 'sk-wrong' });
    await expect(
      stranger.chat.completions.create({ model: 'assistant', messages: [], n: 2 }),
    ).rejects.toThrow(AuthenticationError);
  });

  it('marks a failed answer as not retryable, so that it is paid once', async () => {
    model.reply(refuse(401));
    await expect(ask('Hi')).rejects.toThrow(InternalServerError);
    expect(model.requests.length).toBe(1);
    const stream = await client.chat.completions.create({
      model: 'assistant',
      messages: [{ role: 'user', content: 'Hi' }],
      stream: true,
    });
    const read = async () => {
      for await (const _ of stream);
    };
    await expect(read()).rejects.toThrow();
  });

  it('shows a run of another surface, and its own on others', async () => {
    const response = await call(parley.url, '/chat', { token: ada.accessToken, body: { message: 'Hello?' } });
    const runId = response.headers.get('x-run-id')!;
    await response.text();
    const chunks = await call(parley.url, `/runs/${runId}/stream?as=openai`, { token: ada.accessToken });
    const text = await chunks.text();
    expect(text).toContain('"object":"chat.completion.chunk"');
    expect(text.trimEnd()).toMatch(/data: \[DONE\]$/);
  });

  it('continues when the client disconnects', async () => {
    model.reply(stallAfter('A beginning'));
    const stream = await client.chat.completions.create({
      model: 'assistant',
      messages: [{ role: 'user', content: 'Hi' }],
      stream: true,
    });
    let runId = '';
    for await (const chunk of stream) {
      ({ run_id: runId } = chunk as unknown as { run_id: string });
      if (chunk.choices[0]?.delta.content) break;
    }
    const run = await callJson(parley.url, `/runs/${runId}`, { token: ada.accessToken });
    expect(run.body['status']).toBe('streaming');
    await call(parley.url, `/runs/${runId}/stop`, { method: 'POST', token: ada.accessToken });
  });
});
