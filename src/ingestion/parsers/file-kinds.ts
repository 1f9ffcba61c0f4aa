import type { OpenRecogniser } from './ocr/text-recogniser.js';
import type { ParsedDocument } from './parsed-document.js';

/** What every parser's file exports. */
export interface Parser {
  /**
   * Reads a file whose content has been recognised. Runs in a process of its own.
   * @param name of the file without its extension: the default name of its tables
   * @param open null where text in pictures is not recognised
   * @throws UnreadableFileError with a sentence for the person who uploaded it
   */
  parse(file: string, name: string, open: OpenRecogniser | null): ParsedDocument | Promise<ParsedDocument>;
}

/** A kind of file that is read, and how it is recognised. */
export interface FileKind {
  /** For lists of supported types. */
  name: string;
  mediaType: string;
  /** What the package file-type calls its content, which is what its files' names end with as well. */
  signatures?: readonly string[];
  /** The part of a zip that makes it one of this kind. */
  zipEntry?: string;
  /** For text, where the content alone is ambiguous. */
  extensions?: readonly string[];
  /** For text: whether its first characters, without blanks and XML prologs, are of this kind. */
  begins?: RegExp;
  /** Loaded where it is needed alone. */
  parser: () => Promise<Parser>;
  /** A vision model may describe it. */
  isPicture?: boolean;
}

const OFFICE = 'application/vnd.openxmlformats-officedocument';

export const PDF: FileKind = {
  name: 'pdf',
  mediaType: 'application/pdf',
  signatures: ['pdf'],
  parser: () => import('./pdf/pdf.js'),
};

/** Plain text: whatever is text and nothing else. */
export const TEXT: FileKind = {
  name: 'text',
  mediaType: 'text/plain',
  parser: () => import('./text/plain-text.js'),
};

/**
 * Every kind of file, in the order in which texts are tried. A new one is a parser's file and a row; kinds that differ
 * in their media type alone share a name and a parser.
 */
export const FILE_KINDS: readonly FileKind[] = [
  PDF,
  {
    name: 'docx',
    mediaType: `${OFFICE}.wordprocessingml.document`,
    signatures: ['docx', 'docm', 'dotx', 'dotm'],
    zipEntry: 'word/document.xml',
    parser: () => import('./office/docx.js'),
  },
  {
    name: 'pptx',
    mediaType: `${OFFICE}.presentationml.presentation`,
    signatures: ['pptx', 'pptm', 'ppsx', 'ppsm', 'potx', 'potm'],
    zipEntry: 'ppt/presentation.xml',
    parser: () => import('./office/pptx.js'),
  },
  {
    name: 'xlsx',
    mediaType: `${OFFICE}.spreadsheetml.sheet`,
    signatures: ['xlsx', 'xlsm', 'xltx', 'xltm'],
    zipEntry: 'xl/workbook.xml',
    parser: () => import('./tables/xlsx.js'),
  },
  { name: 'csv', mediaType: 'text/csv', extensions: ['csv'], parser: () => import('./tables/csv.js') },
  {
    name: 'csv',
    mediaType: 'text/tab-separated-values',
    extensions: ['tsv'],
    parser: () => import('./tables/csv.js'),
  },
  {
    name: 'odt',
    mediaType: 'application/vnd.oasis.opendocument.text',
    signatures: ['odt', 'ott'],
    parser: () => import('./office/odt.js'),
  },
  {
    name: 'ods',
    mediaType: 'application/vnd.oasis.opendocument.spreadsheet',
    signatures: ['ods', 'ots'],
    parser: () => import('./tables/ods.js'),
  },
  {
    name: 'epub',
    mediaType: 'application/epub+zip',
    signatures: ['epub'],
    zipEntry: 'META-INF/container.xml',
    parser: () => import('./markup/epub.js'),
  },
  { name: 'rtf', mediaType: 'application/rtf', signatures: ['rtf'], parser: () => import('./text/rtf.js') },
  {
    name: 'eml',
    mediaType: 'message/rfc822',
    // Browsers save a page with its pictures as a mail.
    extensions: ['eml', 'mht', 'mhtml'],
    // Notes have lines like `Received: 5 May`: only values that mail has tell it from them.
    begins:
      /^(?:[a-z][\w-]*:[^\n]*\n(?:[ \t][^\n]*\n)*){0,30}?(?:Return-Path:[ \t]*<|Received:[ \t]+(?:from|by)\b|Delivered-To:[ \t]*\S+@|MIME-Version:[ \t]*1|Message-ID:[ \t]*<)/i,
    parser: () => import('./text/mail.js'),
  },
  {
    name: 'mbox',
    mediaType: 'application/mbox',
    extensions: ['mbox'],
    begins: /^From \S+ .*\d{4}\r?\n>?[\w-]+: /,
    parser: () => import('./text/mail.js'),
  },
  {
    name: 'html',
    mediaType: 'text/html',
    extensions: ['html', 'htm', 'xhtml'],
    begins: /^<html\b/i,
    parser: () => import('./markup/html.js'),
  },
  {
    name: 'markdown',
    mediaType: 'text/markdown',
    extensions: ['md', 'markdown', 'mdx'],
    parser: () => import('./markup/markdown.js'),
  },
  TEXT,
  {
    name: 'ipynb',
    mediaType: 'application/x-ipynb+json',
    extensions: ['ipynb'],
    parser: () => import('./text/notebook.js'),
  },
  {
    name: 'json',
    mediaType: 'application/json',
    extensions: ['json'],
    parser: () => import('./text/json.js'),
  },
  {
    name: 'json',
    mediaType: 'application/x-ndjson',
    extensions: ['jsonl', 'ndjson'],
    parser: () => import('./text/json.js'),
  },
  picture('png', 'png'),
  picture('jpeg', 'jpg'),
  picture('gif', 'gif'),
  picture('webp', 'webp'),
];

function picture(name: string, signature: string): FileKind {
  const parser = () => import('./pictures/picture.js');
  return { name, mediaType: `image/${name}`, signatures: [signature], isPicture: true, parser };
}

/** `pdf, docx, … and webp`, for those who upload something else. */
export const READ_KINDS = new Intl.ListFormat('en').format(new Set(FILE_KINDS.map(({ name }) => name)));

/** What the names of documents end with, in lower case; pictures are none. */
export const DOCUMENT_EXTENSIONS: ReadonlySet<string> = new Set([
  'txt',
  ...FILE_KINDS.filter(({ isPicture }) => !isPicture).flatMap(({ signatures = [], extensions = [] }) => [
    ...signatures,
    ...extensions,
  ]),
]);

/** @param mediaType one of the table's */
export const fileKindOf = (mediaType: string): FileKind | undefined =>
  FILE_KINDS.find((kind) => kind.mediaType === mediaType);
