import fc from 'fast-check';
import { START, startLine } from './markdown-blocks.js';
import { SafeText } from './safe-text.js';
import { passed } from './support/passed.js';

/** Parts of which a hostile text may consist. */
const HOSTILE = [
  '`',
  '``` ',
  '` `` ',
  '[',
  '[a](',
  '![',
  ']',
  '(',
  '\\',
  '【',
  '<',
  '<a ',
  '<a b="',
  '<!--',
  '<http://a',
  '<a@',
  '> ',
  '>',
  '- ',
  '- - ',
  '1. ',
  '| ',
  '|-',
  '-',
  '* ',
  '*',
  '_a_ ',
  '~',
  '#',
  '=',
  ' ',
  '\t',
  '\n',
  'a\n\n',
  '- a\n',
  'a',
];
/** Characters of an unfinished construct: a code span, a tag or the start of a line. */
const MAX_HELD = 3_000;

describe('an answer in tokens', () => {
  it('does not depend on how it is split into tokens', () => {
    const pieces = fc.constantFrom(
      '[',
      ']',
      '1',
      '7',
      ', ',
      '(',
      ')',
      '<',
      'b',
      '`',
      '```',
      '~~~',
      '!',
      ' ',
      'x',
      ':',
      '/',
      '\n',
      '> ',
      '- ',

      '    ',
      '|',
      '\\',
      '>',
      '\t',
      '【',
      '】',
      '†',
      '^',
      '⁷',
      '［',
      '］',
      '<sup>',
      '</sup>',
      '#',
      '.',
      ' and ',
      'doc',
      '\r',
      '=',
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 40 }), fc.integer({ min: 1, max: 5 }), (parts, size) => {
        const text = parts.join('');
        const cuts = text.match(new RegExp(`[^]{1,${size}}`, 'g')) ?? [];
        expect(passed(cuts, 3)).toBe(passed([text], 3));
      }),
      { numRuns: 3_000 },
    );
  });

  it.each(HOSTILE)('holds back a bounded part of %j without end', (part) => {
    for (const begun of ['', 'x', '> - x', '`x', '<a ', '[x']) {
      const safe = new SafeText(1);
      let [given, shown, held] = [begun.length, safe.push(begun).length, 0];
      for (let i = 0; i < 5_000; i += 1) {
        given += part.length;
        shown += safe.push(part).length;
        held = Math.max(held, given - shown);
      }
      // Each token costs what is held back.
      expect(held).toBeLessThan(MAX_HELD);
    }
  });

  it.each(['> ', '>', '- ', '* ', '1. ', '> - ', '- - ', ' - '])(
    'reads no more than some levels of %j',
    (marker) => {
      const line = `${marker.repeat(2_000)}text`;
      const read = startLine(START, line, true)!;
      expect(read.next.containers.length).toBeLessThan(50);
      expect(passed([`${line}\n`, '<img src=x>'], 0)).toBe(
        `${line.slice(0, read.escapeAt!)}\\${line.slice(read.escapeAt!)}\n&lt;img src=x>`,
      );
    },
  );
});
