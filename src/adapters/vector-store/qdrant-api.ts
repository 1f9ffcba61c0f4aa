import type { QdrantClient } from '@qdrant/js-client-rest';
import { VectorStoreError } from './vector-store.js';

export interface QdrantOptions {
  /** With credentials or a path prefix where a proxy needs them. */
  url: string;
  apiKey?: string;
  /** Deadline of a question. */
  readMs?: number;
  /** Deadline of a write: a batch of points has some megabytes, and the response is sent after it is applied. */
  writeMs?: number;
}

const PORT = 6333;

/** Qdrant refused, failed or cannot be reached. Holds neither the key nor the credentials of the URL. */
export class QdrantError extends VectorStoreError {
  constructor(
    message: string,
    /** HTTP status; undefined without a response. */
    readonly status: number | undefined,
    cause: unknown,
  ) {
    super(message, { cause });
  }
}

/**
 * Qdrant client with a deadline for reads and one for writes, and uniform errors. The library is loaded with the
 * first call.
 */
export class QdrantApi {
  private readonly reader: () => Promise<QdrantClient>;
  private readonly writer: () => Promise<QdrantClient>;

  constructor({ url, apiKey, readMs = 3_000, writeMs = 15_000 }: QdrantOptions) {
    this.reader = once(() => connect(url, apiKey, readMs));
    this.writer = once(() => connect(url, apiKey, writeMs));
  }

  read<T>(ask: (client: QdrantClient) => Promise<T>): Promise<T> {
    return orQdrantError(this.reader().then(ask));
  }

  write<T>(ask: (client: QdrantClient) => Promise<T>): Promise<T> {
    return orQdrantError(this.writer().then(ask));
  }
}

async function connect(url: string, apiKey: string | undefined, timeout: number): Promise<QdrantClient> {
  const { QdrantClient } = await import('@qdrant/js-client-rest');
  const { protocol, hostname, port, pathname, username, password } = new URL(url);
  // `URL` drops a protocol's default port, and the client would then use Qdrant's.
  const isOwnPort = /:\d+$/.test(url.split('/')[2] ?? '');
  const credentials = [username, password].map(decodeURIComponent).join(':');
  return new QdrantClient({
    host: hostname,
    https: protocol === 'https:',
    port: port ? Number(port) : isOwnPort ? null : PORT,
    prefix: pathname.replace(/\/+$/, ''),
    // Sent as a header: given the key itself, the client prints a warning and sends a request at each start.
    headers: {
      ...(apiKey && { 'api-key': apiKey }),
      ...(username && { authorization: `Basic ${Buffer.from(credentials).toString('base64')}` }),
    },
    checkCompatibility: false,
    timeout,
  });
}

async function orQdrantError<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    const { name, status } = error as { name?: string; status?: number };
    if (status) throw new QdrantError(`Qdrant answered with HTTP ${status}.`, status, error);
    const isLate = name === 'QdrantClientTimeoutError';
    throw new QdrantError(`Qdrant ${isLate ? 'took too long' : 'cannot be reached'}.`, undefined, error);
  }
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => (made ??= make());
}
