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

  it('keeps what spans rows within its part of the table, and the foot at its end', () => {
    const parts =
      '<thead><tr><th>Dept</th><th>Head</th></tr></thead><tfoot><tr><td>All</td><td>3</td></tr></tfoot>' +
      '<tbody><tr><td rowspan=0>Sales</td><td>Kim</td></tr><tr><td>Lee</td></tr></tbody><tbody><tr><td>Ops</td><td rowspan=9>Max</td></tr></tbody>';
    expect(parseHtml(`<table>${parts}</table>`).tables).toMatchObject([
      {
        columns: ['Dept', 'Head'],
        rows: [
          ['Sales', 'Kim'],
          ['Sales', 'Lee'],
          ['Ops', 'Max'],
          ['All', 3],
        ],
      },
    ]);
  });

  it('has a table within a cell as its value', () => {
    const inner = '<table><tr><td>Seats</td><td>3</td></tr><tr><td>Storage</td><td>10 GB</td></tr></table>';
    const rows = `<tr><th>Plan</th><th>Limits</th></tr><tr><td>Basic</td><td>${inner}</td></tr><tr><td>Pro</td><td>none</td></tr>`;
    expect(shown(`<table>${rows}</table>`)).toEqual([
      'table: | Plan | Limits |\n| --- | --- |\n| Basic | Seats: 3; Storage: 10 GB |\n| Pro | none |',
    ]);
  });

  it('has the numbers of lists as they are shown', () => {
    expect(
      shown(
        '<ol start=4><li>d<li>e<ol type=a><li>x<li>y</ol></ol><ol type=I><li>one</ol><ol reversed><li>b<li>a</ol>' +
          '<ol><li value=7>seven<li>eight</ol><ol style="list-style-type: lower-roman"><li>i<li>ii</ol>',
      ),
    ).toEqual([
      'list: 4. d\n5. e\n  a. x\n  b. y',
      'list: I. one',
      'list: 2. b\n1. a',
      'list: 7. seven\n8. eight',
      'list: i. i\nii. ii',
    ]);
    expect(
      shown('<ol><li>Stop it<pre>stop</pre></li><li><p>Start it</p></li><li><pre>go</pre></li></ol>'),
    ).toEqual(['paragraph: 1. Stop it', 'code: stop', 'paragraph: 2. Start it', 'paragraph: 3.', 'code: go']);
  });

  it('shows powers, marks of notes, boxes that are ticked and pictures in words wherever they stand', () => {
    expect(
      shown(
        '<p>10<sup>6</sup> cells, m<sup>2</sup>, H<sub>2</sub>O, the 1<sup>st</sup>; 40<sup><a href="#n">1</a></sup> EUR</p>' +
          '<ul><li><input type=checkbox checked> paid</li><li><input type=checkbox> sent</li></ul>' +
          '<table><tr><th>Plan</th><th>SSO</th></tr><tr><td>Pro</td><td><img alt="yes"></td></tr></table>',
      ),
    ).toEqual([
      'paragraph: 10⁶ cells, m², H2O, the 1st; 40¹ EUR',
      'list: - [x] paid\n- [ ] sent',
      'table: | Plan | SSO |\n| --- | --- |\n| Pro | yes |',
    ]);
  });

  it('accepts changes, and marks what is struck out', () => {
    expect(
      shown('<p>The fee is <del>40 EUR</del> <ins>55 EUR</ins>. <s>Closed on Monday.</s> Open daily.</p>'),
    ).toEqual(['paragraph: The fee is 55 EUR. ~~Closed on Monday.~~ Open daily.']);
  });

  it('has terms beside what they mean', () => {
    const terms =
      '<dt>Notice</dt><dd>four weeks</dd><div><dt>Deposit</dt><dt>Bond</dt><dd>two rents</dd><dd>in three parts</dd></div>';
    expect(shown(`<dl>${terms}</dl>`)).toEqual([
      'list: Notice: four weeks\nDeposit, Bond: two rents; in three parts',
    ]);
  });

  it('keeps words apart that stand on lines of their own', () => {
    expect(shown('<h1>Annual<br>report</h1><pre>a<br>b</pre>')).toEqual([
      'heading1: Annual report',
      'code: a\nb',
    ]);
  });

  it('keeps texts about cookies and consent, and leaves out banners', () => {
    const banners =
      '<div id="onetrust-consent-sdk"><p>We value your privacy</p></div><div class="gdpr">Read more <a>Accept all</a></div>' +
      '<section class="cookie-notice">This site uses cookies.</section>';
    const texts =
      '<h2 id="gdpr-requests">GDPR requests</h2><section id="informed-consent"><p>Patients sign form 7.</p></section>' +
      '<ul class="cookies-list"><li>Oat cookie: 200 kcal</li></ul><section id="cookies"><p>Ours live for 30 days.</p></section>';
    expect(shown(banners + texts)).toEqual([
      'heading2: GDPR requests',
      'paragraph: Patients sign form 7.',
      'list: - Oat cookie: 200 kcal',
      'paragraph: Ours live for 30 days.',
    ]);
  });

  it('reads the open one of several tabs', () => {
    const sheet =
      '<style>.tab{display:none} .tab.active{display:block} p.note{display:none}</style><dialog>closed</dialog><dialog open>open</dialog>';
    const tabs = '<div class="tab active">Berlin</div><div class="tab">Bonn</div><p class="note">x</p>';
    expect(shown(sheet + tabs)).toEqual(['paragraph: open', 'paragraph: Berlin']);
  });

  it('may be XML, with elements that end where they begin', () => {
    const page =
      '<?xml version="1.0"?><html><head><title/><script src="a.js"/></head><body><p>Clause <![CDATA[<7>]]></p><iframe/><p>holds.</p></body></html>';
    expect(shown(page)).toEqual(['paragraph: Clause <7>', 'paragraph: holds.']);
  });

  it('leaves out what a rule hides, unless a stronger or a later one of the same strength shows it', () => {
    const hidden = '.hidden{display:none}';
    const card = '.card{display:flex}';
    const page = (sheet: string) =>
      `<style>${sheet}</style><p>a</p><div class="card hidden">b</div><div id="c" class="hidden">c</div>`;
    expect(shown(page(card + hidden))).toEqual(['paragraph: a']);
    expect(shown(page(hidden + card))).toEqual(['paragraph: a', 'paragraph: b']);
    expect(shown(page(`#c{display:block}${hidden}`))).toEqual(['paragraph: a', 'paragraph: c']);
    expect(shown(page('.hidden{display:none !important} #c{display:block}'))).toEqual(['paragraph: a']);
  });

  it('has the boxes of its forms, and none of hidden parts and of menus', () => {
    const page =
      '<input type="checkbox" id="menu"><style>.off{display:none}</style><p class="off"><input type="checkbox"></p>' +
      '<p><input type="checkbox" checked>Milk</p><div><input type="radio"><label>Tea</label></div>';
    expect(shown(page)).toEqual(['paragraph: [x] Milk', 'paragraph: [ ] Tea']);
  });

  it('keeps names that only begin like those of makers of banners', () => {
    expect(shown('<div class="trustees">Ann and Bob</div><div id="truste-bar">x</div>')).toEqual([
      'paragraph: Ann and Bob',
    ]);
  });

  it('has struck lines apart', () => {
    expect(shown('<p><s>40 EUR<br>net</s> 50 EUR</p>')).toEqual(['paragraph: ~~40 EUR net~~ 50 EUR']);
  });

  it('has each of several tables in the cells of one', () => {
    const inner = '<table><tr><td>Mon</td><td>9</td></tr></table>';
    const row = `<tr><td>A</td><td>${inner}</td></tr>`;
    expect(shown(`<table><tr><th>Room</th><th>Open</th></tr>${row}${row}</table>`)).toEqual([
      'table: | Room | Open |\n| --- | --- |\n| A | Mon: 9 |\n| A | Mon: 9 |',
    ]);
  });

  it('has no number of an empty item before another text', () => {
    const items = '<li><h3>First</h3><p>one</p></li><li></li>';
    expect(shown(`<ol>${items}</ol><p>After</p>`)).toEqual([
      'heading3: First',
      'paragraph: 1. one',
      'paragraph: After',
    ]);
  });
});
