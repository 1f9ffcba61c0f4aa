import { createOpenAI } from '@ai-sdk/openai';
import { generateText, Output } from 'ai';
import type OpenAI from 'openai';
import { zodResponseFormat, zodTextFormat } from 'openai/helpers/zod';
import { z } from 'zod';
import { createTestApp, type TestApp } from '../support/app.js';
import { callJson, register, type Account } from '../support/client.js';
import { eventually } from '../support/eventually.js';
import type { FakeOpenAi } from '../support/fake-openai.js';
import { openAiClient, startOverModel, type OverModel } from '../support/over-model.js';
import { uploaded } from '../support/upload.js';

const leave = z.object({ days: z.number(), note: z.string(), refs: z.array(z.number()) });
/** With all that is taken out of a text which people read. */
const ANSWER = {
  days: 30,
  note: 'see [the plan](https://example.com/a?b=1) ![x](https://example.com/x.png) <b>now</b> [7]\n    `a`',
  refs: [1],
};

/** Answers that programs read: JSON comes to the client as the model wrote it. */
describe('answers in JSON', () => {
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
    model.reset();
    model.reply(JSON.stringify(ANSWER));
  });
  afterAll(() => over?.close());

  const messages = [{ role: 'user' as const, content: 'How many days of leave?' }];
  const bodyOf = () => model.lastRequest.body as unknown as Record<string, unknown>;

  it('are returned by chat completions, streamed and complete, in the requested format', async () => {
    const response_format = zodResponseFormat(leave, 'leave');
    const whole = await client.chat.completions.parse({ model: 'assistant', messages, response_format });
    expect(whole.choices[0]!.message.parsed).toEqual(ANSWER);
    expect(bodyOf()['response_format']).toMatchObject({
      type: 'json_schema',
      json_schema: { name: 'leave', strict: true, schema: { type: 'object' } },
    });
    const stream = client.chat.completions.stream({ model: 'assistant', messages, response_format });
    expect((await stream.finalChatCompletion()).choices[0]!.message.parsed).toEqual(ANSWER);
  });

  it('are returned by Responses, with their format', async () => {
    const text = { format: zodTextFormat(leave, 'leave') };
    const whole = await client.responses.parse({ model: 'assistant', input: 'How many days?', text });
    expect(whole.output_parsed).toEqual(ANSWER);
    expect(whole.text).toMatchObject({ format: { type: 'json_schema', name: 'leave' } });
    expect(bodyOf()['response_format']).toMatchObject({ json_schema: { name: 'leave', strict: true } });
    const any = await client.responses.create({
      model: 'assistant',
      input: 'How many days? In JSON.',
      text: { format: { type: 'json_object' } },
    });
    expect(JSON.parse(any.output_text)).toEqual(ANSWER);
    expect(bodyOf()['response_format']).toEqual({ type: 'json_object' });
    expect(JSON.stringify(bodyOf()['messages'])).toContain('JSON');
  });

  it('are returned by the AI SDK’s routes', async () => {
    const provider = createOpenAI({ baseURL: `${parley.url}/v1`, apiKey: ada.accessToken });
    for (const agent of [provider.responses('assistant'), provider.chat('assistant')]) {
      const result = await generateText({
        model: agent,
        prompt: 'How many days?',
        output: Output.object({ schema: leave }),
      });
      expect(result.output).toEqual(ANSWER);
    }
  });

  it('rest on documents without a remark or a citation', async () => {
    const grace = await register(parley.url);
    await uploaded(parley.url, grace.accessToken, { name: 'leave.md', bytes: 'Leave is thirty days.\n' });
    await eventually(async () => {
      const { body } = await callJson(parley.url, '/attachments', { token: grace.accessToken });
      expect(body).toMatchObject({ items: [{ status: 'indexed' }] });
    }, 20_000);
    const own = openAiClient(parley, grace);
    const answer = await own.chat.completions.create({
      model: 'assistant',
      messages,
      response_format: { type: 'json_object' },
    });
    expect(JSON.stringify(model.lastRequest.body)).toContain('Leave is thirty days.');
    expect(answer.choices[0]!.message).toMatchObject({ content: JSON.stringify(ANSWER), annotations: [] });
    const response = await own.responses.create({
      model: 'assistant',
      input: 'How many days of leave?',
      text: { format: { type: 'json_object' } },
    });
    expect(response.output.at(-1)).toMatchObject({
      content: [{ text: JSON.stringify(ANSWER), annotations: [] }],
    });
  });

  it('are refused where no model writes, with the field', async () => {
    const json = { response_format: { type: 'json_object' as const } };
    const refused = { status: 400, code: 'unsupported_parameter', param: 'response_format' };
    await expect(
      client.chat.completions.create({ model: 'movie-finder', messages, ...json }),
    ).rejects.toMatchObject(refused);
    await expect(
      client.chat.completions.create({
        model: 'assistant',
        messages,
        response_format: { type: 'json_schema', json_schema: { name: 'not a name', schema: {} } },
      }),
    ).rejects.toMatchObject({ status: 400, param: 'response_format.json_schema.name' });
    const offline = await createTestApp();
    try {
      const { accessToken } = await register(offline.url);
      const alone = openAiClient(offline, { accessToken });
      await expect(
        alone.chat.completions.create({ model: 'assistant', messages, ...json }),
      ).rejects.toMatchObject(refused);
      await expect(
        alone.responses.create({
          model: 'assistant',
          input: 'Hi',
          text: { format: { type: 'json_object' } },
        }),
      ).rejects.toMatchObject({ ...refused, param: 'text.format', message: expect.stringMatching(/model/) });
    } finally {
      await offline.close();
    }
  });
});
