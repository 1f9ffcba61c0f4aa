import type { S3 } from '@aws-sdk/client-s3';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import type { OnApplicationShutdown } from '@nestjs/common';
import type { Logger } from '../../common/logger.js';
import {
  BlobMissingError,
  BlobStore,
  BlobStoreError,
  checkKey,
  checkPrefix,
  type ByteRange,
} from './blob-store.js';

export interface S3Options {
  bucket: string;
  region: string;
  /** URL of an S3-compatible server; AWS by default. */
  endpoint?: string;
  /** Found as AWS's own programs find them when left out. */
  credentials?: { accessKeyId: string; secretAccessKey: string };
  /** Deadline of a request in milliseconds, including retries. */
  deadline?: number;
}

const DEADLINE_MS = 15_000;
const CONNECT_MS = 3_000;
/** Idle timeout of a download, in ms: it is aborted if its reader stalls for this long. */
const IDLE_MS = 60_000;
/** A slower upload is aborted; in bytes per millisecond. */
const SLOWEST = 256;
/** Downloads of slow readers hold a connection each. */
const CONNECTIONS = 256;
const TRIES = 3;
/** Silences the library's console output; failures are logged here. */
const SILENT = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/** Blobs as objects in an S3 bucket. */
export class S3BlobStore extends BlobStore implements OnApplicationShutdown {
  private client?: Promise<S3>;

  constructor(
    private readonly options: S3Options,
    private readonly logger: Pick<Logger, 'warn'>,
  ) {
    super();
  }

  async put(key: string, file: string): Promise<void> {
    const { size } = await stat(file).catch((error: unknown) => this.fail(error));
    const object = { ...this.objectOf(key), ContentLength: size };
    const Body = createReadStream(file);
    try {
      await this.ask((s3, during) => s3.putObject({ ...object, Body }, during), size);
    } finally {
      Body.destroy();
    }
  }

  async putText(key: string, text: string): Promise<void> {
    const object = { ...this.objectOf(key), Body: text, ContentType: 'text/plain; charset=utf-8' };
    await this.ask((s3, during) => s3.putObject(object, during), text.length);
  }

  async read(key: string, range?: ByteRange): Promise<Readable> {
    const object = { ...this.objectOf(key), Range: range && `bytes=${range.start}-${range.end}` };
    const { Body } = await this.ask((s3, during) => s3.getObject(object, during));
    return Body as Readable;
  }

  readText(key: string): Promise<string> {
    const object = this.objectOf(key);
    return this.ask(async (s3, during) => {
      const { Body } = await s3.getObject(object, during);
      return Body?.transformToString('utf-8') ?? '';
    });
  }

  async deleteAll(prefix: string): Promise<void> {
    checkPrefix(prefix);
    const { bucket: Bucket } = this.options;
    for (let ContinuationToken: string | undefined; ;) {
      const page = await this.ask((s3, during) =>
        s3.listObjectsV2({ Bucket, Prefix: prefix, ContinuationToken }, during),
      );
      const Objects = (page.Contents ?? []).map(({ Key }) => ({ Key }));
      if (Objects.length > 0) {
        const { Errors = [] } = await this.ask((s3, during) =>
          s3.deleteObjects({ Bucket, Delete: { Objects, Quiet: true } }, during),
        );
        if (Errors[0]) this.fail(new Error(Errors[0].Message ?? Errors[0].Code));
      }
      if (!page.IsTruncated) return;
      ContinuationToken = page.NextContinuationToken;
    }
  }

  async check(): Promise<void> {
    await this.ask((s3, during) => s3.headBucket({ Bucket: this.options.bucket }, during));
  }

  async onApplicationShutdown(): Promise<void> {
    (await this.client)?.destroy();
  }

  private objectOf(key: string) {
    checkKey(key);
    return { Bucket: this.options.bucket, Key: key };
  }

  /** @param bytes size of the request payload; extends the deadline */
  private async ask<T>(
    question: (s3: S3, during: { abortSignal: AbortSignal }) => Promise<T>,
    bytes = 0,
  ): Promise<T> {
    const late = new AbortController();
    const deadline = (this.options.deadline ?? DEADLINE_MS) + bytes / SLOWEST;
    const timer = setTimeout(() => late.abort(), deadline);
    try {
      this.client ??= connect(this.options);
      return await question(await this.client, { abortSignal: late.signal });
    } catch (error) {
      if ((error as Error).name === 'NoSuchKey') throw new BlobMissingError('no such blob', { cause: error });
      this.fail(error);
    } finally {
      clearTimeout(timer);
    }
  }

  private fail(error: unknown): never {
    this.logger.warn({ reason: (error as Error).message }, 'the S3 bucket is not usable');
    throw new BlobStoreError(error);
  }
}

/** Imported lazily: the library loads slowly and is not needed for blobs on disk. */
async function connect({ region, endpoint, credentials }: S3Options): Promise<S3> {
  const { S3: Client } = await import('@aws-sdk/client-s3');
  const agent = { maxSockets: CONNECTIONS };
  return new Client({
    region,
    credentials,
    endpoint,
    // Servers other than AWS lack virtual-hosted bucket names, and by default reject checksums.
    forcePathStyle: Boolean(endpoint),
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    maxAttempts: TRIES,
    logger: SILENT,
    requestHandler: {
      connectionTimeout: CONNECT_MS,
      socketTimeout: IDLE_MS,
      httpAgent: agent,
      httpsAgent: agent,
    },
  });
}
