import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { openPromise, type Entry, type ZipFile } from 'yauzl';
import { MANIFEST } from './backup.js';
import { BackupError, manifestSchema, type Manifest } from './manifest.js';

/** Reader of a backup file. */
export class BackupFile {
  private constructor(
    readonly manifest: Manifest,
    private readonly zip: ZipFile,
    private readonly entries: ReadonlyMap<string, Entry>,
  ) {}

  /** @throws BackupError when it is not a backup, or is truncated */
  static async open(file: string): Promise<BackupFile> {
    const zip = await openPromise(file, { lazyEntries: true, autoClose: false }).catch((error: Error) => {
      throw new BackupError(`${file} is no backup, or not whole: ${error.message}`);
    });
    try {
      const entries = await listEntries(zip);
      const manifest = entries.get(MANIFEST);
      if (!manifest) throw new BackupError(`${file} is no backup of Parley: it has no ${MANIFEST}`);
      const parsed = manifestSchema.safeParse(
        JSON.parse(await text(await zip.openReadStreamPromise(manifest))),
      );
      if (!parsed.success)
        throw new BackupError(
          `the ${MANIFEST} of ${file} cannot be used: ${parsed.error.issues[0]?.message}`,
        );
      return new BackupFile(parsed.data, zip, entries);
    } catch (error) {
      zip.close();
      throw error;
    }
  }

  /** @throws BackupError when the entry does not exist */
  async read(name: string): Promise<Readable> {
    const entry = this.entries.get(name);
    if (!entry) throw new BackupError(`the backup has no ${name}`);
    return this.zip.openReadStreamPromise(entry);
  }

  async readText(name: string): Promise<string> {
    return text(await this.read(name));
  }

  async close(): Promise<void> {
    this.zip.close();
  }
}

function listEntries(zip: ZipFile): Promise<Map<string, Entry>> {
  const entries = new Map<string, Entry>();
  return new Promise((resolve, reject) => {
    zip.on('error', reject);
    zip.on('end', () => resolve(entries));
    zip.on('entry', (entry: Entry) => {
      entries.set(entry.fileName, entry);
      zip.readEntry();
    });
    zip.readEntry();
  });
}
