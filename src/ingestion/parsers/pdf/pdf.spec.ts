import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PDFDocument, StandardFonts } from 'pdf-lib';
import { detectType } from '../../file-types.js';
import { parse } from './pdf.js';
import { UnreadableFileError } from '../parsed-document.js';

const stream = (words: string, entries = '') =>
  `<< ${entries} /Length ${words.length} >>\nstream\n${words}\nendstream`;
const HELVETICA = '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>';
const DESCRIPTOR =
  '<< /Type /FontDescriptor /FontName /Foo /Flags 4 /ItalicAngle 0 /Ascent 800 /Descent -200 /CapHeight 700 /StemV 80 ' +
  '/FontBBox [0 0 1000 1000] >>';

/** A PDF of these objects, numbered from 1: the catalogue first. */
function rawPdf(objects: readonly string[]): Buffer {
  let body = '%PDF-1.4\n';
  const rows = objects.map((object, i) => {
    const row = `${String(body.length).padStart(10, '0')} 00000 n \n`;
    body += `${i + 1} 0 obj\n${object}\nendobj\n`;
    return row;
  });
  const size = objects.length + 1;
  const trailer = `trailer\n<< /Size ${size} /Root 1 0 R >>\nstartxref\n${body.length}\n%%EOF\n`;
  return Buffer.from(`${body}xref\n0 ${size}\n0000000000 65535 f \n${rows.join('')}${trailer}`, 'latin1');
}

/** A page of lines in two fonts: F is Helvetica, G is object 6. */
const onePage = (content: string, font: string, ...more: string[]) =>
  rawPdf([
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 600] /Contents 4 0 R /Resources << /Font << /F 5 0 R /G 6 0 R >> >> >>',
    stream(content),
    HELVETICA,
    font,
    ...more,
  ]);

const cjk = (encoding: string, ordering: string, hex: string) =>
  onePage(
    `BT /F 12 Tf 20 500 Td (Page one) Tj 0 -20 Td /G 12 Tf <${hex}> Tj ET`,
    `<< /Type /Font /Subtype /Type0 /BaseFont /Foo /Encoding /${encoding} /DescendantFonts [7 0 R] >>`,
    `<< /Type /Font /Subtype /CIDFontType0 /BaseFont /Foo /CIDSystemInfo << /Registry (Adobe) /Ordering (${ordering}) /Supplement 2 >> /FontDescriptor 8 0 R >>`,
    DESCRIPTOR,
  );

/** Pages of text; an empty one is a picture. */
async function pages(...texts: readonly string[]): Promise<Buffer> {
  const document = await PDFDocument.create();
  const font = await document.embedFont(StandardFonts.Helvetica);
  for (const text of texts) {
    const page = document.addPage([300, 300]);
    if (text) page.drawText(text, { x: 20, y: 200, size: 12, font });
    else page.drawRectangle({ x: 0, y: 0, width: 300, height: 300 });
  }
  return Buffer.from(await document.save());
}

describe('a PDF', () => {
  let directory: string;
  beforeAll(async () => void (directory = await mkdtemp(join(tmpdir(), 'parley-pdf-'))));
  afterAll(() => rm(directory, { recursive: true }));

  async function read(content: Buffer) {
    const file = join(directory, 'file.pdf');
    await writeFile(file, content);
    expect(await detectType(file, 'file.bin')).toMatchObject({ mediaType: 'application/pdf' });
    return parse(file);
  }

  it.each<[string, (pdf: Buffer) => Buffer]>([
    ['a line before it', (pdf) => Buffer.concat([Buffer.from('\n'), pdf])],
    ['junk before it', (pdf) => Buffer.concat([Buffer.from('X-Mail: 0123456789\r\n'), pdf])],
    ['zeros after it', (pdf) => Buffer.concat([pdf, Buffer.alloc(8_192)])],
    ['blanks after it', (pdf) => Buffer.concat([pdf, Buffer.alloc(6_000, ' \r\n')])],
    ['other bytes after it', (pdf) => Buffer.concat([pdf, Buffer.alloc(9_000, 0xff)])],
    [
      'a page of a server after it',
      (pdf) => Buffer.concat([pdf, Buffer.from('<p>tracked</p>\n'.repeat(600))]),
    ],
    ['no mark at its end', (pdf) => pdf.subarray(0, pdf.lastIndexOf('%%EOF'))],
  ])('is read with %s', async (_, around) => {
    const { text, warnings } = await read(around(await pages('Invoice 77, total 12 EUR')));
    expect(text).toBe('Invoice 77, total 12 EUR');
    expect(warnings).toEqual([]);
  });

  it('is read without the place of its list of objects', async () => {
    const pdf = onePage('BT /F 12 Tf 20 500 Td (Receipt 318) Tj ET', HELVETICA);
    expect((await read(pdf.subarray(0, pdf.lastIndexOf('startxref')))).text).toBe('Receipt 318');
  });

  it('is refused without its end', async () => {
    const pdf = await pages('Invoice 77', 'total 12 EUR');
    await expect(read(pdf.subarray(0, pdf.length / 2))).rejects.toThrow('its end is missing');
  });

  it('names the pages that are pictures', async () => {
    const document = await read(await pages('First.', '', '', '', 'Fifth.', ''));
    expect(document.text).toBe('First.\n\nFifth.');
    expect(document.blocks.map(({ page }) => page)).toEqual([1, 5]);
    expect(document.warnings).toEqual([
      'Pages 2 to 4 and 6 could not be read: there is no text on them, only pictures or nothing.',
    ]);
  });

  it('gives the fields of a form', async () => {
    const document = await PDFDocument.load(await pages('Claim form'));
    const form = document.getForm();
    const page = document.getPage(0);
    const surname = form.createTextField('person.surname');
    surname.setText('Lindqvist');
    surname.addToPage(page, { x: 20, y: 100 });
    form.createTextField('empty').addToPage(page, { x: 20, y: 150 });
    const urgent = form.createCheckBox('urgent');
    urgent.addToPage(page, { x: 20, y: 60 });
    urgent.check();
    form.createCheckBox('abroad').addToPage(page, { x: 60, y: 60 });
    const colour = form.createDropdown('colour');
    colour.addOptions(['red', 'blue']);
    colour.select('blue');
    colour.addToPage(page, { x: 20, y: 20 });
    const { text } = await read(Buffer.from(await document.save()));
    expect(text).toBe('Claim form\n\nperson surname: Lindqvist\nurgent: yes\nabroad: no\ncolour: blue');
  });

  it('names the radio button that is chosen as the form does', async () => {
    const document = await PDFDocument.load(await pages('Order form'));
    const group = document.getForm().createRadioGroup('boat');
    for (const [i, name] of ['Single scull', 'Double scull', 'Eight'].entries())
      group.addOptionToPage(name, document.getPage(0), { x: 20 + i * 40, y: 60 });
    group.select('Double scull');
    for (const useObjectStreams of [true, false]) {
      const { text } = await read(Buffer.from(await document.save({ useObjectStreams })));
      expect(text).toBe('Order form\n\nboat: Double scull');
    }
  });

  it('says that text of an unknown encoding is lost', async () => {
    const { text, warnings } = await read(cjk('XYZ-Foo-H', 'Japan1', '67714EAC'));
    expect(text).toBe('Page one');
    expect(warnings).toEqual(['Some text could not be read: there is no map for its encoding XYZ-Foo-H.']);
  });

  it.each<[string, string, string, string]>([
    ['UniJIS-UCS2-H', 'Japan1', '67714EAC672C793E', '東京本社'],
    ['GBK-EUC-H', 'GB1', 'C4E3BAC3', '你好'],
    ['ETen-B5-H', 'CNS1', 'A741A66E', '你好'],
    ['KSCms-UHC-H', 'Korea1', 'C7D1B1DB', '한글'],
  ])('with the letters of %s', async (encoding, ordering, hex, words) => {
    expect((await read(cjk(encoding, ordering, hex))).text).toContain(words);
  });

  it('whose fonts do not say their letters is refused, or its page named', async () => {
    const codes = Array.from({ length: 60 }, (_, i) => `/G${(33 + i).toString(16)}`).join(' ');
    const font =
      `<< /Type /Font /Subtype /Type1 /BaseFont /Foo /FirstChar 33 /LastChar 92 /Widths [${'500 '.repeat(60)}] ` +
      `/Encoding << /Type /Encoding /Differences [33 ${codes}] >> /FontDescriptor 7 0 R >>`;
    const noise = `BT /G 12 Tf 20 500 Td (!"#$%&'+,-./01 !#"%$ &'-+ ./,0 "!$#&% '+-, #$!"%&' +,-./ !"$%) Tj ET`;
    const reading = read(onePage(noise, font, DESCRIPTOR));
    await expect(reading).rejects.toThrow(UnreadableFileError);
    await expect(reading).rejects.toThrow('its fonts do not say which letters they show');
    const shifted = [...'The invoice covers the months of January and is due within thirty days of its date.']
      .map((char) => String.fromCharCode(char.charCodeAt(0) + 3))
      .join('');
    await expect(read(await pages(shifted))).rejects.toThrow('do not say which letters');
    expect((await read(await pages('Readable.', shifted))).warnings).toEqual([
      'Page 2 could not be read: the fonts do not say which letters they show.',
    ]);
  });

  it('has letters of East Asia though their font has no description', async () => {
    const font =
      '<< /Type /Font /Subtype /Type0 /BaseFont /Foo /Encoding /ETen-B5-H /DescendantFonts [7 0 R] >>';
    const descendant =
      '<< /Type /Font /Subtype /CIDFontType0 /BaseFont /Foo /CIDSystemInfo << /Registry (Adobe) /Ordering (CNS1) /Supplement 0 >> >>';
    const content = 'BT /F 12 Tf 20 500 Td (Page one) Tj 0 -20 Td /G 12 Tf <A658ACF9B4C1ADAD> Tj ET';
    expect((await read(onePage(content, font, descendant))).text).toBe('Page one 合約期限');
    const within = font.replace('7 0 R', descendant);
    expect((await read(onePage(content, within))).text).toBe('Page one 合約期限');
  });

  it('leaves out what a font without a mapping gives among text, and says so', async () => {
    const font =
      '<< /Type /Font /Subtype /Type0 /BaseFont /AAAAAA+Foo /Encoding /Identity-H /DescendantFonts [7 0 R] >>';
    const descendant =
      '<< /Type /Font /Subtype /CIDFontType2 /BaseFont /AAAAAA+Foo /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> /FontDescriptor 8 0 R >>';
    const content =
      'BT /F 12 Tf 20 500 Td (The fee is 8 EUR a month.) Tj 0 -20 Td /G 12 Tf <00040005000600070008> Tj ET';
    const { text, warnings } = await read(onePage(content, font, descendant, DESCRIPTOR));
    expect(text).toBe('The fee is 8 EUR a month.');
    expect(warnings).toEqual([
      'Page 1 could not be read whole: some fonts do not say which letters they show.',
    ]);
  });

  it('names the files that are attached to it', async () => {
    const document = await PDFDocument.load(await pages('See the list.'));
    await document.attach(Buffer.from('a,b'), 'costs.csv');
    expect((await read(Buffer.from(await document.save()))).warnings).toEqual([
      'Attached files were not read: costs.csv.',
    ]);
  });
});
