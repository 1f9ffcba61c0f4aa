import { parseHtml } from './html.js';

/** The blocks as `kind level: words`. */
function shown(source: string) {
  const { text, blocks } = parseHtml(source);
  return blocks.map(({ kind, level = '', start, end }) => `${kind}${level}: ${text.slice(start, end)}`);
}

describe('a page', () => {
  it('puts what spans rows and columns into each of them', () => {
    const rows =
      '<tr><th>Region</th><th>City</th><th>Sales</th></tr><tr><td rowspan=2>North</td><td>Oslo</td><td>10</td></tr>' +
      '<tr><td>Bergen</td><td>20</td></tr>';
    expect(shown(`<table>${rows}</table>`)).toEqual([
      'table: | Region | City | Sales |\n| --- | --- | --- |\n| North | Oslo | 10 |\n| North | Bergen | 20 |',
    ]);
    const years =
      '<tr><th>Item</th><th colspan=2>2024</th><th>2025</th></tr><tr><td>Rent</td><td>1</td><td>2</td><td>3</td></tr>';
    expect(shown(`<table>${years}</table>`)).toEqual([
      'table: | Item | 2024 | 2024 | 2025 |\n| --- | --- | --- | --- |\n| Rent | 1 | 2 | 3 |',
    ]);
  });

  it('keeps its tables as data, spans filled in', () => {
    const rows =
      '<tr><th>Region</th><th>City</th><th>Sales</th></tr><tr><td rowspan=2>North</td><td>Oslo</td><td>10</td></tr>' +
      '<tr><td>Bergen</td><td>20</td></tr>';
    const plain = '<table><tr><td>A</td><td>B</td></tr><tr><td>007</td><td>2</td></tr></table>';
    const { tables } = parseHtml(`${plain}<h2>Sales</h2><table>${rows}</table>`);
    expect(tables).toMatchObject([
      { name: 'Table 1', columns: ['A', 'B'], rows: [['007', 2]] },
      {
        name: 'Sales',
        columns: ['Region', 'City', 'Sales'],
        rows: [
          ['North', 'Oslo', 10],
          ['North', 'Bergen', 20],
        ],
        rowsLeftOut: 0,
      },
    ]);
    expect(parseHtml('<table><tr><td>A frame around text.</td></tr></table>').tables).toEqual([]);
  });

  it('repeats the header above each part of a long table', () => {
    const rows = Array.from({ length: 60 }, (_, i) => `<tr><td>${'word '.repeat(10)}</td><td>${i}</td></tr>`);
    const parts = shown(`<table><tr><th>A</th><th>B</th></tr>${rows.join('')}</table>`);
    expect(parts.length).toBeGreaterThan(3);
    for (const part of parts) expect(part).toMatch(/^table: \| A \| B \|\n\| --- \|/);
  });

  it('is read as a page: what looks like Markdown in it is text', () => {
    expect(shown('<p>```</p><h2>Deadline</h2><p>Papers are due on 4 May.</p><p># no heading</p>')).toEqual([
      'paragraph: ```',
      'heading2: Deadline',
      'paragraph: Papers are due on 4 May.',
      'paragraph: # no heading',
    ]);
  });

  it('has one header of tables with two rows of names', () => {
    const source =
      '<table><tr><th rowspan=2>Plan</th><th colspan=2>Monthly</th><th colspan=2>Yearly</th></tr><tr><th>Single</th><th>Team</th>' +
      '<th>Single</th><th>Team</th></tr><tr><td>Bronze</td><td>11</td><td>22</td><td>33</td><td>44</td></tr></table>';
    expect(shown(source)).toEqual([
      'table: | Plan | Monthly Single | Monthly Team | Yearly Single | Yearly Team |\n| --- | --- | --- | --- | --- |\n| Bronze | 11 | 22 | 33 | 44 |',
    ]);
  });

  it('leaves out hidden content, and content that every page of its site shows', () => {
    const source =
      '<style>.sr{display:none} @media print{.article{display:none}}</style><div role="navigation">Home</div><nav>Menu</nav>' +
      '<div id="cookie-banner">We use cookies <button>OK</button></div><p style="display: none">secret</p>' +
      '<p aria-hidden="true">icon</p><p class="sr">hidden</p><div class="article"><p>Shown <!-- not --> text.</p></div>';
    expect(shown(source)).toEqual(['paragraph: Shown text.']);
  });

  it('has nested lists, unchanged code, and text of frames', () => {
    const source =
      '<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul><ol start=3><li>d<p>more</p></ol><pre>x\n  y</pre>' +
      '<table><tr><td><h2>T</h2>inside</td></tr></table><blockquote><p>said</p></blockquote>loose<br>line';
    expect(shown(source)).toEqual([
      'list: - a\n  - b\n- c',
      'list: 3. d more',
      'code: x\n  y',
      'heading2: T',
      'paragraph: inside',
      'paragraph: said',
      'paragraph: loose\nline',
    ]);
  });
});
