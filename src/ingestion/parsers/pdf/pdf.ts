import { readFile } from 'node:fs/promises';
import { getDocumentProxy } from 'unpdf';
import { builtFile } from '../../../common/built-file.js';
import { DocumentBuilder } from '../document-builder.js';
import { isNoise } from '../encodings/legibility.js';
import type { OpenRecogniser } from '../ocr/text-recogniser.js';
import { pipeTables } from '../markup/cell-grid.js';
import { UnreadableFileError, type ParsedDocument } from '../parsed-document.js';
import { keepTable } from '../tables/text-table.js';
import { withDescribedFonts } from './cid-fonts.js';
import type { PicturedPage } from './page-picture.js';
import { pageWarnings } from './page-warnings.js';
import { inReadingOrder } from './pdf-columns.js';
import { factsOf, withOption, type PdfFacts } from './pdf-facts.js';
import { commentsOf, fieldsOf, type PdfAnnotation } from './pdf-fields.js';
import {
  bodySize,
  headingLevel,
  linesOfPage,
  paragraphsOf,
  type PageLine,
  type TextRun,
} from './pdf-lines.js';
import { partsOf } from './pdf-tables.js';
import { recognisePages, type ReadPage } from './scanned-pages.js';
import { unmappedFonts } from './unmapped-fonts.js';

const MAX_PAGES = 5_000;
/** Where the beginning and the end of a PDF are searched for; programs and mail servers may add something around it. */
const HEAD_BYTES = 1_024;
const TAIL_BYTES = 4_096;
const CMAPS = builtFile('../cmaps', import.meta.url);

/** What is used of pdf.js: unpdf's own types cannot be resolved. */
interface Pdf {
  numPages: number;
  getPage(number: number): Promise<
    PicturedPage & {
      getTextContent(): Promise<{ items: (TextRun | { type: string })[] }>;
      getAnnotations(): Promise<PdfAnnotation[]>;
      cleanup(): void;
    }
  >;
  getMetadata(): Promise<{ info: object }>;
  /** By names of no account. */
  getAttachments(): Promise<Record<string, { filename: string }> | null>;
}

interface PdfPage extends ReadPage {
  lines: PageLine[];
  /** Form fields, as `name: value`, and notes on the page. */
  fields: string[];
  /** How many. */
  comments: number;
}

/**
 * A PDF page by page; what stands in larger letters than the rest is a heading. The text of scanned pages is
 * recognised. Pages that could not be read are named in the warnings.
 */
export async function parse(
  file: string,
  _name = '',
  open: OpenRecogniser | null = null,
): Promise<ParsedDocument> {
  const bytes = withDescribedFonts(withoutSurroundings(await readFile(file)));
  const facts = factsOf(bytes, CMAPS);
  const pdf = await load(bytes);
  if (pdf.numPages > MAX_PAGES) {
    throw new UnreadableFileError(`The PDF has ${pdf.numPages} pages; at most ${MAX_PAGES} are read.`);
  }
  const pages: PdfPage[] = [];
  for (let number = 1; number <= pdf.numPages; number++) pages.push(await readPage(pdf, number, facts));
  if (open) await recognisePages(pages, (number) => pdf.getPage(number), open);
  const builder = new DocumentBuilder();
  builder.title = await titleOf(pdf);
  addPages(builder, pages);
  if (facts.unknownEncodings.length > 0) builder.warnings.push(lostText(facts));
  const attached = Object.values((await pdf.getAttachments()) ?? {}).map(({ filename }) => filename);
  if (attached.length > 0) builder.warnings.push(`Attached files were not read: ${attached.join(', ')}.`);
  const document = builder.build();
  if (!document.text) throw new UnreadableFileError(refusalOf(pages, open !== null));
  return document;
}

const lostText = ({ unknownEncodings }: PdfFacts) =>
  `Some text could not be read: there is no map for its encoding ${unknownEncodings.join(', ')}.`;

function refusalOf(pages: readonly PdfPage[], isRecognising: boolean): string {
  if (pages.some((page) => page.isNoise && !page.recognition))
    return 'The PDF cannot be read: its fonts do not say which letters they show. Run text recognition (OCR) over it first.';
  return isRecognising
    ? 'The PDF has no text: it seems to be a scan, and no legible text was recognised in it.'
    : 'The PDF has no text: it seems to be a scan. Run text recognition (OCR) over it first.';
}

interface NamedGrid {
  /** The heading above it. */
  name: string;
  grid: string[][];
}

function addPages(builder: DocumentBuilder, pages: readonly PdfPage[]): void {
  const size = bodySize(pages.flatMap(({ lines }) => lines));
  const grids: NamedGrid[] = [];
  let heading = '';
  for (const [i, { lines, fields, recognition }] of pages.entries()) {
    const page = i + 1;
    for (const part of partsOf(inReadingOrder(lines))) {
      if ('grid' in part) {
        for (const table of pipeTables(part.grid)) builder.add('table', table, { page });
        keepGrid(grids, part.grid, heading);
      } else heading = addParagraphs(builder, part.lines, page, size) ?? heading;
    }
    builder.add('paragraph', fields.join('\n'), { page });
    if (typeof recognition !== 'object') continue;
    for (const paragraph of recognition.paragraphs)
      builder.add('paragraph', paragraph, { page, isRecognised: true });
  }
  for (const { name, grid } of grids) keepTable(builder, name, grid);
  builder.warnings.push(...pageWarnings(pages));
  const comments = pages.reduce((sum, page) => sum + page.comments, 0);
  if (comments > 0)
    builder.warnings.push(`${comments === 1 ? 'A comment was' : `${comments} comments were`} left out.`);
}

/** A table continued on the next page below the same header is one table. */
function keepGrid(grids: NamedGrid[], grid: string[][], name: string): void {
  const last = grids.at(-1);
  const [header, ...rows] = grid;
  if (last && JSON.stringify(last.grid[0]) === JSON.stringify(header)) last.grid.push(...rows);
  else grids.push({ name, grid: [...grid] });
}

/** @returns the last heading */
function addParagraphs(
  builder: DocumentBuilder,
  lines: readonly PageLine[],
  page: number,
  size: number,
): string | undefined {
  let heading: string | undefined;
  for (const { text, height } of paragraphsOf(lines)) {
    const level = headingLevel(text, height, size);
    if (level) heading = text;
    builder.add(level ? 'heading' : 'paragraph', text, { page, ...(level && { level }) });
  }
  return heading;
}

/**
 * Mail servers and programs put bytes before the first and after the last line of a PDF. @throws UnreadableFileError
 */
function withoutSurroundings(bytes: Buffer): Buffer {
  const start = Math.max(0, bytes.subarray(0, HEAD_BYTES).indexOf('%PDF-'));
  let end = bytes.length;
  while (end > start && (bytes[end - 1] === 0 || bytes[end - 1] === 0x20 || isLineEnd(bytes[end - 1]!)))
    end--;
  const mark = bytes.lastIndexOf('%%EOF', end);
  // A mark before further objects is not the last one of the whole file.
  if (mark > start && !bytes.includes(' obj', mark)) end = mark + '%%EOF'.length;
  const whole = bytes.subarray(start, end);
  const tail = whole.subarray(-TAIL_BYTES);
  // Each shows that the file was written to its end.
  if (!['%%EOF', 'startxref', 'trailer'].some((word) => tail.includes(word)))
    throw new UnreadableFileError('The file is damaged: its end is missing.');
  return whole;
}

const isLineEnd = (byte: number) => byte === 0x0a || byte === 0x0d;

async function load(bytes: Buffer): Promise<Pdf> {
  try {
    // Fonts of Chinese, Japanese and Korean texts may be named only: which letters their codes are stands in these
    // maps.
    const maps = { cMapUrl: `${CMAPS}/`, cMapPacked: true };
    return await getDocumentProxy(new Uint8Array(bytes), { verbosity: 0, ...maps });
  } catch (error) {
    if ((error as Error).name === 'PasswordException') {
      throw new UnreadableFileError('The PDF is protected by a password.', { cause: error });
    }
    throw new UnreadableFileError('The file is damaged: it cannot be read as a PDF.', { cause: error });
  }
}

async function readPage(pdf: Pdf, number: number, facts: PdfFacts): Promise<PdfPage> {
  try {
    const page = await pdf.getPage(number);
    const { items } = await page.getTextContent();
    const annotations = (await page.getAnnotations()).map((one) => withOption(one, facts));
    const fields = fieldsOf(annotations);
    page.cleanup();
    const runs = items.flatMap((item) => ('str' in item ? item : []));
    const unmapped = unmappedFonts(runs);
    // Their ends of lines stay.
    const lines = linesOfPage(
      runs.map((run) => (unmapped.has(run.fontName ?? '') ? { ...run, str: '', width: 0 } : run)),
    );
    const noise = isNoise(lines.map(({ text }) => text).join('\n'));
    const kept = noise ? [] : lines;
    const chars = [...kept.map(({ text }) => text), ...fields].join('').length;
    const isPartlyNoise = !noise && unmapped.size > 0;
    return { lines: kept, fields, comments: commentsOf(annotations), chars, isNoise: noise, isPartlyNoise };
  } catch (error) {
    throw new UnreadableFileError(`The file is damaged: page ${number} cannot be read.`, { cause: error });
  }
}

async function titleOf(pdf: Pdf): Promise<string | undefined> {
  const { info } = await pdf.getMetadata();
  return 'Title' in info && typeof info.Title === 'string' ? info.Title : undefined;
}
