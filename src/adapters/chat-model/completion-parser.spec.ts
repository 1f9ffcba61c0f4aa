import * as fc from 'fast-check';
import { CompletionParser } from './completion-parser.js';
import { DONE, event, read } from './support/read-completion.js';

describe('CompletionParser', () => {
  it('emits all tokens of one read as one text', () => {
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

  it('joins a character that is split over two tokens, and drops characters that cannot be stored', () => {
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
  ])('keeps the text before %s and reports the failure', (_, stream, failure) => {
    expect(read(stream)).toMatchObject({ text: stream.startsWith('data') ? 'a' : '', failure });
  });

  it('aborts on an event of more than 1 MiB without keeping it', () => {
    const parser = new CompletionParser();
    const piece = Buffer.alloc(64 * 1024, 'x');
    parser.push(Buffer.from(event('a')));
    let reads = 0;
    for (; !parser.failure && reads < 100; reads++) parser.push(piece);
    expect(parser.failure?.code).toBe('model-protocol');
    expect(reads).toBe(17);
    expect(parser.take()).toEqual(['a']);
  });

  it('aborts on an answer of more than 4 MiB', () => {
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
