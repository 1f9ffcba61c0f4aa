import type { Readable } from 'node:stream';
import { ParleyError } from '../../common/errors.js';

/** Bytes from `start` to `end`, both inclusive, as in an HTTP range. */
export interface ByteRange {
  start: number;
  end: number;
}

/** There is no blob under the key. */
export class BlobMissingError extends Error {}

/** The store cannot be reached or refuses; `cause` has the reason. */
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
  /** Stores a local file under a key, whole or not at all, over what was there. @throws BlobStoreError */
  abstract put(key: string, file: string): Promise<void>;

  /** Stores a text in the same way. @throws BlobStoreError */
  abstract putText(key: string, text: string): Promise<void>;

  /**
   * The bytes under a key; who does not read them to their end destroys the stream.
   * @throws BlobMissingError, BlobStoreError; both before the first byte
   */
  abstract read(key: string, range?: ByteRange): Promise<Readable>;

  /** @throws BlobMissingError, BlobStoreError */
  abstract readText(key: string): Promise<string>;

  /**
   * Deletes everything whose key starts with a prefix that ends in `/`; nothing there is no error. @throws
   * BlobStoreError
   */
  abstract deleteAll(prefix: string): Promise<void>;

  /** Whether it can be used now; for `/health/ready`. @throws BlobStoreError */
  abstract check(): Promise<void>;
}

const KEY = /^[a-z0-9][a-z0-9._-]*(\/[a-z0-9][a-z0-9._-]*)*$/;

/** Refuses what could lead out of the store; no caller makes such a key. */
export function checkKey(key: string): void {
  if (!KEY.test(key)) throw new Error(`not a key of a blob: ${JSON.stringify(key)}`);
}

/** Refuses what is no prefix, or the prefix of everything. */
export function checkPrefix(prefix: string): void {
  if (!prefix.endsWith('/')) throw new Error(`a prefix ends in a slash: ${JSON.stringify(prefix)}`);
  checkKey(prefix.slice(0, -1));
}

/** Where everything of one attachment is kept. */
export const blobPrefix = (attachmentId: string) => `attachments/${attachmentId}/`;
/** The bytes as they were uploaded. */
export const originalKey = (attachmentId: string) => `${blobPrefix(attachmentId)}original`;
/** The text that was read from it; character ranges of chunks count in it. */
export const textKey = (attachmentId: string) => `${blobPrefix(attachmentId)}text`;
/** The tables that were read from it, as JSON (`ParsedTable[]`). */
export const tablesKey = (attachmentId: string) => `${blobPrefix(attachmentId)}tables`;
