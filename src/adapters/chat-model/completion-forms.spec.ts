import { DONE, chunk, event, read, stop } from './support/read-completion.js';

describe('the forms of an answer', () => {
  const part = (content: unknown) => chunk({ delta: { content } });

  it.each<[string, string[], string, string]>([
    [
      'parts of thinking, references and text',
      [
        part([{ type: 'thinking', thinking: [{ type: 'text', text: 'hm' }] }]),
        part([{ type: 'reference', reference_ids: [1] }]),
        part([{ type: 'text', text: 'Par' }]),
        part('is.'),
      ],
      'Paris.',
      'hm',
    ],
    ['parts of other names', [part([{ type: 'output_text', text: 'Paris' }, '.'])], 'Paris.', ''],
    ['one part', [part({ type: 'text', text: 'Paris.' })], 'Paris.', ''],
    [
      'parts whose texts are objects',
      [part([{ type: 'text', text: { value: 'Par', annotations: [] } }]), part('is.')],
      'Paris.',
      '',
    ],
    [
      'a message beside an empty delta',
      [chunk({ delta: { role: 'assistant', content: null }, message: { content: 'Paris.' } })],
      'Paris.',
      '',
    ],
    ['a text in place of a delta', [chunk({ text: 'Paris.' })], 'Paris.', ''],
    ['a message in place of a delta', [chunk({ message: { content: 'Paris.' } })], 'Paris.', ''],
    ['a refusal', [chunk({ delta: { refusal: 'Par' } }), chunk({ delta: { refusal: 'is.' } })], 'Paris.', ''],
    [
      'reasoning_content',
      [chunk({ delta: { reasoning_content: 'hm', content: null } }), part('Paris.')],
      'Paris.',
      'hm',
    ],
    ['reasoning', [chunk({ delta: { reasoning: 'hm', content: '' } }), part('Paris.')], 'Paris.', 'hm'],
    [
      'reasoning, and the same as details',
      [
        chunk({ delta: { reasoning: 'hm', reasoning_details: [{ type: 'reasoning.text', text: 'hm' }] } }),
        part('Paris.'),
      ],
      'Paris.',
      'hm',
    ],
    [
      'details of reasoning alone',
      [
        chunk({ delta: { reasoning_details: [{ type: 'reasoning.summary', summary: 'hm' }] } }),
        part('Paris.'),
      ],
      'Paris.',
      'hm',
    ],
    [
      'another choice before this one',
      [
        'data: {"choices":[{"index":1,"delta":{"content":"Rome"}},{"index":0,"delta":{"content":"Paris."}}]}\n\n',
      ],
      'Paris.',
      '',
    ],
    [
      'another choice in a chunk of its own',
      [part('Paris'), 'data: {"choices":[{"index":1,"delta":{"content":"Rome"}}]}\n\n', part('.')],
      'Paris.',
      '',
    ],
  ])('may be %s', (_, events, text, reasoning) => {
    expect(read(...events, stop('stop'), DONE)).toMatchObject({ text, reasoning, failure: null });
    expect(read(events.join('') + DONE)).toMatchObject({ text, reasoning, failure: null });
  });

  it.each([
    ['one document', '{"choices":[{"message":{"content":"Paris."},"finish_reason":"stop"}]}', 'Paris.', null],
    ['a document behind blanks', '\n\n  {"choices":[{"message":{"content":"Paris."}}]}', 'Paris.', null],
    ['a document of an error', '{"error":{"message":"quota"}}', '', 'model-unavailable'],
    ['a list of errors', '[{"error":{"code":429,"message":"x"}}]', '', 'model-rate-limited'],
    ['half a document', '{"choices":[{"mess', '', 'model-unavailable'],
    ['a page', '<!doctype html><p>Welcome</p>', '', 'model-protocol'],
  ])('may be %s, whatever its label says', (_, body, text, failure) => {
    expect(read(body)).toMatchObject({ text, failure });
    expect(read(...body)).toMatchObject({ text, failure });
  });

  it.each([
    ['stop', 'stop', null],
    ['eos', 'stop', null],
    ['length', 'length', null],
    ['model_length', 'length', null],
    ['MAX_TOKENS', 'length', null],
    ['content_filter', 'content_filter', null],
    ['error', null, 'model-unavailable'],
    ['insufficient_system_resource', null, 'model-unavailable'],
  ])('ends with %s', (reason, finishReason, failure) => {
    const { parser, ...answer } = read(event('One, '), stop(reason), DONE);
    expect(answer).toMatchObject({ text: 'One, ', failure });
    expect(parser.finishReason).toBe(finishReason);
  });

  it.each<[string, string, string]>([
    ['nothing at all', stop('stop') + DONE, 'model-empty'],
    ['blanks', event(' \n') + DONE, 'model-empty'],
    ['what a filter withholds', stop('content_filter') + DONE, 'model-filtered'],
    ['thinking that is too long', chunk({ delta: { reasoning: 'hm' } }) + stop('length'), 'model-empty'],
    ['thinking alone', chunk({ delta: { reasoning: 'hm' } }) + stop('stop') + DONE, 'model-empty'],
    ['thinking that never ends', event('<think>hm') + stop('stop') + DONE, 'model-empty'],
    ['a call of a tool', chunk({ delta: { tool_calls: [{}] }, finish_reason: 'tool_calls' }), 'model-empty'],
  ])('is no answer when it is %s', (_, stream, failure) => {
    expect(read(stream)).toMatchObject({ text: expect.stringMatching(/^\s*$/), failure });
  });

  it('reports its usage, in the fields of any server', () => {
    const usage = (body: object) =>
      read(event('a'), stop('stop'), `data: ${JSON.stringify(body)}\n\n${DONE}`).parser.usage;
    const counts = { prompt_tokens: 7, completion_tokens: 3 };
    const known = { inputTokens: 7, outputTokens: 3, estimated: false };
    expect(
      usage({ choices: [], usage: { ...counts, completion_tokens_details: { reasoning_tokens: 2 } } }),
    ).toMatchObject({
      ...known,
      reasoningTokens: 2,
    });
    expect(
      usage({ choices: [], usage: { ...counts, prompt_tokens_details: { cached_tokens: 4 } } }),
    ).toMatchObject({
      ...known,
      cachedTokens: 4,
    });
    expect(usage({ choices: [], usage: { ...counts, prompt_cache_hit_tokens: 4 } })).toMatchObject({
      cachedTokens: 4,
    });
    expect(usage({ choices: [], x_groq: { usage: counts } })).toMatchObject(known);
    expect(usage({ choices: [], usage: null })).toBeNull();
  });
});
