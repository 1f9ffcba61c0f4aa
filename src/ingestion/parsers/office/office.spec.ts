import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import JSZip from 'jszip';
import { detectType } from '../../file-types.js';
import { fileKindOf } from '../file-kinds.js';
import type { ParsedDocument } from '../parsed-document.js';

const W =
  'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"';
const P =
  'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main" ' +
  'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" ' +
  'xmlns:dgm="http://schemas.openxmlformats.org/drawingml/2006/diagram" xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart"';
const RELATIONS = 'xmlns="http://schemas.openxmlformats.org/package/2006/relationships"';
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';

let directory: string;
beforeAll(async () => void (directory = await mkdtemp(join(tmpdir(), 'parley-office-'))));
afterAll(() => rm(directory, { recursive: true }));

async function read(name: string, content: Buffer | string): Promise<ParsedDocument> {
  const file = join(directory, name);
  await writeFile(file, content);
  const type = await detectType(file, name);
  const parser = await fileKindOf(type!.mediaType)!.parser();
  return parser.parse(file, type!.name, null);
}

function zipOf(parts: Record<string, string>): Promise<Buffer> {
  const zip = new JSZip();
  for (const [name, content] of Object.entries(parts)) zip.file(name, content);
  return zip.generateAsync({ type: 'nodebuffer' });
}

const relations = (list: readonly (readonly [string, string, string])[]) =>
  `<Relationships ${RELATIONS}>${list.map(([id, type, target]) => `<Relationship Id="${id}" Type="${OFFICE}/${type}" Target="${target}"/>`).join('')}</Relationships>`;

/** The blocks as `kind: words`. */
const shown = ({ text, blocks }: ParsedDocument) =>
  blocks.map(({ kind, start, end }) => `${kind}: ${text.slice(start, end)}`);

describe('a Word document', () => {
  const LEVELS = ['%1.', '%1.%2', '(%3)'].map(
    (text, i) =>
      `<w:lvl w:ilvl="${i}"><w:start w:val="1"/><w:numFmt w:val="${i === 2 ? 'lowerLetter' : 'decimal'}"/><w:lvlText w:val="${text}"/></w:lvl>`,
  );
  const word = (body: string) =>
    zipOf({
      '[Content_Types].xml':
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>' +
        '<Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>',
      '_rels/.rels': relations([['r1', 'officeDocument', 'word/document.xml']]),
      'word/_rels/document.xml.rels': relations([
        ['r1', 'styles', 'styles.xml'],
        ['r2', 'numbering', 'numbering.xml'],
      ]),
      'word/styles.xml': `<w:styles ${W}><w:style w:type="paragraph" w:styleId="H1"><w:name w:val="heading 1"/><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style></w:styles>`,
      'word/numbering.xml': `<w:numbering ${W}><w:abstractNum w:abstractNumId="0">${LEVELS.join('')}</w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num></w:numbering>`,
      'word/document.xml': `<w:document ${W}><w:body>${body}</w:body></w:document>`,
    });
  const paragraph = (text: string, properties = '') =>
    `<w:p><w:pPr>${properties}</w:pPr><w:r><w:t>${text}</w:t></w:r></w:p>`;
  const clause = (text: string, level: number) =>
    paragraph(text, `<w:numPr><w:ilvl w:val="${level}"/><w:numId w:val="1"/></w:numPr>`);
  const heading = (text: string) => paragraph(text, '<w:pStyle w:val="H1"/>');

  it('shows the numbers of its headings and clauses', async () => {
    const body = [
      heading('Scope'),
      clause('All staff.', 1),
      heading('Terms'),
      clause('Notice: 30 days', 1),
      clause('Fees', 1),
      clause('in euros', 2),
      clause('in francs', 2),
      heading('End'),
    ];
    expect(shown(await read('a.docx', await word(body.join(''))))).toEqual([
      'heading: 1. Scope',
      'paragraph: 1.1 All staff.',
      'heading: 2. Terms',
      'paragraph: 2.1 Notice: 30 days',
      'paragraph: 2.2 Fees',
      'paragraph: (a) in euros',
      'paragraph: (b) in francs',
      'heading: 3. End',
    ]);
  });

  it('writes equations in a line', async () => {
    const run = (text: string) => `<m:r><m:t>${text}</m:t></m:r>`;
    const body =
      `<w:p><w:r><w:t xml:space="preserve">Energy is </w:t></w:r><m:oMath>${run('E=m')}<m:sSup><m:e>${run('c')}</m:e><m:sup>${run('2')}</m:sup></m:sSup></m:oMath></w:p>` +
      `<w:p><m:oMathPara><m:oMath><m:f><m:num>${run('a+b')}</m:num><m:den>${run('2')}</m:den></m:f></m:oMath></m:oMathPara></w:p>`;
    expect((await read('a.docx', await word(body))).text).toBe('Energy is E=mc^2\n\n(a+b)/2');
  });

  it('keeps cells below their heading, whatever they span or leave out', async () => {
    const cell = (text: string, properties = '') =>
      `<w:tc><w:tcPr>${properties}</w:tcPr>${paragraph(text)}</w:tc>`;
    const row = (cells: string, properties = '') => `<w:tr><w:trPr>${properties}</w:trPr>${cells}</w:tr>`;
    const table =
      row(cell('Region') + cell('City') + cell('2024', '<w:gridSpan w:val="2"/>') + cell('2025')) +
      row(cell('North', '<w:vMerge w:val="restart"/>') + cell('Oslo') + cell('1') + cell('2') + cell('3')) +
      row(cell('', '<w:vMerge/>') + cell('Bergen') + cell('4') + cell('5') + cell('6')) +
      row(cell('Rome') + cell('7') + cell('8') + cell('9'), '<w:gridBefore w:val="1"/>');
    const document = await read('a.docx', await word(`<w:tbl>${table}</w:tbl>`));
    expect(document.text.split('\n')).toEqual([
      '| Region | City | 2024 | 2024 | 2025 |',
      '| --- | --- | --- | --- | --- |',
      '| North | Oslo | 1 | 2 | 3 |',
      '| North | Bergen | 4 | 5 | 6 |',
      '|  | Rome | 7 | 8 | 9 |',
    ]);
    expect(document.tables).toMatchObject([
      {
        columns: ['Region', 'City', '2024', '2024 (2)', '2025'],
        rows: [
          ['North', 'Oslo', 1, 2, 3],
          ['North', 'Bergen', 4, 5, 6],
          [null, 'Rome', 7, 8, 9],
        ],
      },
    ]);
  });

  it('is read with its changes accepted and without its comments', async () => {
    const body =
      '<w:p><w:r><w:t xml:space="preserve">The fee is </w:t></w:r><w:del><w:r><w:delText>500 EUR</w:delText></w:r></w:del>' +
      '<w:ins><w:r><w:t>700 EUR</w:t></w:r></w:ins><w:smartTag><w:r><w:t xml:space="preserve"> in Ulm</w:t></w:r></w:smartTag></w:p>';
    expect((await read('a.docx', await word(body))).text).toBe('The fee is 700 EUR in Ulm');
  });
});

describe('a presentation', () => {
  const text = (words: string) =>
    `<p:sp><p:txBody><a:p><a:r><a:t>${words}</a:t></a:r></a:p></p:txBody></p:sp>`;
  const slide = (content: string, attributes = '') =>
    `<p:sld ${P}${attributes}><p:cSld><p:spTree>${content}</p:spTree></p:cSld></p:sld>`;

  it('gives the words of diagrams and charts, nothing twice, and names hidden slides', async () => {
    const slides = [
      slide(
        '<p:graphicFrame><a:graphic><a:graphicData><dgm:relIds r:dm="rD"/></a:graphicData></a:graphic></p:graphicFrame>',
      ),
      slide(
        '<p:graphicFrame><a:graphic><a:graphicData><c:chart r:id="rC"/></a:graphicData></a:graphic></p:graphicFrame>',
      ),
      slide(text('old'), ' show="0"'),
      slide(
        `<mc:AlternateContent><mc:Choice>${text('once')}</mc:Choice><mc:Fallback>${text('once')}</mc:Fallback></mc:AlternateContent><p:grpSp>${text('grouped')}</p:grpSp>`,
      ),
    ];
    const point = (value: string, i: number) => `<c:pt idx="${i}"><c:v>${value}</c:v></c:pt>`;
    const parts: Record<string, string> = {
      '[Content_Types].xml':
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override PartName="/ppt/presentation.xml" ContentType="application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml"/></Types>',
      '_rels/.rels': relations([['r1', 'officeDocument', 'ppt/presentation.xml']]),
      'ppt/presentation.xml': `<p:presentation ${P}><p:sldIdLst>${slides.map((_, i) => `<p:sldId r:id="r${i}"/>`).join('')}</p:sldIdLst></p:presentation>`,
      'ppt/_rels/presentation.xml.rels': relations(
        slides.map((_, i) => [`r${i}`, 'slide', `slides/slide${i}.xml`]),
      ),
      'ppt/slides/_rels/slide0.xml.rels': relations([['rD', 'diagramData', '../diagrams/data1.xml']]),
      'ppt/slides/_rels/slide1.xml.rels': relations([['rC', 'chart', '../charts/chart1.xml']]),
      'ppt/diagrams/data1.xml': `<dgm:dataModel ${P}><dgm:ptLst><dgm:pt><dgm:t><a:p><a:r><a:t>Gate 3: legal review</a:t></a:r></a:p></dgm:t></dgm:pt><dgm:pt type="sibTrans"><dgm:t><a:p/></dgm:t></dgm:pt></dgm:ptLst></dgm:dataModel>`,
      'ppt/charts/chart1.xml':
        `<c:chartSpace ${P}><c:chart><c:title><c:tx><c:rich><a:p><a:r><a:t>Churn 2024</a:t></a:r></a:p></c:rich></c:tx></c:title><c:plotArea><c:barChart><c:ser>` +
        `<c:tx><c:strRef><c:strCache>${point('Rate', 0)}</c:strCache></c:strRef></c:tx><c:cat><c:strRef><c:strCache>${['Q1', 'Q2'].map(point).join('')}</c:strCache></c:strRef></c:cat>` +
        `<c:val><c:numRef><c:numCache>${['4.1', '3.8'].map(point).join('')}</c:numCache></c:numRef></c:val></c:ser></c:barChart></c:plotArea></c:chart></c:chartSpace>`,
    };
    slides.forEach((content, i) => (parts[`ppt/slides/slide${i}.xml`] = content));
    const document = await read('a.pptx', await zipOf(parts));
    expect(shown(document)).toEqual([
      'paragraph: Gate 3: legal review',
      'table: Churn 2024\n| Q1 | Q2\nRate | 4.1 | 3.8',
      'paragraph: once',
      'paragraph: grouped',
    ]);
    expect(document.blocks.map(({ page }) => page)).toEqual([1, 2, 4, 4]);
    expect(document.warnings).toEqual(['Slide 3 is hidden and was left out.']);
  });
});

describe('other files of text', () => {
  it('mail is decoded, its attachments named', async () => {
    const mail = [
      'From: =?utf-8?Q?J=C3=B6rg?= <j@example.com>',
      'To: ann@example.com',
      'Subject: =?utf-8?Q?Gr=C3=BC=C3=9Fe?=',
      'Date: Mon, 02 Mar 2026 10:00:00 +0000',
      'MIME-Version: 1.0',
      'Content-Type: multipart/mixed; boundary="b"',
      '',
      '--b',
      'Content-Type: text/plain; charset=utf-8',
      'Content-Transfer-Encoding: quoted-printable',
      '',
      'Der Preis betr=C3=A4gt 5 =E2=82=AC=',
      ' netto.',
      '--b',
      'Content-Type: application/pdf; name="offer.pdf"',
      'Content-Disposition: attachment; filename="offer.pdf"',
      'Content-Transfer-Encoding: base64',
      '',
      ...Array.from({ length: 500 }, () => 'QUJD'.repeat(19)),
      '--b--',
      '',
    ].join('\r\n');
    const document = await read('m.eml', mail);
    expect(shown(document)).toEqual([
      'heading: Grüße',
      expect.stringMatching(/^paragraph: From: Jörg <j@example.com>\nTo: ann@example.com\nDate: /),
      'paragraph: Der Preis beträgt 5 € netto.',
      'paragraph: Attachments: offer.pdf',
    ]);
    expect(document.warnings).toEqual(['Attachments of the mail "Grüße" were not read: offer.pdf.']);
    const box = ['One', 'Two'].map(
      (subject) =>
        `From a@example.com Mon Mar  2 10:00:00 2026\nSubject: ${subject}\nContent-Type: text/html\n\n<p>Body <b>${subject}</b>\nFrom here on.</p>\n\n`,
    );
    expect(shown(await read('m.mbox', box.join('')))).toEqual([
      'heading: One',
      'paragraph: Body One From here on.',
      'heading: Two',
      'paragraph: Body Two From here on.',
    ]);
  });

  it('a notebook is read cell by cell, without its pictures', async () => {
    const cells = [
      { cell_type: 'markdown', source: ['# Title\n', 'The rate is **4.2**.'] },
      {
        cell_type: 'code',
        source: 'print(6 * 7)',
        outputs: [
          { output_type: 'stream', text: ['42\n'] },
          { data: { 'image/png': 'iVBOR'.repeat(10_000), 'text/plain': '<Figure>' } },
        ],
      },
    ];
    const document = await read('b.ipynb', JSON.stringify({ cells, nbformat: 4 }));
    expect(shown(document)).toEqual([
      'heading: Title',
      'paragraph: The rate is **4.2**.',
      'code: print(6 * 7)',
      'code: 42',
      'code: <Figure>',
    ]);
    expect(document.warnings).toEqual(['One picture was left out.']);
  });

  it('JSON keeps the digits of its numbers', async () => {
    expect((await read('o.json', '[{"order_id":9007199254740993,"city":"Oslo","v":1.10}]')).text).toContain(
      'order_id: 9007199254740993; city: Oslo; v: 1.10',
    );
    expect(
      (await read('o.jsonl', '{"order_id":9007199254740993}\n{"order_id":2}\n')).tables[0]!.rows,
    ).toEqual([['9007199254740993'], [2]]);
    expect((await read('p.json', '{"a":{"id":12345678901234567890,"x":1e400,"y":[1.50]}}')).text).toBe(
      'a.id: 12345678901234567890\na.x: 1e400\na.y[0]: 1.50',
    );
  });

  it('rich text is read without its tables of fonts', async () => {
    const rtf =
      "{\\rtf1\\ansi\\ansicpg1252\\deff0{\\fonttbl{\\f0 Arial;}}{\\*\\generator X;}\\f0 Gr\\'fc\\'dfe, \\u8364?5 \\{net\\}\\par\nSecond {\\b bold} line.\\par}";
    expect((await read('r.rtf', rtf)).text).toBe('Grüße, €5 {net}\n\nSecond bold line.');
  });

  it('a book is read chapter by chapter, and a text of LibreOffice by its headings and tables', async () => {
    const zip = new JSZip();
    zip.file('mimetype', 'application/epub+zip', { compression: 'STORE' });
    zip.file(
      'META-INF/container.xml',
      '<container><rootfiles><rootfile full-path="OEBPS/book.opf"/></rootfiles></container>',
    );
    zip.file(
      'OEBPS/book.opf',
      '<package xmlns:dc="http://purl.org/dc/elements/1.1/"><metadata><dc:title>Bees</dc:title></metadata><manifest><item id="b" href="two.xhtml"/><item id="a" href="one.xhtml"/></manifest><spine><itemref idref="a"/><itemref idref="b"/></spine></package>',
    );
    zip.file(
      'OEBPS/one.xhtml',
      '<?xml version="1.0"?><!DOCTYPE html><html><body><h1>Hives</h1><p>Made of wood.</p></body></html>',
    );
    zip.file('OEBPS/two.xhtml', '<html><body><h1>Honey</h1><p>Taken in July.</p></body></html>');
    const book = await read('b.epub', await zip.generateAsync({ type: 'nodebuffer' }));
    expect(book.title).toBe('Bees');
    expect(shown(book)).toEqual([
      'heading: Hives',
      'paragraph: Made of wood.',
      'heading: Honey',
      'paragraph: Taken in July.',
    ]);
    const text = new JSZip();
    text.file('mimetype', 'application/vnd.oasis.opendocument.text', { compression: 'STORE' });
    text.file(
      'content.xml',
      '<office:document-content><office:body><office:text><text:tracked-changes><text:p>gone</text:p></text:tracked-changes><text:h text:outline-level="2">Rates</text:h><text:p>It<text:s text:c="2"/>costs<office:annotation><text:p>why?</text:p></office:annotation> 5.</text:p>' +
        '<table:table><table:table-row><table:table-cell><text:p>A</text:p></table:table-cell><table:table-cell><text:p>B</text:p></table:table-cell></table:table-row><table:table-row><table:table-cell table:number-columns-repeated="2"><text:p>1</text:p></table:table-cell></table:table-row></table:table></office:text></office:body></office:document-content>',
    );
    expect(shown(await read('t.odt', await text.generateAsync({ type: 'nodebuffer' })))).toEqual([
      'heading: Rates',
      'paragraph: It costs 5.',
      'table: | A | B |\n| --- | --- |\n| 1 | 1 |',
    ]);
  });
});
