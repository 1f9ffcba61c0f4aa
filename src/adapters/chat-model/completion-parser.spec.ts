import * as fc from 'fast-check';
import { CompletionParser } from './completion-parser.js';

const event = (content: string, eol = '\n') =>
  `data: ${JSON.stringify({ choices: [{ index: 0, delta: { content } }] })}${eol}${eol}`;
const DONE = 'data: [DONE]\n\n';

function read(...pieces: (string | Buffer)[]) {
  const parser = new CompletionParser();
  let reasoning = '';
  let text = '';
  const take = () => {
    reasoning += parser.takeReasoning();
    if (parser.takeRetraction()) text = '';
    const taken = parser.take().join('');
    text += taken;
    return taken;
  };
  const texts = pieces.map((piece) => {
    parser.push(Buffer.from(piece));
    return take();
  });
  parser.end();
  take();
  return { texts, text, failure: parser.failure?.code ?? null, reasoning, parser };
}

const chunk = (choice: object, more: object = {}) =>
  `data: ${JSON.stringify({ choices: [{ index: 0, ...choice }], ...more })}\n\n`;
const stop = (finish_reason: string) => chunk({ delta: {}, finish_reason });

describe('CompletionParser', () => {
  it('hands out all tokens of one read as one text', () => {
    expect(read(event('Hel') + event('lo '), event('you') + DONE)).toMatchObject({
      texts: ['Hello ', 'you'],
      text: 'Hello you',
      failure: null,
    });
  });

  it('reads the same text however the bytes are cut', () => {
    const pieces = fc.record({
      words: fc.array(fc.string({ unit: 'grapheme' })).map((words) => ['x', ...words]),
      cuts: fc.array(fc.nat(400)),
      eol: fc.constantFrom('\n', '\r\n'),
    });
    fc.assert(
      fc.property(pieces, ({ words, cuts, eol }) => {
        const bytes = Buffer.from(words.map((word) => event(word, eol)).join('') + DONE);
        const edges = [0, ...cuts.filter((cut) => cut < bytes.length).sort((a, b) => a - b), bytes.length];
        const reads = edges.slice(1).map((edge, index) => bytes.subarray(edges[index], edge));
        expect(read(...reads)).toMatchObject({ text: words.join(''), failure: null });
      }),
    );
  });

  it.each([
    ['comments', ': still here\n\n'],
    ['empty choices', 'data: {"choices":[]}\n\n'],
    ['no choices', 'data: {"usage":{"total_tokens":3}}\n\n'],
    ['a role without text', 'data: {"choices":[{"delta":{"role":"assistant"}}]}\n\n'],
    [
      'null for content, delta and choices',
      'data: {"choices":[{"delta":null}]}\n\ndata: {"choices":null}\n\n',
    ],
    ['fields of no interest', 'id: 1\nretry: 5\nfoo: bar\n\n'],
    ['other choices', 'data: {"choices":[null,{"delta":{"content":"no"}}]}\n\n'],
    ['content that is not text', 'data: {"choices":[{"delta":{"content":[1]}}]}\n\n'],
  ])('passes over %s', (_, oddity) => {
    expect(read(event('a') + oddity + event('b') + DONE)).toMatchObject({ text: 'ab', failure: null });
  });

  it('keeps a character whole that two tokens bring, and leaves out what cannot be stored', () => {
    const split = read(event('a\ud83c'), event('\udfac b'), event('\0'), event('\udfac!\0'), DONE);
    expect(split).toMatchObject({
      texts: ['a', '🎬 b', '', '\ufffd!', ''],
      text: 'a🎬 b\ufffd!',
      failure: null,
    });
  });

  it('takes a finish reason for the end when [DONE] and the last blank line are missing', () => {
    const last = 'data: {"choices":[{"delta":{"content":"!"},"finish_reason":"stop"}]}';
    expect(read(event('a') + last)).toMatchObject({ text: 'a!', failure: null });
  });

  it('reads nothing after [DONE]', () => {
    expect(read(event('a') + DONE + event('b'))).toMatchObject({ text: 'a', failure: null });
  });

  it.each([
    ['nothing', '', 'model-unavailable'],
    ['no end mark', event('a'), 'model-unavailable'],
    ['half an event', `${event('a')}data: {"choi`, 'model-unavailable'],
    ['invalid JSON', `${event('a')}data: {no}\n\n${DONE}`, 'model-protocol'],
    ['JSON that is not an object', `${event('a')}data: 7\n\n${DONE}`, 'model-protocol'],
    ['null', `${event('a')}data: null\n\n${DONE}`, 'model-protocol'],
    ['an error object', `${event('a')}data: {"error":{"message":"x"}}\n\n${DONE}`, 'model-unavailable'],
    ['an error with a status', `${event('a')}data: {"error":{"code":"429"}}\n\n`, 'model-rate-limited'],
    ['an error in vLLM style', `${event('a')}data: {"object":"error","code":400}\n\n`, 'model-refused'],
    [
      'an error event',
      `${event('a')}event: error\ndata: {"type":"rate_limit_exceeded"}\n\n`,
      'model-rate-limited',
    ],
    ['an error without its blank line', `${event('a')}data: {"error":{"code":401}}`, 'model-refused'],
  ])('keeps the text before %s and tells what is wrong', (_, stream, failure) => {
    expect(read(stream)).toMatchObject({ text: stream.startsWith('data') ? 'a' : '', failure });
  });

  it('gives up on an event of more than 1 MiB without keeping it', () => {
    const parser = new CompletionParser();
    const piece = Buffer.alloc(64 * 1024, 'x');
    parser.push(Buffer.from(event('a')));
    let reads = 0;
    for (; !parser.failure && reads < 100; reads++) parser.push(piece);
    expect(parser.failure?.code).toBe('model-protocol');
    expect(reads).toBe(17);
    expect(parser.take()).toEqual(['a']);
  });

  it('gives up on an answer of more than 4 MiB', () => {
    const parser = new CompletionParser();
    const part = Buffer.from(event('x'.repeat(512 * 1024)));
    let length = 0;
    for (let reads = 0; !parser.failure && reads < 100; reads++) {
      parser.push(part);
      length += parser.take().join('').length;
    }
    expect(parser.failure?.code).toBe('model-protocol');
    expect(length).toBeLessThanOrEqual(4.5 * 1024 * 1024);
  });
});

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

  it('says what it cost, in the words of any server', () => {
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
