import { createHash } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { Injectable } from '@nestjs/common';
import multer from 'multer';
import { v7 as uuidv7 } from 'uuid';
import { ParleyError } from '../common/errors.js';
import { Config } from '../config/config.js';
import { detectType, ProtectedFileError } from '../ingestion/file-types.js';
import { UnreadableFileError } from '../ingestion/parsers/parsed-document.js';
import { cleanFilename, decodeFilename } from './filename.js';
import { IncomingFolder } from './incoming-folder.js';
import { IncomingStorage, type Bound, type WrittenFile } from './incoming-storage.js';
import {
  brokenForm,
  fileMissing,
  fileTooLarge,
  quotaExceeded,
  tooManyUploads,
  unreadable,
  unsupportedType,
} from './refusals.js';

/** A request of Express. */
export type UploadRequest = Parameters<ReturnType<multer.Multer['any']>>[0];

/** The uploader, and the remaining quota in bytes. */
export interface Allowance {
  ownerId: string;
  room: number;
}

/** A file received in a request. */
export interface IncomingFile {
  /** Id of the future attachment. */
  id: string;
  /** Path of the bytes, which exist until `work` is done. */
  path: string;
  filename: string;
  mediaType: string;
  sizeBytes: number;
  /** In hex. */
  sha256: string;
}

/** Fingerprint of a file, for idempotency. */
export const identityOf = ({ filename, sha256 }: IncomingFile) => ({ filename, sha256 });

const MB = 1024 * 1024;
const FIELD = 'file';
/** Limits of the multipart form around the file. */
const LIMITS = { parts: 20, fieldSize: 64 * 1024, fieldNameSize: 200, headerPairs: 50, fieldNestingDepth: 4 };
/** Allowance for the form's overhead beside the file, in bytes. */
const FORM_BYTES = 2 * MB;
/** Maximum concurrent uploads per account. */
const AT_ONCE = 16;

/** Receives the file of a multipart request on disk, and deletes it after processing. */
@Injectable()
export class UploadReader {
  private readonly active = new Map<string, number>();

  constructor(
    private readonly config: Config,
    private readonly incoming: IncomingFolder,
  ) {}

  /**
   * @param work processes the file, which is deleted afterwards in any case
   * @throws ParleyError `too-large`, `unsupported`, `rate-limited`, `invalid` for a malformed form; InvalidInput
   * without a file, or with an unreadable one
   */
  async receive<T>(
    request: UploadRequest,
    { ownerId, room }: Allowance,
    work: (file: IncomingFile) => Promise<T>,
  ): Promise<T> {
    const bound = this.boundOf(room);
    const read = (path: string) => readForm(request, new IncomingStorage(path, bound));
    if (Number(request.headers['content-length']) > bound.bytes + FORM_BYTES) throw bound.refusal();
    return this.withFile(ownerId, read, work);
  }

  /**
   * As `receive`, for bytes that were not sent as a form.
   * @throws ParleyError `too-large`, `unsupported`, `rate-limited`; InvalidInput for an unreadable file
   */
  receiveBytes<T>(
    { bytes, filename }: { bytes: Buffer; filename: string },
    { ownerId, room }: Allowance,
    work: (file: IncomingFile) => Promise<T>,
  ): Promise<T> {
    const bound = this.boundOf(room);
    if (bytes.length > bound.bytes) throw bound.refusal();
    const write = async (path: string) => {
      await writeFile(path, bytes);
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      return { originalName: filename, sizeBytes: bytes.length, sha256 };
    };
    return this.withFile(ownerId, write, work);
  }

  private async withFile<T>(
    ownerId: string,
    write: (path: string) => Promise<WrittenFile>,
    work: (file: IncomingFile) => Promise<T>,
  ): Promise<T> {
    const release = this.enter(ownerId);
    const id = uuidv7();
    const path = this.incoming.pathFor(id);
    try {
      const written = await write(path);
      return await work({ id, path, ...(await describe(path, written)) });
    } finally {
      await rm(path, { force: true });
      release();
    }
  }

  /** The lower of the file size limit and the remaining quota. */
  private boundOf(room: number): Bound {
    const { MAX_UPLOAD_MB, USER_QUOTA_MB } = this.config.env;
    return room < MAX_UPLOAD_MB * MB
      ? { bytes: room, refusal: () => quotaExceeded(USER_QUOTA_MB) }
      : { bytes: MAX_UPLOAD_MB * MB, refusal: () => fileTooLarge(MAX_UPLOAD_MB) };
  }

  private enter(ownerId: string): () => void {
    const before = this.active.get(ownerId) ?? 0;
    if (before >= AT_ONCE) throw tooManyUploads();
    this.active.set(ownerId, before + 1);
    return () => {
      const left = this.active.get(ownerId)! - 1;
      if (left > 0) this.active.set(ownerId, left);
      else this.active.delete(ownerId);
    };
  }
}

/** Reads a request to its end. @throws ParleyError */
async function readForm(request: UploadRequest, storage: IncomingStorage): Promise<WrittenFile> {
  // A disconnect during the account look-up emits no later event.
  if (request.readableAborted) throw cutOff();
  let files = 0;
  const read = multer({
    storage,
    limits: LIMITS,
    // Names are decoded when all of their bytes are known: no header declares their encoding.
    defParamCharset: 'latin1',
    preservePath: true,
    fileFilter: (_request, { fieldname }, decide) => {
      files += 1;
      if (files > 1 && (storage.hasBegun || fieldname === FIELD)) decide(brokenForm('One file at a time'));
      else decide(null, fieldname === FIELD);
    },
  }).any();
  const failure = await new Promise<unknown>((resolve) => void read(request, request.res!, resolve));
  const file = await storage.file();
  if (failure) throw toRefusal(failure);
  if (!file) throw fileMissing();
  return file;
}

async function describe(
  path: string,
  { originalName, sizeBytes, sha256 }: WrittenFile,
): Promise<Omit<IncomingFile, 'id' | 'path'>> {
  const filename = cleanFilename(decodeFilename(originalName));
  const type = await detectType(path, filename).catch((error: unknown) => {
    if (error instanceof ProtectedFileError) throw unsupportedType(error.message);
    throw error instanceof UnreadableFileError ? unreadable(error.message) : error;
  });
  if (!type) throw unsupportedType();
  return { filename, mediaType: type.mediaType, sizeBytes, sha256 };
}

const cutOff = () => brokenForm('The upload ended before it was whole');

/** Maps errors of multer and its parser to Parley's. */
function toRefusal(failure: unknown): unknown {
  if (failure instanceof ParleyError || !(failure instanceof Error)) return failure;
  if (failure instanceof multer.MulterError) return brokenForm(failure.message);
  if (/boundary/i.test(failure.message)) return brokenForm('Missing boundary in multipart.');
  if (/^(Unexpected end|Request (aborted|closed))/.test(failure.message)) return cutOff();
  return brokenForm(`The form cannot be read: ${failure.message}`);
}
