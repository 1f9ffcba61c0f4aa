import { SafeText } from './safe-text.js';
import { passed } from './support/passed.js';

describe('citations in an answer', () => {
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
    ['keeps brackets with others inside', 'Ten [7†[］. Six [1†a［b］] and [Source 9: a[b].', 3],
    ['reads ranges', 'Ten [2-3]. Six [2–9].', 3, 'Ten [2, 3]. Six [2, 3].'],
    ['reads footnotes', 'Ten [^2]. Six [^9].', 3, 'Ten [2]. Six.'],
    [
      'reads marks around cited spans',
      '[cite_start]Ten days are allowed.[cite: 2] * [cite_start]Six[cite: 9].[cite_end]\n\n[cite_start]# x',
      3,
      'Ten days are allowed.[2] * Six.\n\n–# x',
    ],
    [
      'reads results of search turns',
      'Ten. citeturn0search9 Six citeturn0search2turn1file9. Five.\uE200cite\uE202turn0search2\uE201 Four.\uE200cite\uE202turn0news9\uE201 We cite, recite c.',
      3,
      'Ten. Six [2]. Five.[2] Four. We cite, recite c.',
    ],
    [
      'reads braces',
      'Ten days {9}. Six EUR {2}. Five. {1} Four.',
      3,
      'Ten days. Six EUR [2]. Five. [1] Four.',
    ],
    [
      'keeps sets, powers and placeholders',
      'The set {9}, A = {2}, $x^{9}$, {0} and {name}. It is in {2}. Write a{9}, \\frac{1}{2}, or union {2}. See {1, 2}.',
      3,
    ],
    [
      'reads brackets in parentheses',
      'Ten ([9]). Six ([2]), five ([2], [9]) and f([9]) or g([2]).',
      3,
      'Ten. Six [2], five [2] and f([9]) or g([2]).',
    ],
    [
      'reads ranges in words',
      'Ten [7 to 9]. Six [1 to 2], five [2 through 9]. Ages from [7 to 9] count.',
      3,
      'Ten. Six [1, 2], five [2, 3]. Ages from [7 to 9] count.',
    ],
    [
      'drops the notes of sources that do not exist',
      'Ten[^9]. Six[^2].\n\n[^9]: Handbook, page 3\n[^2]: Guide\n\nEnd.',
      3,
      'Ten. Six[2].\n\n–\n[2] : Guide\n\nEnd.',
    ],
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
    ['keeps emphasis whole', 'See **[9]** and *[2]*.', 3, 'See **–** and *[2]*.'],
    ['reads other forms', 'Ten EUR (9). Six days⁹. Five (2).', 3, 'Ten EUR. Six days. Five (2).'],
    ['keeps numbers of the text', 'Nine (9). See section (12), 10⁹ m², 5 km³ and (9) lives.', 1],
    ['leaves no separators', 'So it is [2]. Sources: [1], [2]', 1, 'So it is. Sources: [1]'],
    ['leaves no separators in front', 'All agree [7], [8] and [2].', 2, 'All agree [2].'],
    ['makes no new marker', '[[9]7] and [1[9]] and [9[9]9]', 1, '–7] and [1?] and [9?9]'],
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
});
