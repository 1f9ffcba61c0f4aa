import OpenAI, { APIError, InternalServerError } from 'openai';
import { ChatCompletionStream } from 'openai/lib/ChatCompletionStream';
import { Stream } from 'openai/streaming';
import { LONG, longConversation, startBuiltParley, type BuiltParley } from '../support/built-parley.js';
import { call } from '../support/client.js';
import { eventually } from '../support/eventually.js';
import { errorAfter, refuse, stallAfter } from '../support/fake-openai-plays.js';
import { heldAfter } from '../support/held.js';

const BEGIN = 'One, two, ';
const REST = 'three.';

/** The helpers of OpenAI's client, unmodified, on the built program: through cuts, stops and failures. */
describe("the helpers of OpenAI's client on the built program", () => {
  let parley: BuiltParley;
  let openai: OpenAI;

  beforeAll(async () => {
    parley = await startBuiltParley();
    openai = new OpenAI({ baseURL: `${parley.url}/v1`, apiKey: parley.ada.accessToken });
  });
  beforeEach(() => parley.model.reset());
  afterAll(() => parley?.close());

  const stop = (runId: string) =>
    call(parley.url, `/runs/${runId}/stop`, { method: 'POST', token: parley.ada.accessToken });

  it('the stream helper of chat completions', async () => {
    const say = (content: string) => ({
      model: 'assistant',
      messages: [{ role: 'user' as const, content }],
    });
    const { play, release } = heldAfter(BEGIN, REST);
    parley.model.reply(play);
    const cut = openai.chat.completions.stream(say('Count!'));
    const broken = expect(cut.finalChatCompletion()).rejects.toThrow();
    const seenOf = (stream: ChatCompletionStream) =>
      stream.currentChatCompletionSnapshot?.choices[0]?.message.content;
    await eventually(async () => expect(seenOf(cut)).toBe(BEGIN.trimEnd()));
    const runId = cut.currentChatCompletionSnapshot!.id.replace('chatcmpl-', '');
    parley.cut();
    await broken;
    release();
    const replay = await call(parley.url, `/runs/${runId}/stream?as=openai`, {
      token: parley.ada.accessToken,
    });
    const resumed = ChatCompletionStream.fromReadableStream(
      Stream.fromSSEResponse(replay, new AbortController()).toReadableStream(),
    );
    expect(await resumed.finalContent()).toBe(BEGIN + REST);

    parley.model.reply(stallAfter('A beginning'));
    const stopped = openai.chat.completions.stream(say('Go on!'));
    await eventually(async () => expect(seenOf(stopped)).toBe('A beginning'));
    await stop(stopped.currentChatCompletionSnapshot!.id.replace('chatcmpl-', ''));
    expect((await stopped.finalChatCompletion()).choices[0]).toMatchObject({
      message: { content: 'A beginning' },
      finish_reason: 'stop',
    });

    for (const [failure, seen] of [
      [refuse(401), ''],
      [errorAfter('Half an '), 'Half an '],
    ] as const) {
      parley.model.requests.length = 0;
      parley.model.reply(failure);
      const failed = openai.chat.completions.stream(say('Hello?'));
      let said = '';
      failed.on('content', (delta) => (said += delta));
      await expect(failed.finalChatCompletion()).rejects.toThrow(APIError);
      expect(said.trim()).toBe(seen.trim());
      expect(parley.model.requests).toHaveLength(1);
    }
    parley.model.reply(refuse(401));
    await expect(openai.chat.completions.create(say('Hello?'))).rejects.toThrow(InternalServerError);

    parley.model.reply('The end.');
    const past = Array.from({ length: 2_000 }, (_, i) => ({
      role: i % 2 ? ('assistant' as const) : ('user' as const),
      content: `No. ${i}`,
    }));
    const long = openai.chat.completions.stream({
      model: 'assistant',
      messages: [...past, { role: 'user', content: 'And the last?' }],
    });
    expect(await long.finalContent()).toBe('The end.');
    expect(parley.model.lastRequest.said).toMatch(/And the last\?$/);
    expect(JSON.stringify(parley.model.lastRequest.body)).toContain('No. 1999');
  });

  it('the stream helper of Responses', async () => {
    const { play, release } = heldAfter(BEGIN, REST);
    parley.model.reply(play);
    const cut = openai.responses.stream({ model: 'assistant', input: 'Count!' });
    let id = '';
    let seen = '';
    let last = 0;
    cut.on('event', (event) => (last = event.sequence_number));
    cut.on('response.created', ({ response }) => (id = response.id));
    cut.on('response.output_text.delta', ({ delta }) => (seen += delta));
    const broken = expect(cut.finalResponse()).rejects.toThrow();
    await eventually(async () => expect(seen).toBe(BEGIN.trimEnd()));
    parley.cut();
    await broken;
    release();
    const resumed = openai.responses.stream({ response_id: id, starting_after: last });
    resumed.on('response.output_text.delta', ({ delta }) => (seen += delta));
    expect((await resumed.finalResponse()).output_text).toBe(BEGIN + REST);
    expect(seen).toBe(BEGIN + REST);

    parley.model.reply(stallAfter('A beginning'));
    const stopped = openai.responses.stream({ model: 'assistant', input: 'Go on!' });
    stopped.on('response.created', ({ response }) => (id = response.id));
    const begun = new Promise((resolve) => stopped.once('response.output_text.delta', resolve));
    await begun;
    await openai.responses.cancel(id);
    expect(await stopped.finalResponse()).toMatchObject({ status: 'cancelled', output_text: 'A beginning' });

    for (const [failure, output_text] of [
      [refuse(401), ''],
      [errorAfter('Half an '), 'Half an'],
    ] as const) {
      parley.model.requests.length = 0;
      parley.model.reply(failure);
      const failed = await openai.responses.stream({ model: 'assistant', input: 'Hello?' }).finalResponse();
      expect(failed).toMatchObject({ status: 'failed', error: { code: 'server_error' } });
      expect(failed.output_text.trim()).toBe(output_text);
      expect(parley.model.requests).toHaveLength(1);
    }

    parley.model.reply('The end.');
    const conversation = `conv_${(await longConversation(parley)).replaceAll('-', '')}`;
    const input = 'And the last?';
    const long = openai.responses.stream({ model: 'assistant', input, conversation });
    expect((await long.finalResponse()).output_text).toBe('The end.');
    const ids = new Set<string>();
    for await (const item of openai.conversations.items.list(conversation)) ids.add(item.id!);
    expect(ids.size).toBe(LONG + 2);
  });
});
