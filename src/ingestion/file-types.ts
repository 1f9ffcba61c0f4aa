import { open } from 'node:fs/promises';
import { basename, extname } from 'node:path';
import { fileTypeFromFile } from 'file-type';
import { entryNames } from './parsers/archive.js';
import { decodeText } from './parsers/decode.js';
import { FILE_KINDS, TEXT, type FileKind } from './parsers/file-kinds.js';
import { UnreadableFileError } from './parsers/parsed-document.js';

/** What a file is, by its content. */
export interface FileType {
  mediaType: string;
  /** The file's name without its extension: what a table is called that has no name of its own. */
  name: string;
  /** A picture has words for a model that sees alone. */
  isPicture: boolean;
}

/** There is not a byte in the file. */
export class EmptyFileError extends UnreadableFileError {
  constructor() {
    super('The file is empty.');
  }
}

const SAMPLE_BYTES = 64 * 2 ** 10;
const PROLOG = /<!--[^]*?-->|<[?!][^>]*>/g;

/**
 * Decides by the bytes what a file is, and among texts by the extension of its name. Null for what Parley does not
 * read. @throws EmptyFileError
 */
export async function detectType(file: string, filename: string): Promise<FileType | null> {
  const extension = extname(filename);
  const kind = await kindOfFile(file, extension.slice(1).toLowerCase());
  if (!kind) return null;
  return { mediaType: kind.mediaType, name: basename(filename, extension), isPicture: !kind.parser };
}

async function kindOfFile(file: string, extension: string): Promise<FileKind | null> {
  const sample = await beginningOf(file);
  if (sample.length === 0) throw new EmptyFileError();
  const found = await fileTypeFromFile(file);
  const binary = found && FILE_KINDS.find(({ signatures }) => signatures?.includes(found.ext));
  if (binary) return binary;
  if (found?.ext === 'zip') return zipKind(await entryNames(file));
  if (found && !/^text\/|[/+]xml$/.test(found.mime)) return null;
  return textKind(sample, extension);
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
function zipKind(names: string[]): FileKind | null {
  return FILE_KINDS.find(({ zipEntry }) => zipEntry && names.includes(zipEntry)) ?? null;
}

async function textKind(sample: Buffer, extension: string): Promise<FileKind | null> {
  const start = (await decodeText(sample))?.trimStart().slice(0, 2_000);
  if (start === undefined) return null;
  const named = FILE_KINDS.find(({ extensions }) => extensions?.includes(extension));
  if (named) return named;
  const words = start.replaceAll(PROLOG, '').trimStart();
  // A drawing, which a browser would run the scripts of.
  if (/^<svg\b/i.test(words)) return null;
  return FILE_KINDS.find(({ begins }) => begins?.test(words)) ?? TEXT;
}
