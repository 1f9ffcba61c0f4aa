import { availableParallelism } from 'node:os';
import { Embeddings, EmbeddingsError, toUnitLength } from './embeddings.js';
import { EmbeddingThread } from './embedding-thread.js';

export interface LocalEmbeddingsOptions {
  /** Unused for so long, the weights are dropped; they take about 350 MB a thread. */
  idleMs?: number;
  /** Longest wait for one batch, loading the weights included. */
  batchMs?: number;
  /** Threads at most. */
  threads?: number;
}

/** The name of the only model that needs no network. */
export const LOCAL_MODEL = 'universal-sentence-encoder-lite';
/** The model reads no more of a text, and its cost grows faster than the text. */
const MAX_CHARS = 2_000;
/** Texts that may wait at the same time. */
const MAX_WAITING = 16_384;
/** One batch: short enough that a question which waits for it to end waits 0.2 s at most. */
const BATCH = 12;
const BATCH_CHARS = 1_000;
/** Fewer texts than this are not worth the weights of another thread. */
const MIN_WAITING_FOR_THREAD = 40;
/** Threads of more cores would take more memory than they save time. */
const MAX_THREADS = 4;

/** One call of `embed`. */
interface Request {
  texts: readonly string[];
  /** Positions of the texts that were not handed out yet, by length. */
  left: number[];
  vectors: Float32Array[];
  missing: number;
  isOver: boolean;
  resolve(vectors: Float32Array[]): void;
  reject(error: unknown): void;
}

/**
 * The Universal Sentence Encoder, English, without a network. It runs in threads of its own: one that starts with the
 * first text, more, up to one for each core, when there is a lot to do. They end when idle for a while. Requests take
 * turns batch by batch, so that a short question never waits for a long list.
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
        left: [...texts.keys()].sort((a, b) => texts[a]!.length - texts[b]!.length),
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

  /** Ends the threads; what is under way fails. The next text starts one again. */
  async close(): Promise<void> {
    clearTimeout(this.idle);
    const error = new EmbeddingsError('The local embeddings were closed.');
    for (const request of this.queue.splice(0)) request.reject(error);
    await Promise.all(this.threads.map((thread) => thread.close()));
  }

  private get waiting(): number {
    return this.queue.reduce((sum, { left }) => sum + left.length, 0);
  }

  /** Gives each free thread the next batch of the first request, and puts that request last. */
  private dispatch(): void {
    clearTimeout(this.idle);
    for (let thread = this.freeThread(); thread; thread = this.freeThread()) {
      const next = this.queue.findIndex(({ left }) => left.length > 0);
      if (next < 0) break;
      const [request] = this.queue.splice(next, 1);
      this.queue.push(request!);
      void this.run(thread, request!);
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
    // The encoder fails on a text of nothing.
    const texts = batch.map((at) => request.texts[at]!.trim().slice(0, MAX_CHARS) || '.');
    try {
      const vectors = await thread.embed(texts, this.batchMs);
      for (const [i, at] of batch.entries()) request.vectors[at] = toUnitLength(vectors[i]!);
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

/**
 * The shortest texts that are left, as many as make a batch: of like length, they cost half of what they cost mixed.
 */
function takeBatch({ texts, left }: Request): number[] {
  let size = 1;
  // They are in order of length: the last is the longest.
  while (size < Math.min(BATCH, left.length) && (size + 1) * texts[left[size]!]!.length <= BATCH_CHARS)
    size++;
  return left.splice(0, size);
}
