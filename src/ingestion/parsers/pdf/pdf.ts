import { readFile } from 'node:fs/promises';
import { getDocumentProxy } from 'unpdf';
import { builtFile } from '../built-file.js';
import { DocumentBuilder } from '../document-builder.js';
import { isNoise } from '../encodings/legibility.js';
import { UnreadableFileError, type ParsedDocument } from '../parsed-document.js';
import { fieldsOf, type PdfAnnotation } from './pdf-fields.js';
import {
  bodySize,
  headingLevel,
  linesOfPage,
  paragraphsOf,
  type PageLine,
  type TextRun,
} from './pdf-lines.js';

const MAX_PAGES = 5_000;
/** Where the beginning and the end of a PDF are looked for; programs and mail servers may add something around it. */
const HEAD_BYTES = 1_024;
const TAIL_BYTES = 4_096;

/** What is used of pdf.js: unpdf's own types cannot be resolved. */
interface Pdf {
  numPages: number;
  getPage(number: number): Promise<{
    getTextContent(): Promise<{ items: (TextRun | { type: string })[] }>;
    getAnnotations(): Promise<PdfAnnotation[]>;
    cleanup(): void;
  }>;
  getMetadata(): Promise<{ info: object }>;
}

interface PdfPage {
  lines: PageLine[];
  /** Form fields, as `name: value`. */
  fields: string[];
  /** Its fonts do not say which letters they show. */
  isNoise: boolean;
}

/**
 * A PDF page by page; what stands in larger letters than the rest is a heading. Pages without text, and those whose text is
 * noise, are named in the warnings.
 */
export async function parse(file: string): Promise<ParsedDocument> {
  const pdf = await open(withoutSurroundings(await readFile(file)));
  if (pdf.numPages > MAX_PAGES) {
    throw new UnreadableFileError(`The PDF has ${pdf.numPages} pages; at most ${MAX_PAGES} are read.`);
  }
  const pages: PdfPage[] = [];
  for (let number = 1; number <= pdf.numPages; number++) pages.push(await readPage(pdf, number));
  const builder = new DocumentBuilder();
  builder.title = await titleOf(pdf);
  addPages(builder, pages);
  const document = builder.build();
  if (!document.text)
    throw new UnreadableFileError(
      pages.some((page) => page.isNoise)
        ? 'The PDF cannot be read: its fonts do not say which letters they show. Run text recognition (OCR) over it first.'
        : 'The PDF has no text: it seems to be a scan. Run text recognition (OCR) over it first.',
    );
  return document;
}

function addPages(builder: DocumentBuilder, pages: readonly PdfPage[]): void {
  const size = bodySize(pages.flatMap(({ lines }) => lines));
  for (const [i, { lines, fields }] of pages.entries()) {
    const page = i + 1;
    for (const { text, height } of paragraphsOf(lines)) {
      const level = headingLevel(text, height, size);
      builder.add(level ? 'heading' : 'paragraph', text, { page, ...(level && { level }) });
    }
    builder.add('paragraph', fields.join('\n'), { page });
  }
  const noise = numbersOf(pages, (page) => page.isNoise);
  const empty = numbersOf(pages, (page) => !page.isNoise && page.lines.length + page.fields.length === 0);
  if (noise.length > 0)
    builder.warnings.push(`${named(noise)} could not be read: the fonts do not say which letters they show.`);
  if (empty.length > 0)
    builder.warnings.push(
      `${named(empty)} could not be read: there is no text on them, only pictures or nothing.`,
    );
}

const numbersOf = (pages: readonly PdfPage[], test: (page: PdfPage) => boolean) =>
  pages.flatMap((page, i) => (test(page) ? i + 1 : []));

/** `Page 7`, `Pages 2 to 4 and 9`. */
function named(numbers: readonly number[]): string {
  const ranges: [number, number][] = [];
  for (const number of numbers) {
    const last = ranges.at(-1);
    if (last?.[1] === number - 1) last[1] = number;
    else ranges.push([number, number]);
  }
  const words = ranges.map(([from, to]) => (from === to ? `${from}` : `${from} to ${to}`));
  return `${numbers.length === 1 ? 'Page' : 'Pages'} ${new Intl.ListFormat('en').format(words)}`;
}

/** Mail servers and programs put bytes before the first and after the last line of a PDF. @throws UnreadableFileError */
function withoutSurroundings(bytes: Buffer): Buffer {
  const start = Math.max(0, bytes.subarray(0, HEAD_BYTES).indexOf('%PDF-'));
  let end = bytes.length;
  while (end > start && (bytes[end - 1] === 0 || bytes[end - 1] === 0x20 || isLineEnd(bytes[end - 1]!)))
    end--;
  const whole = bytes.subarray(start, end);
  const tail = whole.subarray(-TAIL_BYTES);
  // Either shows that the file was written to its end.
  if (!tail.includes('%%EOF') && !tail.includes('startxref'))
    throw new UnreadableFileError('The file is damaged: its end is missing.');
  return whole;
}

const isLineEnd = (byte: number) => byte === 0x0a || byte === 0x0d;

async function open(bytes: Buffer): Promise<Pdf> {
  try {
    // Fonts of Chinese, Japanese and Korean texts may be named only: which letters their codes are stands in these maps.
    const maps = { cMapUrl: `${builtFile('cmaps')}/`, cMapPacked: true };
    return await getDocumentProxy(new Uint8Array(bytes), { verbosity: 0, ...maps });
  } catch (error) {
    if ((error as Error).name === 'PasswordException') {
      throw new UnreadableFileError('The PDF is protected by a password.', { cause: error });
    }
    throw new UnreadableFileError('The file is damaged: it cannot be read as a PDF.', { cause: error });
  }
}

async function readPage(pdf: Pdf, number: number): Promise<PdfPage> {
  try {
    const page = await pdf.getPage(number);
    const { items } = await page.getTextContent();
    const fields = fieldsOf(await page.getAnnotations());
    page.cleanup();
    const lines = linesOfPage(items.flatMap((item) => ('str' in item ? item : [])));
    const noise = isNoise(lines.map(({ text }) => text).join('\n'));
    return { lines: noise ? [] : lines, fields, isNoise: noise };
  } catch (error) {
    throw new UnreadableFileError(`The file is damaged: page ${number} cannot be read.`, { cause: error });
  }
}

async function titleOf(pdf: Pdf): Promise<string | undefined> {
  const { info } = await pdf.getMetadata();
  return 'Title' in info && typeof info.Title === 'string' ? info.Title : undefined;
}
