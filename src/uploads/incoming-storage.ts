import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { callbackify } from 'node:util';
import type { StorageEngine } from 'multer';
import { ParleyError } from '../common/errors.js';

/** The size limit of a file, and the error for a larger one. */
export interface Bound {
  bytes: number;
  refusal: () => ParleyError;
}

/** A file that was written whole. */
export interface WrittenFile {
  /** As the client named it, each byte as one character. */
  originalName: string;
  sizeBytes: number;
  /** In hex. */
  sha256: string;
}

type Handle = Parameters<StorageEngine['_handleFile']>;

/** Writes the one file of a request to a path, counting and hashing what passes; nothing is held in memory. */
export class IncomingStorage implements StorageEngine {
  private writing: Promise<WrittenFile> | undefined;

  constructor(
    private readonly path: string,
    private readonly bound: Bound,
  ) {}

  /** True once a file has begun. */
  get hasBegun(): boolean {
    return this.writing !== undefined;
  }

  /**
   * The file, once nothing is written any more; undefined when none was sent, or it did not come to its end.
   * @throws ParleyError when it was refused, or could not be written
   */
  async file(): Promise<WrittenFile | undefined> {
    try {
      return await this.writing;
    } catch (error) {
      if (error instanceof ParleyError) throw error;
      return undefined;
    }
  }

  _handleFile(_request: Handle[0], { stream, originalname }: Handle[1], done: Handle[2]): void {
    const writing = this.write(stream, originalname);
    this.writing = writing;
    callbackify(async () => (await writing, { path: this.path }))(done);
  }

  /** Who gave the path removes what is there. */
  _removeFile(_request: Handle[0], _file: Handle[1], done: (error: Error | null) => void): void {
    done(null);
  }

  private async write(stream: Readable, originalName: string): Promise<WrittenFile> {
    const handle = await onDisk(open(this.path, 'wx', 0o600));
    try {
      const hash = createHash('sha256');
      let sizeBytes = 0;
      for await (const chunk of stream as AsyncIterable<Buffer>) {
        sizeBytes += chunk.length;
        if (sizeBytes > this.bound.bytes) throw this.bound.refusal();
        hash.update(chunk);
        await onDisk(handle.appendFile(chunk));
      }
      return { originalName, sizeBytes, sha256: hash.digest('hex') };
    } finally {
      await handle.close();
    }
  }
}

/** That our disk is full is not the client's fault. */
const onDisk = <T>(work: Promise<T>): Promise<T> =>
  work.catch((cause: unknown) => {
    const sentence = 'File storage is unavailable. Please try again later.';
    throw new ParleyError('unavailable', 'incoming-folder', sentence, { retryAfter: 5, cause });
  });
