import * as make from '../support/documents.js';
import { ParsedFiles, shown } from '../support/parsed-files.js';

const files = new ParsedFiles();

afterAll(() => files.remove());

describe('reading', () => {
  it('a PDF gives pages, paragraphs, headings and mended words', async () => {
    const document = await files.read(
      'guide.pdf',
      await make.pdf(
        ['The first line of\na paragraph.\n\nAnother one.', 'Inter-\nnational words.'],
        'A guide',
      ),
    );
    expect(document).toMatchObject({ title: 'A guide', tables: [], warnings: [] });
    expect(document.blocks.map(({ page }) => page)).toEqual([1, 1, 2]);
    expect(shown(document)).toEqual([
      'paragraph: The first line of a paragraph.',
      'paragraph: Another one.',
      'paragraph: International words.',
    ]);
  });

  it('a Word document gives headings, lists and tables', async () => {
    const document = await files.read(
      'guide.docx',
      await make.docx(['# Guide', 'A & b.', '## Steps', '- one', '- two']),
    );
    expect(document.title).toBe('Guide');
    expect(document.blocks.map(({ kind, level }) => [kind, level])).toEqual([
      ['heading', 1],
      ['paragraph', undefined],
      ['heading', 2],
      ['list', undefined],
    ]);
    expect(shown(document)[1]).toBe('paragraph: A & b.');
    const table = await files.read(
      'table.docx',
      await make.docxTable([
        ['Name', 'Age'],
        ['Ann', '30'],
      ]),
    );
    expect(shown(table)).toEqual(['table: | Name | Age |\n| --- | --- |\n| Ann | 30 |']);
  });

  it('a presentation gives its slides in the order they are shown, and their notes', async () => {
    const slides = [
      { title: 'Welcome', lines: ['one', 'two'], notes: 'Say hello' },
      { title: 'More', lines: ['A single thought'] },
    ];
    const document = await files.read('talk.pptx', await make.pptx(slides));
    expect(document).toMatchObject({ title: 'Welcome' });
    expect(shown(document)).toEqual([
      'heading: Welcome',
      'list: one\ntwo',
      'paragraph: Notes: Say hello',
      'heading: More',
      'paragraph: A single thought',
    ]);
    expect(document.blocks.map(({ page }) => page)).toEqual([1, 1, 1, 2, 2]);
  });

  it('a workbook gives its sheets as tables, with their columns summed up', async () => {
    const sales = [
      ['Region', 'Amount', 'Day', 'Paid'],
      ['North', 12.5, new Date('2024-01-03'), true],
      ['South', 900, new Date('2024-02-03T10:00:00Z'), null],
    ];
    const document = await files.read('book.xlsx', make.xlsx({ Sales: sales, Empty: [] }));
    expect(document.tables).toEqual([
      {
        name: 'Sales',
        columns: ['Region', 'Amount', 'Day', 'Paid'],
        rows: [
          ['North', 12.5, '2024-01-03', true],
          ['South', 900, '2024-02-03T10:00:00', null],
        ],
        rowsLeftOut: 0,
        decimalMarks: ['.', '.', '.', '.'],
        notes: [],
      },
    ]);
    expect(shown(document)).toEqual([
      'heading: Sales',
      'summary: Sales: 2 rows, 4 columns.\nRegion: text, for example North, South\nAmount: number, 12.5 to 900\n' +
        'Day: date, 2024-01-03 to 2024-02-03T10:00:00\nPaid: yes or no',
      'table: Region: North; Amount: 12.5; Day: 2024-01-03; Paid: true\n' +
        'Region: South; Amount: 900; Day: 2024-02-03T10:00:00',
    ]);
  });

  it('CSV understands semicolons, decimal commas, codes and rows of other lengths', async () => {
    const rows = Buffer.from('Name;Betrag;PLZ\nJörg;1.234,50;01234\nÄnne;7;80331;zu viel\nEva\n', 'latin1');
    const { tables } = await files.read('kunden.csv', rows);
    expect(tables[0]).toEqual({
      name: 'kunden',
      columns: ['Name', 'Betrag', 'PLZ', 'Column 4'],
      rows: [
        ['Jörg', '1.234,50', '01234', null],
        ['Änne', 7, '80331', 'zu viel'],
        ['Eva', null, null, null],
      ],
      rowsLeftOut: 0,
      decimalMarks: ['.', ',', '.', '.'],
      notes: [],
    });
  });

  it('CSV with a quote that is never closed loses no row', async () => {
    const { tables } = await files.read('broken.csv', 'Name,Size\nA,1\n"B,2\nC,3\n');
    expect(tables[0]?.rows).toHaveLength(3);
  });

  it('a long table is grouped in blocks, and counted where it is too long', async () => {
    const rows = Array.from({ length: 60_000 }, (_, i) => [
      `Item ${i}`,
      ...Array.from({ length: 9 }, () => i),
    ]);
    const header = ['Item', ...'abcdefghi'];
    const { tables, blocks, text } = await files.read('long.csv', make.csv([header, ...rows]));
    expect(tables[0]!.rows.length + tables[0]!.rowsLeftOut).toBe(60_000);
    expect(tables[0]!.rowsLeftOut).toBeGreaterThan(0);
    expect(text).toContain('long: 60000 rows, 10 columns.\nThe first ');
    const groups = blocks.filter(({ kind }) => kind === 'table');
    expect(Math.max(...groups.map(({ start, end }) => end - start))).toBeLessThanOrEqual(900);
    expect(text.length).toBeLessThan(2_500_000);
  });

  it('a page gives its words and nothing that is live', async () => {
    const body =
      '<button>Go</button><nav>Menu</nav><h1>Hi</h1><script>alert(1)</script><p>A <b>bold</b> <a href="javascript:x">link</a>' +
      '<img alt="picture" src="http://x/y.png"></p><!-- hidden --><ul><li>x</li></ul>' +
      '<table><tr><th>A</th><th>B</th></tr><tr><td>1</td><td>2</td></tr></table>';
    const document = await files.read('page.html', make.html(body, 'The title'));
    expect(document.title).toBe('The title');
    expect(shown(document)).toEqual([
      'heading: Hi',
      'paragraph: A bold linkpicture',
      'list: - x',
      'table: | A | B |\n| --- | --- |\n| 1 | 2 |',
    ]);
  });

  it('Markdown and plain text keep the words of the file, character by character', async () => {
    const source = '---\ntitle: Of the house\n---\n# Kitchen\r\n\r\nThe *stove*.\n\n- one\n- two\n';
    const document = await files.read('house.md', source);
    expect(document).toMatchObject({ title: 'Of the house', text: source });
    expect(shown(document)).toEqual([
      'paragraph: title: Of the house',
      'heading: Kitchen',
      'paragraph: The *stove*.',
      'list: - one\n- two',
    ]);
    expect((await files.read('house.txt', source)).text).toBe(source);
  });

  it('JSON gives a table of flat objects, and paths of all else', async () => {
    const table = await files.read('list.jsonl', '{"a":1,"b":"x"}\n{"a":2,"c":true}\n');
    expect(table.tables[0]).toMatchObject({
      columns: ['a', 'b', 'c'],
      rows: [
        [1, 'x', null],
        [2, null, true],
      ],
    });
    const tree = await files.read('tree.json', '{"user":{"name":"Ann","tags":["a"]}}');
    expect(tree.text).toBe('user.name: Ann\nuser.tags[0]: a');
    expect((await files.read('no.json', '{"a": oops')).text).toBe('{"a": oops');
  });

  it.each<[string, Buffer, string]>([
    ['UTF-8 with a mark', Buffer.from('\ufeffGrüße'), 'Grüße'],
    ['UTF-16 with a mark', Buffer.from('\ufeffGrüße', 'utf16le'), 'Grüße'],
    ['UTF-16 without', Buffer.from('Good morning to all', 'utf16le'), 'Good morning to all'],
    [
      'Latin-1',
      Buffer.from('Schöne Grüße aus der Küche, über die Straße', 'latin1'),
      'Schöne Grüße aus der Küche, über die Straße',
    ],
    ['Shift JIS', Buffer.from('93fa967b8cea82cc95b68e9a97f18142', 'hex'), '日本語の文字列。'],
  ])('text in %s', async (_, bytes, text) => {
    expect((await files.read('words.txt', bytes)).text).toBe(text);
  });

  it('text keeps all characters that PostgreSQL takes, and no others', async () => {
    const { text } = await files.read('odd.txt', 'before\0after, and more words than one');
    expect(text).toBe('before\ufffdafter, and more words than one');
  });
});

describe('text in pictures', () => {
  const ocr = { languages: ['eng'], seconds: 200 };

  it('is recognised on scanned pages, and the pages that could not be read are named', async () => {
    const pages = await make.pdfWithScans(['First page.', 0, 90, null, 'Last page.']);
    const { text, blocks, warnings } = await files.read('a.pdf', pages, { ocr });
    for (const line of make.SCANNED) expect(text.split(line)).toHaveLength(3);
    expect(text).toMatch(/^First page\.[^]*Last page\.$/);
    expect(new Set(blocks.map(({ page, isRecognised = false }) => `${page} ${isRecognised}`))).toEqual(
      new Set(['1 false', '2 true', '3 true', '5 false']),
    );
    expect(warnings).toEqual([
      'Pages 2 to 3: the text was recognised in pictures (OCR) and may hold mistakes.',
      'Page 4 could not be read: there is no text on it, only pictures or nothing.',
    ]);
  });

  it('is recognised in pictures', async () => {
    const { text, warnings } = await files.read('a.png', make.scan(), { ocr });
    for (const line of make.SCANNED) expect(text).toContain(line);
    expect(warnings).toEqual(['The text was recognised in a picture (OCR) and may hold mistakes.']);
  });

  it('takes its own time, and no more', async () => {
    const pages = await make.pdfWithScans(['First page.', 0]);
    const { text, warnings } = await files.read('a.pdf', pages, { ocr: { ...ocr, seconds: 0 } });
    expect(text).toBe('First page.');
    expect(warnings).toEqual([
      'Page 2 could not be read: the time for recognising text in one file (OCR_SECONDS) was over.',
    ]);
    await expect(files.read('a.png', make.scan())).rejects.toThrow('OCR_LANGUAGES is off');
  });
});
