import * as fc from 'fast-check';
import { ChunkTemplate } from './chunk-template.js';

const chunk = (content: unknown, more: object = {}) =>
  JSON.stringify({ id: 'chatcmpl-1', model: 'm', choices: [{ index: 0, delta: { content }, ...more }] });

function templateOf(data: string, text: string): ChunkTemplate {
  const template = new ChunkTemplate();
  template.derive(data, text);
  return template;
}

describe('what chunks have in common', () => {
  it('gives the text of any chunk that differs in its text alone', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (first, text) => {
        expect(templateOf(chunk(first), first).textOf(chunk(text))).toBe(text);
      }),
    );
  });

  it.each(['chatcmpl-1', 'm', '', 'content', 'index'])('is not misled by the text %j', (text) => {
    const template = templateOf(chunk(text), text);
    expect([template.textOf(chunk('a')), template.textOf(chunk(text))]).toEqual(['a', text]);
  });

  it.each([
    ['a finish reason', chunk('a', { finish_reason: 'stop' })],
    ['another id', chunk('a').replace('chatcmpl-1', 'chatcmpl-2')],
    ['an error', chunk('a').replace('{', '{"error":{},')],
    ['no text', chunk(null)],
    ['a number', chunk(7)],
    ['a list of texts', chunk(['a', 'b'])],
    ['more fields beside the text', chunk('a').replace('"a"', '"a","refusal":"b"')],
    ['two texts', chunk('a').replace('"a"', '"a" "b"')],
    ['half a text', chunk('a').replace('"a"', '"a')],
    ['the ends alone', chunk('').replace('""', '')],
  ])('returns null for a chunk with %s', (_, data) => {
    expect(templateOf(chunk('x'), 'x').textOf(data)).toBeNull();
  });

  it('is not found where the text is written in another way, or is not what counts', () => {
    expect(templateOf(chunk('é').replace('é', '\\u00e9'), 'é').textOf(chunk('a'))).toBeNull();
    const overruled = '{"choices":[{"delta":{"content":"x"}}],"choices":[{"delta":{"content":"y"}}]}';
    expect(templateOf(overruled, 'x').textOf(overruled)).toBeNull();
  });

  it('is searched for in the first chunks only', () => {
    const template = new ChunkTemplate();
    for (let i = 0; i < 4; i++) template.derive(chunk('x', { seen: i }), 'x');
    expect(template.textOf(chunk('a', { seen: 3 }))).toBe('a');
    template.derive(chunk('x', { seen: 4 }), 'x');
    expect(template.textOf(chunk('a', { seen: 4 }))).toBeNull();
  });
});
