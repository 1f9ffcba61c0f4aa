import type { Readable } from 'node:stream';
import { ParleyError } from '../../common/errors.js';

/** Bytes from `start` to `end`, both inclusive, as in an HTTP range. */
export interface ByteRange {
  start: number;
  end: number;
}

/** There is no blob under the key. */
export class BlobMissingError extends Error {}

/** The blob store is unavailable or rejected the request; the reason is in `cause`. */
export class BlobStoreError extends ParleyError {
  constructor(cause: unknown) {
    super('unavailable', 'blob-store', 'File storage is unavailable. Please try again later.', {
      retryAfter: 5,
      cause,
    });
  }
}

/** Files by key. Keys are ours, made of `[a-z0-9/._-]`, and never a client's words. */
export abstract class BlobStore {
  /** Stores a local file under a key, atomically; overwrites an existing blob. @throws BlobStoreError */
  abstract put(key: string, file: string): Promise<void>;

  /** Stores a text in the same way. @throws BlobStoreError */
  abstract putText(key: string, text: string): Promise<void>;

  /**
   * Streams a blob. A caller that does not read to the end must destroy the stream.
   * @throws BlobMissingError, BlobStoreError; both before the first byte
   */
  abstract read(key: string, range?: ByteRange): Promise<Readable>;

  /** @throws BlobMissingError, BlobStoreError */
  abstract readText(key: string): Promise<string>;

  /** Deletes all blobs with a key prefix that ends in `/`; idempotent. @throws BlobStoreError */
  abstract deleteAll(prefix: string): Promise<void>;

  /** Whether it can be used now; for `/health/ready`. @throws BlobStoreError */
  abstract check(): Promise<void>;
}

const KEY = /^[a-z0-9][a-z0-9._-]*(\/[a-z0-9][a-z0-9._-]*)*$/;

/** Rejects malformed keys, such as path traversal; a violation is a programming error. */
export function checkKey(key: string): void {
  if (!KEY.test(key)) throw new Error(`not a key of a blob: ${JSON.stringify(key)}`);
}

/** Rejects an invalid prefix, and the empty one. */
export function checkPrefix(prefix: string): void {
  if (!prefix.endsWith('/')) throw new Error(`a prefix ends in a slash: ${JSON.stringify(prefix)}`);
  checkKey(prefix.slice(0, -1));
}

/** Key prefix of an attachment's blobs. */
export const blobPrefix = (attachmentId: string) => `attachments/${attachmentId}/`;
/** The bytes as they were uploaded. */
export const originalKey = (attachmentId: string) => `${blobPrefix(attachmentId)}original`;
/** Extracted text; chunk offsets are character positions in it. */
export const textKey = (attachmentId: string) => `${blobPrefix(attachmentId)}text`;
/** Extracted tables, as JSON (`ParsedTable[]`). */
export const tablesKey = (attachmentId: string) => `${blobPrefix(attachmentId)}tables`;
