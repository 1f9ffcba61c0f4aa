import { availableParallelism } from 'node:os';
import { Embeddings, EmbeddingsError } from './embeddings.js';
import { EmbeddingThread } from './embedding-thread.js';

export interface LocalEmbeddingsOptions {
  /** Idle time in ms after which the weights are unloaded; they take about 45 MB per thread. */
  idleMs?: number;
  /** Deadline of a batch in ms, including the loading of the weights. */
  batchMs?: number;
  /** Maximum number of threads. */
  threads?: number;
}

/** The name of the only model that needs no network. */
export const LOCAL_MODEL = 'universal-sentence-encoder-lite';
/** Maximum characters per text: more than the 128 tokens that the model reads. */
const MAX_CHARS = 2_000;
/** Maximum number of queued texts. */
const MAX_WAITING = 16_384;
/** Batch size in texts and characters: small, so that a question waits at most 0.1 s for the current batch. */
const BATCH = 16;
const BATCH_CHARS = 1_000;
/** Number of texts up to which a request does not wait for the batches of longer ones. */
const SHORT = 4;
/** Minimum number of queued texts for starting another thread. */
const MIN_WAITING_FOR_THREAD = 40;
/** Beyond these, reading and storing chunks take longer than embedding them. */
const MAX_THREADS = 8;

/** One call of `embed`. */
interface Request {
  texts: readonly string[];
  /** Index of the first text that no thread has. */
  next: number;
  vectors: Float32Array[];
  missing: number;
  isOver: boolean;
  resolve(vectors: Float32Array[]): void;
  reject(error: unknown): void;
}

/**
 * The Universal Sentence Encoder (English), without a network. Runs in worker threads: the first starts with the
 * first text, others under load, up to one per core; idle threads end. Short requests, such as questions, go
 * first; longer ones, such as documents, take turns by batch.
 */
export class LocalEmbeddings extends Embeddings {
  readonly model = LOCAL_MODEL;
  override readonly language = 'en';
  override readonly embedsSentences = true;
  private readonly idleMs: number;
  private readonly batchMs: number;
  private readonly threads: EmbeddingThread[];
  private readonly queue: Request[] = [];
  private idle: NodeJS.Timeout | undefined;

  constructor({ idleMs = 5 * 60_000, batchMs = 20_000, threads }: LocalEmbeddingsOptions = {}) {
    super();
    this.idleMs = idleMs;
    this.batchMs = batchMs;
    const count = threads ?? Math.min(MAX_THREADS, availableParallelism());
    this.threads = Array.from({ length: count }, () => new EmbeddingThread());
  }

  embed(texts: readonly string[], signal?: AbortSignal): Promise<Float32Array[]> {
    if (signal?.aborted) return Promise.reject(signal.reason);
    if (texts.length === 0) return Promise.resolve([]);
    if (this.waiting + texts.length > MAX_WAITING)
      return Promise.reject(new EmbeddingsError('Too many texts wait to be embedded.'));
    return new Promise<Float32Array[]>((resolve, reject) => {
      const settle = () => {
        signal?.removeEventListener('abort', abort);
        this.leave(request);
      };
      const request: Request = {
        texts,
        next: 0,
        vectors: [],
        missing: texts.length,
        isOver: false,
        resolve: (vectors) => (settle(), resolve(vectors)),
        reject: (error) => (settle(), reject(error)),
      };
      const abort = () => request.reject(signal!.reason);
      signal?.addEventListener('abort', abort, { once: true });
      this.queue.push(request);
      this.dispatch();
    });
  }

  /** Terminates the threads; pending requests fail. The next text starts one again. */
  async close(): Promise<void> {
    clearTimeout(this.idle);
    const error = new EmbeddingsError('The local embeddings were closed.');
    for (const request of this.queue.splice(0)) request.reject(error);
    await Promise.all(this.threads.map((thread) => thread.close()));
  }

  private get waiting(): number {
    return this.queue.reduce((sum, request) => sum + leftOf(request), 0);
  }

  /** Gives each free thread the next batch of a request, and puts that request last. */
  private dispatch(): void {
    clearTimeout(this.idle);
    for (let thread = this.freeThread(); thread; thread = this.freeThread()) {
      const waiting = this.queue.filter((request) => leftOf(request) > 0);
      const request = waiting.find(({ texts }) => texts.length <= SHORT) ?? waiting[0];
      if (!request) break;
      this.queue.splice(this.queue.indexOf(request), 1);
      this.queue.push(request);
      void this.run(thread, request);
    }
    if (this.threads.every(({ isBusy }) => !isBusy))
      this.idle = setTimeout(() => void this.close(), this.idleMs).unref();
  }

  private freeThread(): EmbeddingThread | undefined {
    const free = this.threads.filter(({ isBusy }) => !isBusy);
    const started = free.find(({ isStarted }) => isStarted);
    if (started) return started;
    const isFirst = this.threads.every(({ isStarted }) => !isStarted);
    return isFirst || this.waiting >= MIN_WAITING_FOR_THREAD ? free[0] : undefined;
  }

  private async run(thread: EmbeddingThread, request: Request): Promise<void> {
    const batch = takeBatch(request);
    // The encoder fails on an empty text.
    const texts = batch.map((at) => request.texts[at]!.trim().slice(0, MAX_CHARS) || '.');
    try {
      const vectors = await thread.embed(texts, this.batchMs);
      for (const [i, at] of batch.entries()) request.vectors[at] = vectors[i]!;
      request.missing -= batch.length;
      if (request.missing === 0 && !request.isOver) request.resolve(request.vectors);
    } catch (error) {
      if (!request.isOver) request.reject(error);
    }
    this.dispatch();
  }

  private leave(request: Request): void {
    request.isOver = true;
    const at = this.queue.indexOf(request);
    if (at >= 0) this.queue.splice(at, 1);
  }
}

const leftOf = ({ texts, next }: Request) => texts.length - next;

/** Takes the next texts, up to a batch. @returns their indexes */
function takeBatch(request: Request): number[] {
  const { texts, next } = request;
  let chars = 0;
  do chars += Math.min(MAX_CHARS, texts[request.next++]!.length);
  while (
    request.next < texts.length &&
    request.next - next < BATCH &&
    chars + texts[request.next]!.length <= BATCH_CHARS
  );
  return Array.from({ length: request.next - next }, (_, i) => next + i);
}
