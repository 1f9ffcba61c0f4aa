import { readFile } from 'node:fs/promises';
import { getDocumentProxy } from 'unpdf';
import { DocumentBuilder } from './document-builder.js';
import { UnreadableFileError, type ParsedDocument } from './parsed-document.js';
import {
  bodySize,
  headingLevel,
  linesOfPage,
  paragraphsOf,
  type PageLine,
  type TextRun,
} from './pdf-lines.js';

const MAX_PAGES = 5_000;
/** Where the end of a PDF is looked for; programs may add something behind it. */
const TAIL_BYTES = 4_096;

/** What is used of pdf.js: unpdf's own types cannot be resolved. */
interface Pdf {
  numPages: number;
  getPage(number: number): Promise<{
    getTextContent(): Promise<{ items: (TextRun | { type: string })[] }>;
    cleanup(): void;
  }>;
  getMetadata(): Promise<{ info: object }>;
}

/** A PDF page by page; what stands in larger letters than the rest is a heading. */
export async function parse(file: string): Promise<ParsedDocument> {
  const bytes = await readFile(file);
  if (!bytes.subarray(-TAIL_BYTES).includes('%%EOF'))
    throw new UnreadableFileError('The file is damaged: its end is missing.');
  const pdf = await open(bytes);
  if (pdf.numPages > MAX_PAGES) {
    throw new UnreadableFileError(`The PDF has ${pdf.numPages} pages; at most ${MAX_PAGES} are read.`);
  }
  const pages: PageLine[][] = [];
  for (let number = 1; number <= pdf.numPages; number++) pages.push(await readPage(pdf, number));
  const size = bodySize(pages.flat());
  const builder = new DocumentBuilder();
  builder.title = await titleOf(pdf);
  for (const [i, lines] of pages.entries()) {
    for (const { text, height } of paragraphsOf(lines)) {
      const level = headingLevel(text, height, size);
      builder.add(level ? 'heading' : 'paragraph', text, { page: i + 1, ...(level && { level }) });
    }
  }
  const document = builder.build();
  if (!document.text)
    throw new UnreadableFileError(
      'The PDF has no text: it seems to be a scan. Run text recognition (OCR) over it first.',
    );
  return document;
}

async function open(bytes: Buffer): Promise<Pdf> {
  try {
    return await getDocumentProxy(new Uint8Array(bytes), { verbosity: 0 });
  } catch (error) {
    if ((error as Error).name === 'PasswordException') {
      throw new UnreadableFileError('The PDF is protected by a password.', { cause: error });
    }
    throw new UnreadableFileError('The file is damaged: it cannot be read as a PDF.', { cause: error });
  }
}

async function readPage(pdf: Pdf, number: number): Promise<PageLine[]> {
  try {
    const page = await pdf.getPage(number);
    const { items } = await page.getTextContent();
    page.cleanup();
    return linesOfPage(items.flatMap((item) => ('str' in item ? item : [])));
  } catch (error) {
    throw new UnreadableFileError(`The file is damaged: page ${number} cannot be read.`, { cause: error });
  }
}

async function titleOf(pdf: Pdf): Promise<string | undefined> {
  const { info } = await pdf.getMetadata();
  return 'Title' in info && typeof info.Title === 'string' ? info.Title : undefined;
}
