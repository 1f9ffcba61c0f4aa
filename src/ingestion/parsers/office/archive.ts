import { text as readText } from 'node:stream/consumers';
import { openPromise, type Entry, type ZipFile } from 'yauzl';
import { UnreadableFileError } from '../parsed-document.js';

const MAX_ENTRIES = 20_000;
const MAX_UNPACKED_MB = 200;
/** Office files are packed to a tenth or so; small ones may be anything. */
const MAX_RATIO = 200;
const SMALL_BYTES = 10 * 2 ** 20;

/** A zip that was checked: all of it can be unpacked, is of a bearable size and free of XML entities. */
export class Archive {
  private constructor(
    private readonly zip: ZipFile,
    private readonly entries: Map<string, Entry>,
  ) {}

  /**
   * Unpacks everything once, to nowhere, so that no parser reads more than the archive's directory declares.
   * @param options.mayDeclareTypes as books do: their pages are HTML, whose reader does not expand entities
   * @throws UnreadableFileError
   */
  static async open(file: string, { mayDeclareTypes = false } = {}): Promise<Archive> {
    try {
      const zip = await openPromise(file, { lazyEntries: true, autoClose: false });
      const entries = await readDirectory(zip);
      let unpacked = 0;
      const limit = Math.min(MAX_UNPACKED_MB * 2 ** 20, Math.max(SMALL_BYTES, zip.fileSize * MAX_RATIO));
      for (const entry of entries.values()) unpacked += entry.uncompressedSize;
      if (unpacked > limit) throw new UnreadableFileError(`The file unpacks to more than ${inWords(limit)}.`);
      for (const entry of entries.values()) await checkEntry(zip, entry, mayDeclareTypes);
      return new Archive(zip, entries);
    } catch (error) {
      if (error instanceof UnreadableFileError) throw error;
      throw new UnreadableFileError('The file is damaged: it cannot be unpacked.', { cause: error });
    }
  }

  /** The text of an entry; undefined when there is none of that name. */
  async text(name: string): Promise<string | undefined> {
    const entry = this.entries.get(name);
    return entry && (await readText(await this.zip.openReadStreamPromise(entry)));
  }

  close(): void {
    this.zip.close();
  }
}

/** The names in a zip's directory, none of them when it has none. */
export async function entryNames(file: string): Promise<string[]> {
  const zip = await openPromise(file, { lazyEntries: true, autoClose: false }).catch(() => undefined);
  if (!zip) return [];
  try {
    return [...(await readDirectory(zip)).keys()];
  } catch {
    return [];
  } finally {
    zip.close();
  }
}

async function readDirectory(zip: ZipFile): Promise<Map<string, Entry>> {
  if (zip.entryCount > MAX_ENTRIES) {
    throw new UnreadableFileError(`The file is an archive of more than ${MAX_ENTRIES} parts.`);
  }
  const entries = new Map<string, Entry>();
  for await (const entry of zip.eachEntry()) {
    if (entry.isEncrypted()) throw new UnreadableFileError('The file is protected by a password.');
    entries.set(entry.fileName, entry);
  }
  return entries;
}

/** Reading fails when an entry is longer than declared. */
async function checkEntry(zip: ZipFile, entry: Entry, mayDeclareTypes: boolean): Promise<void> {
  const isXml = !mayDeclareTypes && /\.(xml|rels)$/i.test(entry.fileName);
  let isFirst = true;
  for await (const chunk of await zip.openReadStreamPromise(entry)) {
    // Office files must not declare a document type; it is where entities are declared.
    if (isFirst && isXml && /<!DOCTYPE|<!ENTITY/i.test((chunk as Buffer).toString('latin1'))) {
      throw new UnreadableFileError('The file declares XML entities, which an office file must not.');
    }
    isFirst = false;
  }
}

const inWords = (limit: number) =>
  limit >= MAX_UNPACKED_MB * 2 ** 20 ? `${MAX_UNPACKED_MB} MB` : `${MAX_RATIO} times its size`;
