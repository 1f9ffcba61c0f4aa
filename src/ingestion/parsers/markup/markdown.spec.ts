import fc from 'fast-check';
import { parseMarkdown } from './markdown.js';

/** The blocks as `kind level: words`. */
const shown = (text: string) =>
  parseMarkdown(text).blocks.map(
    ({ kind, level = '', start, end }) => `${kind}${level}: ${text.slice(start, end)}`,
  );

describe('Markdown', () => {
  it.each<[string, string, string[]]>([
    [
      'headings of both kinds',
      '# A #\n## B\nC\n===\nD\n---',
      ['heading1: A', 'heading2: B', 'heading1: C', 'heading2: D'],
    ],
    ['what only looks like a heading', '#hashtag\n\n    # code', ['paragraph: #hashtag', 'code: # code']],
    ['paragraphs of some lines', 'a\nb\r\n\r\nc', ['paragraph: a\nb', 'paragraph: c']],
    [
      'lists with what belongs to them',
      '- a\n  more\n\n- b\n\n      code\n\nend',
      ['list: - a\n  more\n\n- b\n\n      code', 'paragraph: end'],
    ],
    ['a list that interrupts', 'Buy:\n- milk\n- bread', ['paragraph: Buy:', 'list: - milk\n- bread']],
    [
      'a comment in code, and one outside',
      'Use `<!-- more -->` <!-- x --> to split',
      ['paragraph: Use `<!-- more -->`', 'paragraph: to split'],
    ],
    ['a number that starts a line', 'It was in\n1998. Then', ['paragraph: It was in\n1998. Then']],
    ['fences, also those never closed', '```js\na\n\nb\n```\n~~~\nc', ['code: a\n\nb', 'code: c']],
    ['a fence within a longer one', '````\n```\n````\nend', ['code: ```', 'paragraph: end']],
    [
      'tables',
      'Prices:\n| a | b |\n|---|:-:|\n| 1 | 2 |\n\nend',
      ['paragraph: Prices:', 'table: | a | b |\n|---|:-:|\n| 1 | 2 |', 'paragraph: end'],
    ],
    ['rules and comments', 'a\n\n***\n<!-- b\n\nc -->\nd', ['paragraph: a', 'paragraph: d']],
    ['quotations', '> a\n> b', ['paragraph: > a\n> b']],
    [
      'a comment that is never closed',
      'a\n<!-- b\n\nc',
      ['paragraph: a', 'paragraph: <!-- b', 'paragraph: c'],
    ],
    [
      'words beside a comment',
      '<!-- reviewed --> Refunds are paid.\n\nBy <!-- no --> mail.',
      ['paragraph: Refunds are paid.', 'paragraph: By', 'paragraph: mail.'],
    ],
    [
      'words in tags, without scripts',
      '<div align="center">\n<b>Refunds</b> within 9 days\n</div>\n\n<script>\nx\n</script>',
      ['paragraph: Refunds</b> within 9 days'],
    ],
    [
      'front matter',
      '---\nvalid_until: 2031-01-31\n---\nBody',
      ['paragraph: valid_until: 2031-01-31', 'paragraph: Body'],
    ],
    [
      'front matter of TOML',
      '+++\nreview = 2032-04-18\n+++\nBody',
      ['paragraph: review = 2032-04-18', 'paragraph: Body'],
    ],
    ['no addresses of links', 'See [y][z].\n\n[z]: https://example.com', ['paragraph: See [y][z].']],
    ['nothing', ' \n\n', []],
  ])('has blocks of %s', (_, text, blocks) => {
    expect(shown(text)).toEqual(blocks);
  });

  it('takes its title from the front matter, else from its first heading', () => {
    expect(parseMarkdown('---\ntags: x\ntitle: "A: b"\n---\n# C').title).toBe('A: b');
    expect(parseMarkdown('+++\ntitle = "Orchard rules"\n+++\n# C').title).toBe('Orchard rules');
    expect(parseMarkdown('## B\n# C\n# D').title).toBe('C');
    expect(parseMarkdown('---\nnever closed').title).toBeUndefined();
  });

  it('cuts a long table between its rows', () => {
    const row = `| ${'word '.repeat(20)} | 1 |`;
    const text = ['| a | b |', '|---|---|', ...Array.from({ length: 30 }, () => row)].join('\n');
    const { blocks } = parseMarkdown(text);
    expect(blocks.length).toBeGreaterThan(3);
    for (const { start, end } of blocks) expect(end - start).toBeLessThanOrEqual(900);
    expect(blocks.map(({ start, end }) => text.slice(start, end)).join('\n')).toBe(text);
  });

  it('loses no word of any text, and its blocks are in order', () => {
    const piece = fc.constantFrom(
      '# ',
      '- ',
      '1. ',
      '```\n',
      '| ',
      '|---|\n',
      '    ',
      '> ',
      '\n',
      '\r\n',
      '\n\n',
      '---\n',
      '===\n',
      'WORD',
      'x ',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        const text = pieces.join('');
        const { blocks } = parseMarkdown(text);
        let last = 0;
        let words = 0;
        for (const { start, end } of blocks) {
          expect(start).toBeGreaterThanOrEqual(last);
          const slice = text.slice(start, end);
          expect(slice).toBe(slice.trim());
          expect(slice).not.toBe('');
          words += slice.split('WORD').length - 1;
          last = end;
        }
        // The front matter and what is said after the mark of a fence are no words of the document.
        if (!text.startsWith('---') && !text.includes('```'))
          expect(words).toBe(text.split('WORD').length - 1);
      }),
      { numRuns: 100 },
    );
  });

  it('leaves out pictures that are encoded in the text', () => {
    const data = Buffer.from(Array.from({ length: 300_000 }, (_, i) => (i * i * 31 + i * 7) % 256)).toString(
      'base64',
    );
    const { text, blocks, warnings } = parseMarkdown(
      `The code is 4711.\n\n![x](data:image/png;base64,${data}) end\n\n[y](data:image/gif;base64,${data})\n\n[z]: data:font/woff;base64,${data}\n`,
    );
    expect(text.length).toBeLessThan(300);
    expect(blocks.map(({ start, end }) => text.slice(start, end))).toEqual([
      'The code is 4711.',
      '![x](data:image/png;base64,…) end',
      '[y](data:image/gif;base64,…)',
    ]);
    expect(warnings).toEqual([expect.stringMatching(/^1200000 characters of encoded data/)]);
  });

  it('takes no longer than it should for lines made to be slow', () => {
    const text = [
      '#'.repeat(2e4),
      `# ${' '.repeat(2e4)}x`,
      `a|\n${'-'.repeat(2e4)}x`,
      '- '.repeat(2e4),
      '* '.repeat(2e4),
    ].join('\n\n');
    expect(parseMarkdown(text).blocks).toHaveLength(3);
  });

  it.each(['> ', '>', '- ', '1. ', '> - '])('is plain text where a line begins thousands of %j', (marker) => {
    const text = `# Leave\n\n${marker.repeat(2_000)}thirty days\n`;
    const { blocks } = parseMarkdown(text);
    expect(blocks.map(({ kind }) => kind)).not.toContain('heading');
    expect(blocks.some(({ start, end }) => text.slice(start, end).includes('thirty days'))).toBe(true);
    expect(parseMarkdown(`# Leave\n\n${marker.repeat(9)}thirty days\n`).blocks[0]).toMatchObject({
      kind: 'heading',
    });
  });
});

it('keeps tables as data, with the words that a reader sees', () => {
  const { tables } = parseMarkdown(
    '# Prices\n\n| **Article** | Price |\n| --- | ---: |\n| [Rake](https://x.org) | 12.50 € |\n| `Hose` \\| reel | **34.00 €** |\n',
  );
  expect(tables).toMatchObject([
    {
      name: 'Prices',
      columns: ['Article', 'Price'],
      rows: [
        ['Rake', '12.50 €'],
        ['Hose | reel', '34.00 €'],
      ],
    },
  ]);
});
