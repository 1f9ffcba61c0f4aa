import { randomUUID } from 'node:crypto';
import { access, constants, copyFile, mkdir, open, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import type { Logger } from '../../common/logger.js';
import {
  BlobMissingError,
  BlobStore,
  BlobStoreError,
  checkKey,
  checkPrefix,
  type ByteRange,
} from './blob-store.js';
import { flush } from '../../common/flush.js';

/** Blobs as files in a local folder. */
export class DiskBlobStore extends BlobStore {
  constructor(
    private readonly root: string,
    private readonly logger: Pick<Logger, 'warn'>,
  ) {
    super();
  }

  put(key: string, file: string): Promise<void> {
    return this.write(key, (part) => copyFile(file, part, constants.COPYFILE_FICLONE));
  }

  putText(key: string, text: string): Promise<void> {
    return this.write(key, (part) => writeFile(part, text));
  }

  async read(key: string, range?: ByteRange): Promise<Readable> {
    const path = this.pathOf(key);
    const file = await open(path).catch((error: unknown) => this.failReading(error));
    return file.createReadStream(range);
  }

  readText(key: string): Promise<string> {
    return readFile(this.pathOf(key), 'utf8').catch((error: unknown) => this.failReading(error));
  }

  async deleteAll(prefix: string): Promise<void> {
    checkPrefix(prefix);
    // Retries: a concurrent write may make a folder non-empty again.
    await rm(join(this.root, prefix), { recursive: true, force: true, maxRetries: 3 }).catch(
      (error: unknown) => this.fail(error),
    );
  }

  async check(): Promise<void> {
    try {
      await mkdir(this.root, { recursive: true });
      await access(this.root, constants.W_OK);
    } catch (error) {
      this.fail(error);
    }
  }

  private pathOf(key: string): string {
    checkKey(key);
    return join(this.root, key);
  }

  /** Atomic: written to a temporary file and renamed, so that a crash leaves no partial blob under the key. */
  private async write(key: string, fill: (part: string) => Promise<void>): Promise<void> {
    const target = this.pathOf(key);
    // Temporary file name; `~` is not allowed in keys.
    const part = `${target}~${randomUUID()}`;
    try {
      await mkdir(dirname(target), { recursive: true });
      await fill(part);
      await flush(part);
      await rename(part, target);
      await flush(dirname(target));
    } catch (error) {
      await rm(part, { force: true }).catch(() => undefined);
      this.fail(error);
    }
  }

  private failReading(error: unknown): never {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT')
      throw new BlobMissingError('no such blob', { cause: error });
    this.fail(error);
  }

  private fail(error: unknown): never {
    this.logger.warn({ reason: (error as Error).message }, 'the blob directory is not usable');
    throw new BlobStoreError(error);
  }
}
