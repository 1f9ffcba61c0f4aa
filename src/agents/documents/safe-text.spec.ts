import fc from 'fast-check';
import { SafeText } from './safe-text.js';

/** The whole answer, however it was cut into tokens. */
function passed(tokens: readonly string[], sources: number): string {
  const safe = new SafeText(sources);
  return [...safe.push(tokens), ...safe.end()].join('');
}

describe('an answer on its way to the client', () => {
  it.each([
    ['keeps what cites a source', 'Thirty days [1]. Or [2, 3].', 3, 'Thirty days [1]. Or [2, 3].'],
    ['loses citations of nothing', 'Thirty days [4]. Or [1, 9] and [0].', 3, 'Thirty days . Or [1] and .'],
    ['loses all of them without sources', 'So it is[1].', 0, 'So it is.'],
    [
      'shows images and links as text',
      '![x](http://a/b) [y](http://c)',
      1,
      '![x] (http://a/b) [y] (http://c)',
    ],
    ['shows link definitions as text', '[y]: http://c', 1, '[y] : http://c'],
    [
      'shows HTML as text',
      '<img src=x> a < b </b> <!-- c -->',
      1,
      '&lt;img src=x> a < b &lt;/b> &lt;!-- c -->',
    ],
    ['leaves code alone', '```js\nx[7] = "<b>"\n``` and [7]', 1, '```js\nx[7] = "<b>"\n``` and '],
    ['keeps numbers in code', 'the list `[7, 8]` but [7]', 1, 'the list `[7, 8]` but '],
    ['knows a fence by its line', 'a ``` [y](http://c)', 1, 'a ``` [y] (http://c)'],
    ['keeps other brackets', 'a [note] and x[', 1, 'a [note] and x['],
  ])('%s', (_name, text, sources, expected) => {
    expect(passed([text], sources)).toBe(expected);
    expect(passed([...text], sources)).toBe(expected);
  });

  it('does not depend on how it is cut into tokens', () => {
    const pieces = fc.constantFrom(
      '[',
      ']',
      '1',
      '7',
      ', ',
      '(',
      '<',
      'b',
      '`',
      '```',
      '!',
      ' ',
      'x',
      ':',
      '/',
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 40 }), fc.integer({ min: 1, max: 5 }), (parts, size) => {
        const text = parts.join('');
        const cuts = text.match(new RegExp(`[^]{1,${size}}`, 'g')) ?? [];
        expect(passed(cuts, 3)).toBe(passed([text], 3));
      }),
      { numRuns: 2_000 },
    );
  });
});
