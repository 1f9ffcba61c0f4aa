import fc from 'fast-check';
import { START, startLine } from './markdown-blocks.js';
import { SafeText } from './safe-text.js';

/** The whole answer, however it was cut into tokens. */
function passed(tokens: readonly string[], sources: number): string {
  const safe = new SafeText(sources);
  return tokens.map((token) => safe.push(token)).join('') + safe.end();
}

const FENCE = '```';

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

describe('an answer on its way to the client', () => {
  it.each<[string, string, number, string?]>([
    ['keeps what cites a source', 'Thirty days [1]. Or [2, 3].', 3],
    [
      'loses citations of nothing',
      'Thirty days [4]. Or ten [1, 9] and [0].',
      3,
      'Thirty days. Or ten [1] and [0].',
    ],
    ['loses all of them without sources', 'So it is true[1]. Yes [2].', 0, 'So it is true. Yes.'],
    [
      'keeps intervals and indices',
      'Valid on [0, 100], index arr[7], matrix [1, 2, 3, 4]. The fee is 5 EUR [1].',
      1,
    ],
    ['keeps an index of a name', 'Set owners[0]: then `x`, args[9] and users_v2[4].', 1],
    ['keeps an index behind an index', 'Read m["a"][2], grid[row][3] and cfg.x[\'k\'][9]. It is so [1].', 1],
    ['keeps lists that are values', 'The result is [7, 8] and y = [9]. Ranges between [5, 10] count.', 2],
    ['keeps years and codes', 'As of [2024] the server says [404].', 1],
    ['reads 【1】', 'Ten 【1】. Twelve 【9】, six 【2:0†source】.', 2, 'Ten [1]. Twelve, six [2].'],
    ['reads ranges', 'Ten [2-3]. Six [2–9].', 3, 'Ten [2, 3]. Six [2, 3].'],
    ['reads footnotes', 'Ten [^2]. Six [^9].', 3, 'Ten [2]. Six.'],
    [
      'reads names',
      'Ten [Source 2]. Six [Source 9], five [doc9], four (Source 9).',
      3,
      'Ten [2]. Six, five, four.',
    ],
    ['reads lines and pages', 'Ten [1†L2]. Six [9, p. 3]. Two [2, page 4].', 3, 'Ten [1]. Six. Two [2].'],
    [
      'reads names of parts of documents',
      'Ten [chunk 2]. Six [Excerpt 9], five [File 9], four [context: 3], two [ID:9], one [snippet-1], no [@9].',
      3,
      'Ten [2]. Six, five, four [3], two, one [1], no.',
    ],
    ['keeps notes of files', 'See [file 2024] and [ID: 4711], [item 2] of it, room (ID 9).', 3],
    [
      'reads other brackets',
      'Ten ［7］. Six ［２］, five 〔9〕, four ⟦1⟧.',
      3,
      'Ten. Six [2], five, four [1].',
    ],
    [
      'reads escaped brackets',
      'Ten \\[7\\]. Six \\[2\\]. See arr\\[7\\].',
      3,
      'Ten. Six [2]. See arr\\[7\\].',
    ],
    ['reads short names', 'Ten [S2]. Six [S9], five [s1, S9].', 3, 'Ten [2]. Six, five [1].'],
    [
      'reads brackets written as entities',
      'Ten &#91;2&#93;. Six &lsqb;9&rsqb;. a &amp; b &lt;p&gt;',
      3,
      'Ten [2]. Six. a &amp; b &lt;p&gt;',
    ],
    [
      'reads superscripts of TeX, not powers',
      'Ten$^{2}$. Six$^{9}$, five$^9$ and four $^{1, 7}$. It costs $5, is 10$^{9}$ or 4 m$^2$ or $x^{9}$.',
      3,
      'Ten[2]. Six, five and four [1]. It costs $5, is 10$^{9}$ or 4 m$^2$ or $x^{9}$.',
    ],
    [
      'reads circled numbers at the end of a statement',
      'Ten②. Six⑨. Five.⑨ Press ⑨ on the panel.',
      3,
      'Ten[2]. Six. Five. Press ⑨ on the panel.',
    ],
    ['keeps them where there are no sources', '① Open it. ② Close it② and see note$^{1}$.', 0],
    ['keeps escapes of other things', 'a \\[note\\] \\* and \\(x\\)', 3],
    [
      'reads tags',
      'Ten<sup>[7]</sup>. Six<sup>[2, 9]</sup>, five <cite>3</cite>, four<sup>7</sup> and 10<sup>2</sup> m<sup>2</sup>.',
      3,
      'Ten. Six[2], five [3], four and 10² m².',
    ],
    [
      'reads names with dashes',
      'Ten [ref-9]. Six [DOC_2]. Five [Doc 1, Doc 3].',
      3,
      'Ten. Six [2]. Five [1, 3].',
    ],
    [
      'reads names of other languages',
      'Zehn [Quelle 9], 十 [来源2]. Elf (siehe Quelle 9).',
      3,
      'Zehn, 十 [2]. Elf.',
    ],
    ['reads citations as links', 'Ten [9](#ref-9). Six [2](https://a/b).', 3, 'Ten. Six [2].'],
    ['keeps headings with tabs', '#\tTitle\nText', 1],
    ['keeps emphasis whole', 'See **[9]** and *[2]*.', 3, 'See **–** and *[2]*.'],
    ['reads other forms', 'Ten EUR (9). Six days⁹. Five (2).', 3, 'Ten EUR. Six days. Five (2).'],
    ['keeps numbers of the text', 'Nine (9). See section (12), 10⁹ m², 5 km³ and (9) lives.', 1],
    ['leaves no separators', 'So it is [2]. Sources: [1], [2]', 1, 'So it is. Sources: [1]'],
    ['leaves no separators in front', 'All agree [7], [8] and [2].', 2, 'All agree [2].'],
    ['makes no new marker', '[[9]7] and [1[9]] and [9[9]9]', 1, '–7] and [1?] and [9?9]'],
    [
      'shows images and links as text',
      '![x](http://a/b) [y](http://c)',
      1,
      '![x] (http://a/b) [y] (http://c)',
    ],
    [
      'shows link definitions as text',
      'a\n\n[y]: http://c\n> [z]: http://d',
      1,
      'a\n\n[y] : http://c\n> [z] : http://d',
    ],
    [
      'shows HTML as text',
      'So <img src=x> a < b </b> <!-- c -->',
      1,
      'So &lt;img src=x> a < b &lt;/b> &lt;!-- c -->',
    ],
    ['shows HTML that has no end as text', '<div\nand <svg onload=x', 1, '&lt;div\nand &lt;svg onload=x'],
    ['keeps what is no HTML', 'Map<K,V>, x<y, mail <ada@example.com>, <https://example.com>, i<3, a<b.', 1],
    ['shows other addresses as text', 'See <javascript:alert(1)>.', 1, 'See &lt;javascript:alert(1)>.'],
    ['keeps code spans', 'Use `List<String>` or ``a ` <b> [9]`` and `if (a<b)`.', 1],
    ['keeps code spans over two lines', '> Use `List<String>\n> [9]` twice.', 1],
    ['knows a code span that is none', 'Use `<b>x\n\nand `[y](z)', 1, 'Use `&lt;b>x\n\nand `[y] (z)'],
    [
      'keeps fences',
      `${FENCE}js\nx[7] = "<b>"\n${FENCE}\nand [7]`,
      1,
      `${FENCE}js\nx[7] = "<b>"\n${FENCE}\nand`,
    ],
    ['keeps tilde fences', '~~~ `a`\n<b> [7]\n```\n~~~\n<b>', 1, '~~~ `a`\n<b> [7]\n```\n~~~\n&lt;b>'],
    [
      'keeps fences in lists',
      `1. a\n\n   ${FENCE}\n   <b>\n   ${FENCE}\n   <b>`,
      1,
      `1. a\n\n   ${FENCE}\n   <b>\n   ${FENCE}\n   &lt;b>`,
    ],
    ['ends a fence with its list', `- ${FENCE}\n  <b>\n<b>`, 1, `- ${FENCE}\n  <b>\n&lt;b>`],
    ['ends a fence with its quote', `> ${FENCE}\n> <b>\n<b>`, 1, `> ${FENCE}\n> <b>\n&lt;b>`],
    ['ends no fence by a shorter one', '````\n```\n<b>\n````\n<b>', 1, '````\n```\n<b>\n````\n&lt;b>'],
    ['knows an indented fence for code', `a\n\n    ${FENCE}\n\n<b>`, 1, `a\n\n    ${FENCE}\n\n&lt;b>`],
    ['knows an info string with backticks for none', '``` a`b\n<b>', 1, '``` a`b\n&lt;b>'],
    ['knows a fence by its line', 'a ``` [y](http://c)', 1, 'a ``` [y] (http://c)'],
    ['keeps other brackets', 'a [note] and x[', 1],
    ['makes Windows line ends plain', 'a\r\nb\r', 1, 'a\nb\n'],
  ])('%s', (_name, text, sources, expected = text) => {
    expect(passed([text], sources)).toBe(expected);
    expect(passed([...text], sources)).toBe(expected);
  });

  it('returns which sources it cites', () => {
    const safe = new SafeText(3);
    safe.push('Ten [1], six 【3】, one [9], `[2]`.');
    safe.end();
    expect([...safe.cited]).toEqual([1, 3]);
  });

  it('passes text on as soon as it is decided', () => {
    const safe = new SafeText(1);
    expect(['The ', 'fee', ' is', ' 5'].map((token) => safe.push(token))).toEqual([
      'The',
      ' fee',
      ' is',
      ' 5',
    ]);
  });

  it('does not depend on how it is cut into tokens', () => {
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
