import { execFileSync, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { detectType, EmptyFileError } from '../../src/ingestion/file-types.js';
import { FILE_KINDS } from '../../src/ingestion/parsers/file-kinds.js';
import { parseFile, ParserTimeoutError, type ParseLimits } from '../../src/ingestion/parsers/parse-file.js';
import {
  UnreadableFileError,
  type ParsedDocument,
  type ParsedTable,
} from '../../src/ingestion/parsers/parsed-document.js';
import * as make from '../support/documents.js';
import { eventually } from '../support/eventually.js';
import { scaled } from '../support/time-factor.mjs';

let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'parley-parsers-'));
});

afterAll(async () => {
  await rm(directory, { recursive: true });
});

async function save(name: string, content: Buffer | string): Promise<string> {
  const file = join(directory, name);
  await writeFile(file, content);
  return file;
}

const typeOf = async (name: string, content: Buffer | string) => detectType(await save(name, content), name);

async function read(
  name: string,
  content: Buffer | string,
  limits: Partial<ParseLimits> = {},
  signal = new AbortController().signal,
): Promise<ParsedDocument> {
  const file = await save(name, content);
  const type = await detectType(file, name);
  const packed = await parseFile(
    file,
    type!,
    { memoryMb: 512, cpuSeconds: 40, wallSeconds: 320, ...limits },
    signal,
  );
  const { tablesJson, ...document } = packed;
  return { ...document, tables: JSON.parse(tablesJson ?? '[]') as ParsedTable[] };
}

/** The blocks as `kind: words`. */
const shown = ({ text, blocks }: ParsedDocument) =>
  blocks.map(({ kind, start, end }) => `${kind}: ${text.slice(start, end)}`);

describe('the type of a file', () => {
  it.each<[string, Buffer | string, string]>([
    ['notes.md', '# Notes', 'text/markdown'],
    ['notes.txt', 'Notes', 'text/plain'],
    ['server.log', '12:00 started', 'text/plain'],
    ['compose.yaml', 'a: 1', 'text/plain'],
    ['main.rs', 'fn main() {}', 'text/plain'],
    ['feed.xml', '<?xml version="1.0"?><feed/>', 'text/plain'],
    ['table.csv', 'a,b', 'text/csv'],
    ['table.tsv', 'a\tb', 'text/tab-separated-values'],
    ['data.json', '{}', 'application/json'],
    ['data.jsonl', '{}\n{}', 'application/x-ndjson'],
    ['page.html', '<p>Hi', 'text/html'],
    ['page', '<!-- x --> <!doctype html><html>', 'text/html'],
    ['picture.txt', make.png(), 'image/png'],
    ['words.pdf', 'Only words.', 'text/plain'],
    ['export.xls', 'Depot,Trucks\nHalle,31\nJena,12\n', 'text/csv'],
    ['export.xlsx', 'Depot;Trucks\r\nHalle;"3;1"\r\n', 'text/csv'],
    ['report.xls', '<meta charset=utf-8><table><tr><td>1</td></tr></table>', 'text/html'],
    ['words.xls', 'Only words.', 'text/plain'],
    ['tabs.txt', 'Depot\tBikes\nGera\t9\nSuhl\t4\n', 'text/tab-separated-values'],
    ['page.csv', '<!DOCTYPE html><html><body><table><tr><td>1</td></tr></table></body></html>', 'text/html'],
  ])('of %s', async (name, content, mediaType) => {
    expect(await typeOf(name, content)).toMatchObject({ mediaType, isPicture: mediaType === 'image/png' });
  });

  it.each<[string, () => Buffer | Promise<Buffer>]>([
    ['pdf', () => make.pdf(['Hi'])],
    ['docx', () => make.docx(['Hi'])],
    ['pptx', () => make.pptx([{ title: 'Hi' }])],
    ['xlsx', () => make.xlsx({ Sheet: [['Hi']] })],
  ])('of a %s that is called otherwise', async (kind, content) => {
    const { mediaType } = FILE_KINDS.find(({ name }) => name === kind)!;
    expect(await typeOf('file.txt', await content())).toMatchObject({ mediaType, name: 'file' });
  });

  it.each<[string, Buffer | string]>([
    ['a program', Buffer.from('7f454c4602010100000000000000000003003e00', 'hex')],
    ['noise', Buffer.from(Array.from({ length: 3_000 }, (_, i) => (i * i * 31 + i * 7) % 256))],
    ['a drawing that runs scripts', '<?xml version="1.0"?><!-- x --><svg><script/></svg>'],
    ['an archive of other things', Buffer.from('504b0506000000000000000000000000000000000000', 'hex')],
  ])('is unknown of %s', async (_, content) => {
    expect(await typeOf('file.pdf', content)).toBeNull();
  });

  it('is refused, by its password, of an office file that is encrypted', async () => {
    const book = Buffer.concat([
      Buffer.from('d0cf11e0a1b11ae1', 'hex'),
      Buffer.alloc(1_000),
      Buffer.from('EncryptedPackage', 'utf16le'),
    ]);
    await expect(typeOf('a.docx', book)).rejects.toThrow('protected by a password');
    expect(await typeOf('a.doc', book.subarray(0, 1_000))).toBeNull();
  });

  it('is refused for text of an unknown encoding', async () => {
    await expect(typeOf('a.txt', Buffer.from([0x61, 0x20, 0xd0]))).rejects.toThrow('in which encoding');
  });

  it('is refused of an empty file', async () => {
    await expect(typeOf('empty.md', '')).rejects.toThrow(EmptyFileError);
  });
});

describe('reading', () => {
  it('a PDF gives pages, paragraphs, headings and mended words', async () => {
    const document = await read(
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
    const document = await read(
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
    const table = await read(
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
    const document = await read('talk.pptx', await make.pptx(slides));
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
    const document = await read('book.xlsx', make.xlsx({ Sales: sales, Empty: [] }));
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
    const { tables } = await read('kunden.csv', rows);
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
    const { tables } = await read('broken.csv', 'Name,Size\nA,1\n"B,2\nC,3\n');
    expect(tables[0]?.rows).toHaveLength(3);
  });

  it('a long table is grouped in blocks, and counted where it is too long', async () => {
    const rows = Array.from({ length: 60_000 }, (_, i) => [
      `Item ${i}`,
      ...Array.from({ length: 9 }, () => i),
    ]);
    const header = ['Item', ...'abcdefghi'];
    const { tables, blocks, text } = await read('long.csv', make.csv([header, ...rows]));
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
    const document = await read('page.html', make.html(body, 'The title'));
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
    const document = await read('house.md', source);
    expect(document).toMatchObject({ title: 'Of the house', text: source });
    expect(shown(document)).toEqual([
      'paragraph: title: Of the house',
      'heading: Kitchen',
      'paragraph: The *stove*.',
      'list: - one\n- two',
    ]);
    expect((await read('house.txt', source)).text).toBe(source);
  });

  it('JSON gives a table of flat objects, and paths of all else', async () => {
    const table = await read('list.jsonl', '{"a":1,"b":"x"}\n{"a":2,"c":true}\n');
    expect(table.tables[0]).toMatchObject({
      columns: ['a', 'b', 'c'],
      rows: [
        [1, 'x', null],
        [2, null, true],
      ],
    });
    const tree = await read('tree.json', '{"user":{"name":"Ann","tags":["a"]}}');
    expect(tree.text).toBe('user.name: Ann\nuser.tags[0]: a');
    expect((await read('no.json', '{"a": oops')).text).toBe('{"a": oops');
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
    expect((await read('words.txt', bytes)).text).toBe(text);
  });

  it('text keeps all characters that PostgreSQL takes, and no others', async () => {
    const { text } = await read('odd.txt', 'before\0after, and more words than one');
    expect(text).toBe('before\ufffdafter, and more words than one');
  });
});

describe('text in pictures', () => {
  const ocr = { languages: ['eng'], seconds: 200 };

  it('is recognised on scanned pages, and the pages that could not be read are named', async () => {
    const pages = await make.pdfWithScans(['First page.', 0, 90, null, 'Last page.']);
    const { text, blocks, warnings } = await read('a.pdf', pages, { ocr });
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
    const { text, warnings } = await read('a.png', make.scan(), { ocr });
    for (const line of make.SCANNED) expect(text).toContain(line);
    expect(warnings).toEqual(['The text was recognised in a picture (OCR) and may hold mistakes.']);
  });

  it('takes its own time, and no more', async () => {
    const pages = await make.pdfWithScans(['First page.', 0]);
    const { text, warnings } = await read('a.pdf', pages, { ocr: { ...ocr, seconds: 0 } });
    expect(text).toBe('First page.');
    expect(warnings).toEqual([
      'Page 2 could not be read: the time for recognising text in one file (OCR_SECONDS) was over.',
    ]);
    await expect(read('a.png', make.scan())).rejects.toThrow('OCR_LANGUAGES is off');
  });
});

describe('a file that cannot be read', () => {
  it.each<[string, string, () => Buffer | string | Promise<Buffer>, string | RegExp]>([
    ['a PDF with a password', 'a.pdf', make.encryptedPdf, 'The PDF is protected by a password.'],
    [
      'half a PDF',
      'a.pdf',
      async () => make.truncated(await make.pdf(['Hi'])),
      'The file is damaged: its end is missing.',
    ],
    [
      'a PDF whose pages hold themselves',
      'a.pdf',
      () => make.loopingPdf('page-tree'),
      'page 1 cannot be read',
    ],
    ['a PDF whose changes go in circles', 'a.pdf', () => make.loopingPdf('trailer'), 'The PDF has no text'],
    ['a scan', 'a.pdf', make.scannedPdf, 'The PDF has no text: it seems to be a scan.'],
    [
      'half a Word document',
      'a.docx',
      async () => make.truncated(await make.docx(['Hi'])),
      'it cannot be unpacked',
    ],
    [
      'half a workbook',
      'a.xlsx',
      async () => make.truncated(make.xlsx({ A: [['Hi']] })),
      'it cannot be unpacked',
    ],
    [
      'half a presentation',
      'a.pptx',
      async () => make.truncated(await make.pptx([{ title: 'Hi' }])),
      'it cannot be unpacked',
    ],
    ['a zip bomb', 'a.docx', () => make.zipBomb(30), 'The file unpacks to more than 200 times its size.'],
    ['a zip bomb that lies', 'a.docx', () => make.lyingZipBomb(30), 'it cannot be unpacked'],
    ['an XML bomb', 'a.docx', make.xmlBomb, 'The file declares XML entities'],
    [
      '10,000 sheets',
      'a.xlsx',
      () => make.manySheets(10_000),
      'The workbook has 10000 sheets; at most 1000 are read.',
    ],
    ['nothing but spaces', 'a.md', () => ' \n\n ', 'The file holds no text.'],
    ['too much text', 'a.txt', () => 'word '.repeat(2_100_000), 'more than 10 million characters'],
  ])('ends in a sentence: %s', async (_, name, content, sentence) => {
    const reading = read(name, await content());
    await expect(reading).rejects.toThrow(UnreadableFileError);
    await expect(reading).rejects.toThrow(sentence);
    expect((await read('next.md', 'The next file.')).text).toBe('The next file.');
  });

  it.each<[string, () => Buffer | string, Partial<ParseLimits>, string]>([
    [
      'time',
      () => make.loopingPdf('drawing'),
      // By the clock it is given up before this test is.
      { cpuSeconds: 2, wallSeconds: scaled(30) },
      'Reading the file takes more than 2 seconds of computing.',
    ],
    ['memory of buffers', () => make.pdfBomb(300), { memoryMb: 64 }, 'takes more than 64 MB of memory'],
    [
      'memory of objects',
      () => `[${'[],'.repeat(3e6)}[]]`,
      { memoryMb: 64 },
      'takes more than 64 MB of memory',
    ],
  ])('ends in a sentence when it takes too much %s', async (_, content, limits, sentence) => {
    const reading = read(limits.cpuSeconds ? 'a.pdf' : 'a.json', content(), limits);
    await expect(reading).rejects.toThrow(UnreadableFileError);
    await expect(reading).rejects.toThrow(sentence);
  });

  it('is aborted, and retried later, when only the wall-clock limit is exceeded', async () => {
    // Opening a pipe that nobody writes to takes no computing.
    const pipe = join(directory, 'pipe.txt');
    execFileSync('mkfifo', [pipe]);
    const type = { mediaType: 'text/plain', name: 'pipe', isPicture: false };
    const limits = { memoryMb: 64, cpuSeconds: 40, wallSeconds: 1 };
    const reading = parseFile(pipe, type, limits, new AbortController().signal);
    await expect(reading).rejects.toThrow(ParserTimeoutError);
  });

  it('is given up when the caller does, and leaves no process behind', async () => {
    const processes = () => process.getActiveResourcesInfo().filter((name) => name === 'ProcessWrap').length;
    const stop = new AbortController();
    const reading = read('a.pdf', make.loopingPdf('drawing'), {}, stop.signal);
    await eventually(async () => expect(processes()).toBe(1));
    stop.abort(new Error('enough'));
    await expect(reading).rejects.toThrow('enough');
    await eventually(async () => expect(processes()).toBe(0));
    await expect(read('b.md', 'B', {}, AbortSignal.abort(new Error('before')))).rejects.toThrow('before');
  });

  it('ends with its process when its parent has died', async () => {
    const file = await save('loop.pdf', make.loopingPdf('drawing'));
    const script = fileURLToPath(new URL('../../dist/src/ingestion/parsers/parse-child.js', import.meta.url));
    const task = { file, mediaType: 'application/pdf', name: '', cpuSeconds: 60, wallSeconds: 1, ocr: null };
    const child = fork(script, [JSON.stringify(task)], {
      execArgv: [],
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    expect(await once(child, 'exit')).toEqual([null, 'SIGKILL']);
  });
});
