import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { deflateSync } from 'node:zlib';
import JSZip from 'jszip';
import { degrees, PDFDocument, StandardFonts } from 'pdf-lib';
import { utils, write, type BookType } from '@e965/xlsx';

/*
 * Real files for tests, made anew each time: each function returns the bytes. The bad ones are at the end.
 */

export type TestCell = string | number | boolean | Date | null;

const LINE_CHARS = 90;

/** One page a string; lines break where the string does and at 90 characters. Latin letters only. */
export async function pdf(pages: readonly string[], title?: string): Promise<Buffer> {
  const document = await PDFDocument.create();
  const font = await document.embedFont(StandardFonts.Helvetica);
  if (title) document.setTitle(title);
  for (const text of pages) {
    const page = document.addPage([595, 842]);
    const lines = text.split('\n').flatMap((line) => wrap(line));
    lines.forEach((line, i) => page.drawText(line, { x: 50, y: 790 - i * 14, size: 11, font }));
  }
  return Buffer.from(await document.save());
}

/** A document of headings and paragraphs: `# Heading` is one of level 1, `- item` a list item, other strings paragraphs. */
export async function docx(parts: readonly string[]): Promise<Buffer> {
  const body = parts.map((part) => {
    const [, hashes, heading] = /^(#{1,6}) (.*)$/.exec(part) ?? [];
    if (hashes) return wordParagraph(heading!, `<w:pStyle w:val="Heading${hashes.length}"/>`);
    if (part.startsWith('- ')) {
      return wordParagraph(part.slice(2), '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>');
    }
    return wordParagraph(part);
  });
  return wordFile(`<w:body>${body.join('')}</w:body>`);
}

/** A document of one table. */
export async function docxTable(rows: readonly (readonly string[])[]): Promise<Buffer> {
  const cells = (row: readonly string[]) => row.map((cell) => `<w:tc>${wordParagraph(cell)}</w:tc>`).join('');
  const table = rows.map((row) => `<w:tr>${cells(row)}</w:tr>`).join('');
  return wordFile(`<w:body><w:tbl>${table}</w:tbl></w:body>`);
}

export interface TestSlide {
  title: string;
  lines?: readonly string[];
  notes?: string;
}

/** Slides in the order given; their files are numbered backwards, since the order is not in the names. */
export async function pptx(slides: readonly TestSlide[]): Promise<Buffer> {
  const zip = new JSZip();
  const numbered = slides.map((slide, i) => ({ ...slide, id: i + 1, file: slides.length - i }));
  zip.file('[Content_Types].xml', contentTypes('presentationml.presentation.main', '/ppt/presentation.xml'));
  zip.file('_rels/.rels', relations([['rId1', 'officeDocument', 'ppt/presentation.xml']]));
  const ids = numbered.map(({ id }) => `<p:sldId id="${255 + id}" r:id="rId${id}"/>`).join('');
  zip.file('ppt/presentation.xml', xml('p:presentation', `<p:sldIdLst>${ids}</p:sldIdLst>`));
  zip.file(
    'ppt/_rels/presentation.xml.rels',
    relations(numbered.map(({ id, file }) => [`rId${id}`, 'slide', `slides/slide${file}.xml`])),
  );
  for (const { title, lines = [], notes, file } of numbered) {
    const shapes = [shape('title', [title]), ...(lines.length ? [shape('body', lines)] : [])];
    zip.file(
      `ppt/slides/slide${file}.xml`,
      xml('p:sld', `<p:cSld><p:spTree>${shapes.join('')}</p:spTree></p:cSld>`),
    );
    if (!notes) continue;
    zip.file(
      `ppt/slides/_rels/slide${file}.xml.rels`,
      relations([['rId1', 'notesSlide', `../notesSlides/notesSlide${file}.xml`]]),
    );
    const page = shape('body', [notes]) + shape('sldNum', [String(file)]);
    zip.file(
      `ppt/notesSlides/notesSlide${file}.xml`,
      xml('p:notes', `<p:cSld><p:spTree>${page}</p:spTree></p:cSld>`),
    );
  }
  return zip.generateAsync({ type: 'nodebuffer', compression: 'DEFLATE' });
}

/** Sheets by name, the first row of each its header. `bookType` xlsx unless another one is wanted. */
export function xlsx(
  sheets: Record<string, readonly (readonly TestCell[])[]>,
  bookType: BookType = 'xlsx',
): Buffer {
  const book = utils.book_new();
  for (const [name, rows] of Object.entries(sheets)) {
    utils.book_append_sheet(
      book,
      utils.aoa_to_sheet(
        rows.map((row) => [...row]),
        { cellDates: true },
      ),
      name,
    );
  }
  return write(book, { type: 'buffer', bookType, compression: true, cellDates: true }) as Buffer;
}

export function csv(rows: readonly (readonly TestCell[])[], delimiter = ','): Buffer {
  const quoted = (cell: TestCell) => {
    const text = cell instanceof Date ? cell.toISOString() : String(cell ?? '');
    return /["\r\n]/.test(text) || text.includes(delimiter) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  return Buffer.from(rows.map((row) => `${row.map(quoted).join(delimiter)}\n`).join(''));
}

/** Paragraphs and headings, as they would be written by hand. */
export const markdown = (...parts: readonly string[]) => Buffer.from(`${parts.join('\n\n')}\n`);

export const html = (body: string, title = 'A page') =>
  Buffer.from(`<!doctype html><html><head><title>${title}</title></head><body>${body}</body></html>`);

/** A PNG that shows two lines of text, `SCANNED`. */
export const scan = () => readFileSync(new URL('./scan.png', import.meta.url));
export const SCANNED = [
  'The west gate opens at half past six.',
  'Pallets above 940 kilograms are moved by the crane.',
] as const;

/** Pages in this order: typed ones by their text, scanned ones upright (0) or turned (90), and empty ones (null). */
export async function pdfWithScans(pages: readonly (string | 0 | 90 | null)[]): Promise<Buffer> {
  const document = await PDFDocument.create();
  const font = await document.embedFont(StandardFonts.Helvetica);
  const picture = await document.embedPng(scan());
  const [width, height] = [570, 142];
  for (const content of pages) {
    const page = document.addPage([595, 595]);
    if (typeof content === 'string') page.drawText(content, { x: 50, y: 500, size: 12, font });
    else if (content === 0) page.drawImage(picture, { x: 10, y: 400, width, height });
    else if (content === 90) {
      page.setRotation(degrees(90));
      page.drawImage(picture, { x: 300, y: 10, width, height, rotate: degrees(90) });
    }
  }
  return Buffer.from(await document.save());
}

/** A PNG of one pixel. */
export const png = () =>
  Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
    'base64',
  );

/** The first half of a file. */
export const truncated = (whole: Buffer) => whole.subarray(0, whole.length >> 1);

/** A PDF that wants a password before it shows anything. */
export function encryptedPdf(): Buffer {
  const digest = (text: string) => createHash('sha256').update(text).digest('hex');
  return rawPdf(
    ['<< /Type /Catalog /Pages 2 0 R >>', '<< /Type /Pages /Kids [] /Count 0 >>'],
    `/Encrypt << /Filter /Standard /V 1 /R 2 /P -44 /O <${digest('owner')}> /U <${digest('user')}> >>` +
      ` /ID [<${digest('a').slice(0, 32)}> <${digest('b').slice(0, 32)}>]`,
  );
}

/**
 * A PDF that goes in circles: its page tree holds itself, its trailer is its own predecessor, or its one page is a
 * drawing of twenty drawings of twenty drawings, and so on: 20 to the power of 12 words in all.
 */
export function loopingPdf(kind: 'page-tree' | 'trailer' | 'drawing'): Buffer {
  const catalog = '<< /Type /Catalog /Pages 2 0 R >>';
  if (kind === 'page-tree') {
    return rawPdf([catalog, '<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 1000000 >>']);
  }
  const pages = '<< /Type /Pages /Kids [3 0 R] /Count 1 >>';
  const resources = (next: number) => `/Resources << /Font << /F 4 0 R >> /XObject << /X ${next} 0 R >> >>`;
  const page = `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 99 99] /Contents 5 0 R ${resources(6)} >>`;
  const font = '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>';
  const stream = (words: string, entries = '') =>
    `<< ${entries} /Length ${words.length} >>\nstream\n${words}\nendstream`;
  const drawings = Array.from({ length: 12 }, (_, i) =>
    stream(
      i < 11 ? '/X Do '.repeat(20) : 'BT /F 9 Tf (word) Tj ET',
      `/Type /XObject /Subtype /Form /BBox [0 0 9 9] ${resources(i + 7)}`,
    ),
  );
  const objects = [catalog, pages, page, font, stream('/X Do'), ...drawings];
  return kind === 'drawing' ? rawPdf(objects) : rawPdf(objects.slice(0, 5), '/Prev SELF');
}

/** A PDF of one page that shows nothing but a drawing, as a scan does. */
export const scannedPdf = () =>
  rawPdf([
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 100 100] /Contents 4 0 R >>',
    '<< /Length 15 >>\nstream\n0 0 50 50 re f \nendstream',
  ]);

/** A PDF whose one page unpacks to so many megabytes of nothing. */
export function pdfBomb(megabytes: number): Buffer {
  const packed = deflateSync(Buffer.alloc(megabytes * 2 ** 20)).toString('latin1');
  return rawPdf([
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 100 100] /Contents 4 0 R >>',
    `<< /Filter /FlateDecode /Length ${packed.length} >>\nstream\n${packed}\nendstream`,
  ]);
}

/** A word document whose archive unpacks to far more than it is: `megabytes` of spaces. */
export async function zipBomb(megabytes: number): Promise<Buffer> {
  const zip = await JSZip.loadAsync(await docx(['A bomb.']));
  zip.file('word/padding.xml', Buffer.alloc(megabytes * 2 ** 20, ' '));
  return zip.generateAsync({ type: 'nodebuffer', compression: 'DEFLATE', compressionOptions: { level: 9 } });
}

/** An archive that says of its largest entry that it is small. */
export async function lyingZipBomb(megabytes: number): Promise<Buffer> {
  const bomb = await zipBomb(megabytes);
  const said = Buffer.alloc(4);
  said.writeUInt32LE(megabytes * 2 ** 20);
  const lie = Buffer.alloc(4);
  lie.writeUInt32LE(1_000);
  for (let at = bomb.indexOf(said); at >= 0; at = bomb.indexOf(said, at + 4)) lie.copy(bomb, at);
  return bomb;
}

/** A word document whose one paragraph is an entity that stands for ten, each of which stands for ten, and so on. */
export function xmlBomb(): Promise<Buffer> {
  const names = [...'abcdefghij'];
  const entities = names.map((name, i) =>
    i === 0 ? `<!ENTITY ${name} "laugh">` : `<!ENTITY ${name} "${`&${names[i - 1]};`.repeat(10)}">`,
  );
  return wordFile(`<w:body>${wordParagraph('&j;')}</w:body>`, `<!DOCTYPE w:document [${entities.join('')}]>`);
}

/** A workbook of so many sheets of one cell. */
export async function manySheets(count: number): Promise<Buffer> {
  const zip = new JSZip();
  const numbers = Array.from({ length: count }, (_, i) => i + 1);
  zip.file('[Content_Types].xml', contentTypes('spreadsheetml.sheet.main', '/xl/workbook.xml'));
  zip.file('_rels/.rels', relations([['rId1', 'officeDocument', 'xl/workbook.xml']]));
  const sheets = numbers.map((n) => `<sheet name="Sheet ${n}" sheetId="${n}" r:id="rId${n}"/>`).join('');
  zip.file('xl/workbook.xml', xml('workbook', `<sheets>${sheets}</sheets>`));
  zip.file(
    'xl/_rels/workbook.xml.rels',
    relations(numbers.map((n) => [`rId${n}`, 'worksheet', `worksheets/sheet${n}.xml`])),
  );
  for (const n of numbers) {
    const row = `<row r="1"><c r="A1"><v>${n}</v></c></row>`;
    zip.file(`xl/worksheets/sheet${n}.xml`, xml('worksheet', `<sheetData>${row}</sheetData>`));
  }
  return zip.generateAsync({ type: 'nodebuffer' });
}

function wrap(line: string): string[] {
  const lines = [''];
  for (const word of line.split(' ')) {
    const last = lines.at(-1)!;
    if (last && last.length + word.length >= LINE_CHARS) lines.push(word);
    else lines[lines.length - 1] = last ? `${last} ${word}` : word;
  }
  return lines;
}

const OFFICE = 'http://schemas.openxmlformats.org';
const TYPES = 'application/vnd.openxmlformats-officedocument';
const HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>';

const escaped = (text: string) =>
  text
    .replaceAll(/&(?![a-z]+;)/g, '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');

const xml = (root: string, content: string, doctype = '') =>
  `${HEAD}${doctype}<${root} xmlns="${OFFICE}/spreadsheetml/2006/main" xmlns:a="${OFFICE}/drawingml/2006/main" xmlns:p="${OFFICE}/presentationml/2006/main"` +
  ` xmlns:w="${OFFICE}/wordprocessingml/2006/main" xmlns:r="${OFFICE}/officeDocument/2006/relationships">${content}</${root}>`;

const contentTypes = (main: string, part: string) =>
  `${HEAD}<Types xmlns="${OFFICE}/package/2006/content-types">` +
  '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>' +
  '<Default Extension="xml" ContentType="application/xml"/>' +
  `<Override PartName="${part}" ContentType="${TYPES}.${main}+xml"/></Types>`;

const relations = (list: readonly (readonly [id: string, type: string, target: string])[]) =>
  `${HEAD}<Relationships xmlns="${OFFICE}/package/2006/relationships">${list
    .map(
      ([id, type, target]) =>
        `<Relationship Id="${id}" Type="${OFFICE}/officeDocument/2006/relationships/${type}" Target="${target}"/>`,
    )
    .join('')}</Relationships>`;

const wordParagraph = (text: string, properties = '') =>
  `<w:p><w:pPr>${properties}</w:pPr><w:r><w:t xml:space="preserve">${escaped(text)}</w:t></w:r></w:p>`;

function wordFile(body: string, doctype?: string): Promise<Buffer> {
  const zip = new JSZip();
  zip.file('[Content_Types].xml', contentTypes('wordprocessingml.document.main', '/word/document.xml'));
  zip.file('_rels/.rels', relations([['rId1', 'officeDocument', 'word/document.xml']]));
  zip.file(
    'word/_rels/document.xml.rels',
    relations([
      ['rId1', 'styles', 'styles.xml'],
      ['rId2', 'numbering', 'numbering.xml'],
    ]),
  );
  const styles = [1, 2, 3, 4, 5, 6].map(
    (n) => `<w:style w:type="paragraph" w:styleId="Heading${n}"><w:name w:val="heading ${n}"/></w:style>`,
  );
  zip.file('word/styles.xml', xml('w:styles', styles.join('')));
  const bullets =
    '<w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:numFmt w:val="bullet"/></w:lvl></w:abstractNum>';
  zip.file(
    'word/numbering.xml',
    xml('w:numbering', `${bullets}<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>`),
  );
  zip.file('word/document.xml', xml('w:document', body, doctype));
  return zip.generateAsync({ type: 'nodebuffer', compression: 'DEFLATE' });
}

function shape(placeholder: string, lines: readonly string[]): string {
  const paragraphs = lines.map((line) => `<a:p><a:r><a:t>${escaped(line)}</a:t></a:r></a:p>`);
  return (
    `<p:sp><p:nvSpPr><p:nvPr><p:ph type="${placeholder}"/></p:nvPr></p:nvSpPr>` +
    `<p:txBody>${paragraphs.join('')}</p:txBody></p:sp>`
  );
}

/** A PDF of these objects, numbered from 1. `SELF` in the trailer is where the trailer's table starts. */
function rawPdf(objects: readonly string[], trailer = ''): Buffer {
  let body = '%PDF-1.4\n';
  const offsets = objects.map((object, i) => {
    const offset = body.length;
    body += `${i + 1} 0 obj\n${object}\nendobj\n`;
    return offset;
  });
  const rows = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`);
  const size = objects.length + 1;
  const table = `xref\n0 ${size}\n0000000000 65535 f \n${rows.join('')}`;
  const extra = trailer.replace('SELF', String(body.length));
  return Buffer.from(
    `${body}${table}trailer\n<< /Size ${size} /Root 1 0 R ${extra} >>\nstartxref\n${body.length}\n%%EOF\n`,
    'latin1',
  );
}
