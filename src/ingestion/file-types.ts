import { open } from 'node:fs/promises';
import { basename, extname } from 'node:path';
import { fileTypeFromFile } from 'file-type';
import { entryNames } from './parsers/archive.js';
import { decodeText } from './parsers/decode.js';
import { UnreadableFileError } from './parsers/parsed-document.js';

export type FileKind =
  'pdf' | 'docx' | 'pptx' | 'xlsx' | 'csv' | 'html' | 'markdown' | 'text' | 'json' | 'image';

/** What a file is, by its content. */
export interface FileType {
  kind: FileKind;
  mediaType: string;
  /** The file's name without its extension: what a table is called that has no name of its own. */
  name?: string;
}

/** There is not a byte in the file. */
export class EmptyFileError extends UnreadableFileError {
  constructor() {
    super('The file is empty.');
  }
}

const SAMPLE_BYTES = 64 * 2 ** 10;
const OFFICE = 'application/vnd.openxmlformats-officedocument';

const docx = { kind: 'docx', mediaType: `${OFFICE}.wordprocessingml.document` } as const;
const pptx = { kind: 'pptx', mediaType: `${OFFICE}.presentationml.presentation` } as const;
const xlsx = { kind: 'xlsx', mediaType: `${OFFICE}.spreadsheetml.sheet` } as const;
const html = { kind: 'html', mediaType: 'text/html' } as const;
const text = { kind: 'text', mediaType: 'text/plain' } as const;
const markdown = { kind: 'markdown', mediaType: 'text/markdown' } as const;
const jsonLines = { kind: 'json', mediaType: 'application/x-ndjson' } as const;

/** By file-type's extension; documents with macros and templates are read like the others. */
const BINARIES = new Map<string, FileType>([
  ['pdf', { kind: 'pdf', mediaType: 'application/pdf' }],
  ...['docx', 'docm', 'dotx', 'dotm'].map((ext) => [ext, docx] as const),
  ...['pptx', 'pptm', 'ppsx', 'ppsm', 'potx', 'potm'].map((ext) => [ext, pptx] as const),
  ...['xlsx', 'xlsm', 'xltx', 'xltm'].map((ext) => [ext, xlsx] as const),
  ['png', { kind: 'image', mediaType: 'image/png' }],
  ['jpg', { kind: 'image', mediaType: 'image/jpeg' }],
  ['gif', { kind: 'image', mediaType: 'image/gif' }],
  ['webp', { kind: 'image', mediaType: 'image/webp' }],
]);

/** Text that is more than text, by the file's own extension: XML, YAML, logs and source code are read as they are. */
const TEXTS = new Map<string, FileType>([
  ['csv', { kind: 'csv', mediaType: 'text/csv' }],
  ['tsv', { kind: 'csv', mediaType: 'text/tab-separated-values' }],
  ...['html', 'htm', 'xhtml'].map((ext) => [ext, html] as const),
  ...['md', 'markdown', 'mdx'].map((ext) => [ext, markdown] as const),
  ['json', { kind: 'json', mediaType: 'application/json' }],
  ...['jsonl', 'ndjson'].map((ext) => [ext, jsonLines] as const),
]);

/**
 * Decides by the bytes what a file is, and among texts by the extension of its name. Null for what Parley does not
 * read. @throws EmptyFileError
 */
export async function detectType(file: string, filename: string): Promise<FileType | null> {
  const extension = extname(filename);
  const type = await typeOf(file, extension.slice(1).toLowerCase());
  return type && { ...type, name: basename(filename, extension) };
}

async function typeOf(file: string, extension: string): Promise<FileType | null> {
  const sample = await beginningOf(file);
  if (sample.length === 0) throw new EmptyFileError();
  const found = await fileTypeFromFile(file);
  const binary = found && BINARIES.get(found.ext);
  if (binary) return binary;
  if (found?.ext === 'zip') return officeType(await entryNames(file));
  if (found && !/^text\/|[/+]xml$/.test(found.mime)) return null;
  return textType(sample, extension);
}

async function beginningOf(file: string): Promise<Buffer> {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(SAMPLE_BYTES), 0, SAMPLE_BYTES, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

/** An office file whose list of contents is not where it usually is. */
function officeType(names: string[]): FileType | null {
  if (names.includes('word/document.xml')) return docx;
  if (names.includes('ppt/presentation.xml')) return pptx;
  return names.includes('xl/workbook.xml') ? xlsx : null;
}

async function textType(sample: Buffer, extension: string): Promise<FileType | null> {
  const start = (await decodeText(sample))?.trimStart().slice(0, 2_000);
  if (start === undefined) return null;
  const named = TEXTS.get(extension);
  if (named) return named;
  const prolog = /<!--[^]*?-->|<[?!][^>]*>/g;
  const root = /^<(\w+)/.exec(start.replaceAll(prolog, '').trimStart())?.[1]?.toLowerCase();
  // A drawing, which a browser would run the scripts of.
  if (root === 'svg') return null;
  return root === 'html' ? html : text;
}
