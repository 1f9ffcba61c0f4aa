import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { callbackify } from 'node:util';
import type { StorageEngine } from 'multer';
import { ParleyError } from '../common/errors.js';

/** The size limit of a file, and the error beyond it. */
export interface Bound {
  bytes: number;
  refusal: () => ParleyError;
}

/** A file that was written whole. */
export interface WrittenFile {
  /** The client's file name, each byte as one character. */
  originalName: string;
  sizeBytes: number;
  /** In hex. */
  sha256: string;
}

type Handle = Parameters<StorageEngine['_handleFile']>;

/** Streams the one file of a request to a path, counting and hashing its bytes; nothing is buffered in memory. */
export class IncomingStorage implements StorageEngine {
  private writing: Promise<WrittenFile> | undefined;

  constructor(
    private readonly path: string,
    private readonly bound: Bound,
  ) {}

  /** True after the file part has begun. */
  get hasBegun(): boolean {
    return this.writing !== undefined;
  }

  /**
   * The file, after the last write; undefined when none was sent, or it was truncated.
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

  /** The owner of the path removes the file. */
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
