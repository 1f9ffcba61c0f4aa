import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { Embeddings, EmbeddingsError, toUnitLength } from './embeddings.js';
import type { EmbeddingAnswer, EmbeddingTask } from './local-embeddings.worker.js';

export interface LocalEmbeddingsOptions {
  /** Unused for so long, the weights are dropped; they take about 350 MB. */
  idleMs?: number;
  /** Longest wait for one text, loading the weights included. */
  textMs?: number;
}

/** The model reads no more of a text, and its cost grows faster than the text. */
const MAX_CHARS = 2_000;
/** Texts that may wait at the same time. */
const MAX_WAITING = 4_096;

/** One call of `embed`. */
interface Request {
  texts: readonly string[];
  vectors: Float32Array[];
  resolve(vectors: Float32Array[]): void;
  reject(error: unknown): void;
}

/**
 * The Universal Sentence Encoder, English, without a network. It runs in a thread of its own that starts with the first
 * text and ends when nothing has been asked for a while. Requests take turns text by text, so that a short question
 * never waits for a long list.
 */
export class LocalEmbeddings extends Embeddings {
  readonly model = 'universal-sentence-encoder-lite';
  private readonly idleMs: number;
  private readonly textMs: number;
  private readonly queue: Request[] = [];
  private worker: Worker | undefined;
  private current: { id: number; request: Request; late: NodeJS.Timeout } | undefined;
  private idle: NodeJS.Timeout | undefined;
  private lastId = 0;

  constructor({ idleMs = 5 * 60_000, textMs = 20_000 }: LocalEmbeddingsOptions = {}) {
    super();
    this.idleMs = idleMs;
    this.textMs = textMs;
  }

  embed(texts: readonly string[], signal?: AbortSignal): Promise<Float32Array[]> {
    if (signal?.aborted) return Promise.reject(signal.reason);
    if (texts.length === 0) return Promise.resolve([]);
    const waiting = this.queue.reduce((sum, request) => sum + request.texts.length, texts.length);
    if (waiting > MAX_WAITING)
      return Promise.reject(new EmbeddingsError('Too many texts wait to be embedded.'));
    return new Promise<Float32Array[]>((resolve, reject) => {
      const settled = () => signal?.removeEventListener('abort', abort);
      const request: Request = {
        texts,
        vectors: [],
        resolve: (vectors) => (settled(), resolve(vectors)),
        reject: (error) => (settled(), reject(error)),
      };
      const abort = () => {
        this.leave(request);
        request.reject(signal!.reason);
      };
      signal?.addEventListener('abort', abort, { once: true });
      this.queue.push(request);
      this.next();
    });
  }

  /** Ends the thread; what is under way fails. The next text starts it again. */
  async close(): Promise<void> {
    const worker = this.worker;
    this.fail(new EmbeddingsError('The local embeddings were closed.'));
    await worker?.terminate();
  }

  /** Hands the first text of the first request to the thread, and puts that request last. */
  private next(): void {
    if (this.current) return;
    const request = this.queue.shift();
    if (!request) return this.rest();
    this.queue.push(request);
    try {
      this.worker ??= this.start();
    } catch (error) {
      return this.fail(error as Error);
    }
    clearTimeout(this.idle);
    this.worker.ref();
    const id = ++this.lastId;
    const late = setTimeout(
      () => this.fail(new EmbeddingsError('The local embeddings took too long.')),
      this.textMs,
    );
    this.current = { id, request, late };
    // The encoder fails on a text of nothing.
    const text = request.texts[request.vectors.length]!.trim().slice(0, MAX_CHARS) || '.';
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
    this.worker.postMessage({ id, text } satisfies EmbeddingTask);
  }

  private start(): Worker {
    const worker = new Worker(workerFile());
    worker.on('message', (answer: EmbeddingAnswer) => this.worker === worker && this.take(answer));
    const lost = (reason: unknown) =>
      this.worker === worker &&
      this.fail(new EmbeddingsError('The local embeddings failed.', { cause: reason }));
    worker.on('error', lost);
    worker.on('exit', lost);
    return worker;
  }

  private take(answer: EmbeddingAnswer): void {
    if (answer.id !== this.current?.id) return;
    const { request, late } = this.current;
    clearTimeout(late);
    this.current = undefined;
    if ('error' in answer) {
      this.leave(request);
      request.reject(new EmbeddingsError(`The local embeddings failed: ${answer.error}`));
    } else if (this.queue.includes(request)) {
      request.vectors.push(toUnitLength(answer.vector));
      if (request.vectors.length === request.texts.length) {
        this.leave(request);
        request.resolve(request.vectors);
      }
    }
    this.next();
  }

  /** Nothing to do: the thread no longer keeps the process alive, and ends after a while. */
  private rest(): void {
    this.worker?.unref();
    clearTimeout(this.idle);
    this.idle = setTimeout(() => void this.close(), this.idleMs).unref();
  }

  private leave(request: Request): void {
    const at = this.queue.indexOf(request);
    if (at >= 0) this.queue.splice(at, 1);
  }

  /** Gives everything up, the thread included. */
  private fail(error: Error): void {
    clearTimeout(this.idle);
    clearTimeout(this.current?.late);
    this.current = undefined;
    const worker = this.worker;
    this.worker = undefined;
    void worker?.terminate();
    for (const request of this.queue.splice(0)) request.reject(error);
  }
}

/** The build has it beside this file; run from TypeScript sources, as tests do, it is the one of the last build. */
function workerFile(): string {
  const file = [
    './local-embeddings.worker.js',
    '../../../dist/src/adapters/embeddings/local-embeddings.worker.js',
  ]
    .map((url) => fileURLToPath(new URL(url, import.meta.url)))
    .find((path) => existsSync(path));
  if (!file) throw new EmbeddingsError('The local embeddings have not been built: run npm run build.');
  return file;
}
