import { Worker } from 'node:worker_threads';
import { builtFile } from '../../common/built-file.js';
import { EmbeddingsError } from './embeddings.js';
import type { EmbeddingAnswer, EmbeddingTask } from './local-embeddings.worker.js';

interface Pending {
  id: number;
  resolve(vectors: Float32Array[]): void;
  reject(error: Error): void;
  timeout: NodeJS.Timeout;
}

/** Its objects take some 15 MB; a smaller heap collects garbage earlier. */
const LIMITS = { maxYoungGenerationSizeMb: 4, maxOldGenerationSizeMb: 64 };

/**
 * A worker thread with the encoder's weights, about 45 MB, that embeds one batch at a time. Started by the first
 * batch.
 */
export class EmbeddingThread {
  private worker: Worker | undefined;
  private pending: Pending | undefined;
  private lastId = 0;

  /** @param file script of the worker thread */
  constructor(private readonly file = builtFile('./local-embeddings.worker.js', import.meta.url)) {}

  get isBusy(): boolean {
    return this.pending !== undefined;
  }

  /** Whether the weights are loaded or loading. */
  get isStarted(): boolean {
    return this.worker !== undefined;
  }

  /**
   * @param timeoutMs deadline, including the loading of the weights; the thread is then terminated
   * @throws EmbeddingsError
   */
  embed(texts: string[], timeoutMs: number): Promise<Float32Array[]> {
    return new Promise((resolve, reject) => {
      const worker = (this.worker ??= this.start());
      // An idle thread does not keep the process alive.
      worker.ref();
      const id = ++this.lastId;
      const timeout = setTimeout(
        () => this.fail(new EmbeddingsError('The local embeddings took too long.')),
        timeoutMs,
      );
      this.pending = { id, resolve, reject, timeout };
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
      worker.postMessage({ id, texts } satisfies EmbeddingTask);
    });
  }

  /** Terminates the thread; pending batches fail. The next batch starts it again. */
  async close(): Promise<void> {
    const { worker } = this;
    this.fail(new EmbeddingsError('The local embeddings were closed.'));
    await worker?.terminate();
  }

  private start(): Worker {
    const worker = new Worker(this.file, { resourceLimits: LIMITS });
    worker.on('message', (answer: EmbeddingAnswer) => this.worker === worker && this.take(answer));
    const lost = (reason: unknown) =>
      this.worker === worker &&
      this.fail(new EmbeddingsError('The local embeddings failed.', { cause: reason }));
    worker.on('error', lost);
    worker.on('exit', lost);
    return worker;
  }

  private take(answer: EmbeddingAnswer): void {
    const { pending } = this;
    if (answer.id !== pending?.id) return;
    // An encoder that failed to load stays broken: the next batch starts another thread.
    if ('error' in answer)
      return this.fail(new EmbeddingsError(`The local embeddings failed: ${answer.error}`));
    clearTimeout(pending.timeout);
    this.pending = undefined;
    this.worker?.unref();
    pending.resolve(answer.vectors);
  }

  private fail(error: Error): void {
    const { worker, pending } = this;
    this.worker = this.pending = undefined;
    clearTimeout(pending?.timeout);
    void worker?.terminate();
    pending?.reject(error);
  }
}
