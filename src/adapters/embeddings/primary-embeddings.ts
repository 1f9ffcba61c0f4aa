import type { PrimaryProcess } from '../../config/config.js';
import { Embeddings, EmbeddingsError } from './embeddings.js';
import { LOCAL_MODEL } from './local-embeddings.js';

/** Client of the primary process's local embeddings, for API workers: the weights are in memory once. */
export class PrimaryEmbeddings extends Embeddings {
  readonly model = LOCAL_MODEL;
  override readonly language = 'en';
  override readonly embedsSentences = true;

  constructor(private readonly primary: Pick<PrimaryProcess, 'embed'>) {
    super();
  }

  async embed(texts: readonly string[], signal?: AbortSignal): Promise<Float32Array[]> {
    signal?.throwIfAborted();
    if (texts.length === 0) return [];
    const embedded = this.primary.embed(texts).catch((error: unknown) => {
      throw new EmbeddingsError((error as Error).message, { cause: error });
    });
    if (!signal) return embedded;
    return new Promise((resolve, reject) => {
      const abort = () => reject(signal.reason);
      signal.addEventListener('abort', abort, { once: true });
      embedded.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
    });
  }
}
