import { createHash, type Hash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { isStorable } from '../../common/text.js';
import { DOCUMENT_EXTENSIONS } from '../../ingestion/parsers/file-kinds.js';
import { ByteReader } from './byte-reader.js';
import type { Git } from './git.js';

/** A document in the tree of a commit. */
export interface MaterialFile {
  /** From the root of the repository. */
  path: string;
  /** Its object in the repository. */
  blob: string;
  size: number;
}

/** A file of the tree as a file on the disk. */
export interface ReadFile extends MaterialFile {
  /** The local file; the caller deletes it. */
  file: string;
  /** SHA-256 of the bytes, in hex. */
  sha256: string;
}

const MAX_PATH = 1_024;
const HIDDEN = /(?:^|\/)\./;
const ENTRY = /^(\d{6}) (\w+) ([0-9a-f]+) +(\d+|-)\t([^]+)$/;

/** The documents of a commit. Symbolic links and submodules are skipped. @throws GitError */
export async function listDocuments(git: Git, commit: string, signal: AbortSignal): Promise<MaterialFile[]> {
  const listing = await git.run(
    ['ls-tree', '-r', '-z', '-l', '--full-tree', '--end-of-options', commit],
    signal,
  );
  return parseTree(listing);
}

/** Parses the output of `git ls-tree -r -z -l`. */
export function parseTree(listing: Buffer): MaterialFile[] {
  return listing
    .toString()
    .split('\0')
    .flatMap((entry) => {
      const [, mode, , blob, size, path] = ENTRY.exec(entry) ?? [];
      if (!path || !mode?.startsWith('100')) return [];
      if (!isDocument(path)) return [];
      // Invalid UTF-8 was replaced; two such paths could be equal.
      if (path.length > MAX_PATH || path.includes('\ufffd') || !isStorable(path)) return [];
      return [{ path, blob: blob!, size: Number(size) }];
    });
}

/** Pictures, code and hidden folders of a repository are not training materials. */
const isDocument = (path: string) =>
  !HIDDEN.test(path) && DOCUMENT_EXTENSIONS.has(posix.extname(path).slice(1).toLowerCase());

/** Writes files of the repository to a folder, sequentially and on demand. @throws GitError */
export async function* readFiles(
  git: Git,
  files: readonly MaterialFile[],
  folder: string,
  signal: AbortSignal,
): AsyncGenerator<ReadFile> {
  const wanted = files.map(({ blob }) => `${blob}\n`).join('');
  const output = new ByteReader(git.stream(['cat-file', '--batch', '--buffer'], wanted, signal));
  try {
    for (const [i, entry] of files.entries()) {
      await output.line();
      const file = join(folder, String(i));
      const hash = createHash('sha256');
      await writeFile(file, hashed(output.take(entry.size), hash));
      await output.line();
      yield { ...entry, file, sha256: hash.digest('hex') };
    }
  } finally {
    await output.close();
  }
}

async function* hashed(bytes: AsyncIterable<Buffer>, hash: Hash): AsyncGenerator<Buffer> {
  for await (const piece of bytes) {
    hash.update(piece);
    yield piece;
  }
}
