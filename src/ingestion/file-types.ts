import { open, readFile } from 'node:fs/promises';
import { basename, extname } from 'node:path';
import { fileTypeFromFile } from 'file-type';
import { entryNames } from './parsers/office/archive.js';
import { decodeText } from './parsers/encodings/decode.js';
import { FILE_KINDS, PDF, TEXT, type FileKind } from './parsers/file-kinds.js';
import { UnreadableFileError } from './parsers/parsed-document.js';
import { UnclearEncodingError } from './parsers/text/text-file.js';

/** What a file is, by its content. */
export interface FileType {
  mediaType: string;
  /** The file's name without its extension: the default name of its tables. */
  name: string;
  /** A vision model may describe it. */
  isPicture: boolean;
}

/** There is not a byte in the file. */
export class EmptyFileError extends UnreadableFileError {
  constructor() {
    super('The file is empty.');
  }
}

/** It is of a kind that is read, but encrypted. */
export class ProtectedFileError extends UnreadableFileError {
  constructor() {
    super('The file is protected by a password. Save it without one and upload it again.');
  }
}

const SAMPLE_BYTES = 64 * 2 ** 10;
const UTF16_MARKS = [Buffer.from([0xff, 0xfe]), Buffer.from([0xfe, 0xff])];
const WORKBOOKS = new Set(['xls', 'xlsx', 'xlsm', 'ods']);
const ROWS_LOOKED_AT = 20;
const PROLOG = /<!--[^]*?-->|<[?!][^>]*>/g;

/**
 * Detects the type of a file by its content, and among texts by the extension of its name. Null for an unsupported
 * type. @throws EmptyFileError, ProtectedFileError, UnclearEncodingError
 */
export async function detectType(file: string, filename: string): Promise<FileType | null> {
  const extension = extname(filename);
  const kind = await kindOfFile(file, extension.slice(1).toLowerCase());
  if (!kind) return null;
  return {
    mediaType: kind.mediaType,
    name: basename(filename, extension),
    isPicture: kind.isPicture ?? false,
  };
}

async function kindOfFile(file: string, extension: string): Promise<FileKind | null> {
  const sample = await beginningOf(file);
  if (sample.length === 0) throw new EmptyFileError();
  const found = await fileTypeFromFile(file);
  if (isPdf(sample)) return PDF;
  // Which the package takes for sound.
  if (UTF16_MARKS.some((mark) => sample.subarray(0, 2).equals(mark))) return textKind(sample, extension);
  if (found?.ext === 'cfb') return oldOffice(await readFile(file));
  const binary = found && FILE_KINDS.find(({ signatures }) => signatures?.includes(found.ext));
  if (binary) return binary;
  if (found?.ext === 'zip') return zipKind(await entryNames(file), sample);
  if (found && !/^text\/|[/+]xml$/.test(found.mime)) return null;
  return textKind(sample, extension);
}

/** Mail servers and programs put bytes before the first line of a PDF. Texts about PDFs have no objects. */
function isPdf(sample: Buffer): boolean {
  const start = sample.subarray(0, 1_024).indexOf('%PDF-');
  return start >= 0 && (start === 0 || /\d \d+ obj\b/.test(sample.toString('latin1')));
}

/** Office files of before 2007, which are not read, and those of today with a password, which look alike. */
function oldOffice(bytes: Buffer): null {
  if (bytes.includes(Buffer.from('EncryptedPackage', 'utf16le'))) throw new ProtectedFileError();
  return null;
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

/** A zip by the parts in its directory; of one that was cut, by the folders of its first parts. */
function zipKind(names: string[], sample: Buffer): FileKind | null {
  const isOfKind = (zipEntry: string) =>
    names.length > 0 ? names.includes(zipEntry) : sample.includes(`${zipEntry.split('/')[0]}/`);
  return FILE_KINDS.find(({ zipEntry }) => zipEntry && isOfKind(zipEntry)) ?? null;
}

/**
 * Programs export tables in HTML, and values with delimiters, under the names of workbooks, and values with tabs as text.
 */
function exportedKind(text: string, start: string, extension: string): FileKind | undefined {
  const isPage = /^<(?:html|head|body|meta|style|table)\b/i.test(start);
  if (isPage && extension !== 'txt') return kindNamed('text/html');
  if (extension === 'csv') return undefined;
  if (isDelimited(text, '\t')) return kindNamed('text/tab-separated-values');
  return extension !== 'txt' && [';', ',', '|'].some((mark) => isDelimited(text, mark))
    ? kindNamed('text/csv')
    : undefined;
}

const kindNamed = (mediaType: string) => FILE_KINDS.find((kind) => kind.mediaType === mediaType);

/** Whether the first rows all have as many cells, and more than one. */
function isDelimited(text: string, delimiter: string): boolean {
  const rows = text.split(/\r?\n/).slice(0, ROWS_LOOKED_AT + 1);
  const whole = rows.slice(0, Math.max(1, rows.length - 1)).filter((row) => row.trim());
  const widths = new Set(whole.map((row) => row.replaceAll(/"[^"]*"/g, '').split(delimiter).length));
  return whole.length > 1 && widths.size === 1 && !widths.has(1);
}

async function textKind(sample: Buffer, extension: string): Promise<FileKind | null> {
  const decoded = await decodeText(sample, true);
  // What holds control characters is no text at all.
  if (!decoded && sample.some((byte) => byte < 0x09 || (byte > 0x0d && byte < 0x1b))) return null;
  if (!decoded) throw new UnclearEncodingError();
  const start = decoded.text.trimStart().slice(0, 2_000);
  const words = start.replaceAll(PROLOG, '').trimStart();
  const isExport = WORKBOOKS.has(extension) || extension === 'csv' || extension === 'txt';
  const exported = isExport && exportedKind(decoded.text, words, extension);
  if (exported) return exported;
  const named = FILE_KINDS.find(({ extensions }) => extensions?.includes(extension));
  if (named) return named;
  // A drawing, which a browser would run the scripts of.
  if (/^<svg\b/i.test(words)) return null;
  return FILE_KINDS.find(({ begins }) => begins?.test(words)) ?? TEXT;
}
