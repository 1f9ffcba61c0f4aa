import { SafeText } from './safe-text.js';
import { passed } from './support/passed.js';

const FENCE = '```';

describe('Markdown and HTML in an answer', () => {
  it.each<[string, string, number, string?]>([
    ['keeps headings with tabs', '#\tTitle\nText', 1],
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

  it('emits text as soon as it is decided', () => {
    const safe = new SafeText(1);
    expect(['The ', 'fee', ' is', ' 5'].map((token) => safe.push(token))).toEqual([
      'The',
      ' fee',
      ' is',
      ' 5',
    ]);
  });
});
