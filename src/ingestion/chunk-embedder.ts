import { Injectable } from '@nestjs/common';
import { Embeddings } from '../adapters/embeddings/embeddings.js';
import { EmbeddingCacheRepository } from '../database/repositories/embedding-cache.repository.js';

/** What is embedded for a chunk, and its hash. */
export interface Embeddable {
  passage: string;
  hash: string;
}

/** Few enough that progress is seen to move when the embeddings are slow. */
const BATCH = 32;
/** Progress is told four times a second at most. */
const PROGRESS_MS = 250;

/** Turns chunks into vectors, a batch at a time. What was computed before, by a try that was cut off too, is not again. */
@Injectable()
export class ChunkEmbedder {
  constructor(
    private readonly embeddings: Embeddings,
    private readonly cache: EmbeddingCacheRepository,
  ) {}

  /**
   * @param tell called now and then with how many are done
   * @returns one vector for each, in order
   * @throws EmbeddingsError, the signal's reason, or what `tell` throws
   */
  async embed(
    chunks: readonly Embeddable[],
    tell: (done: number) => Promise<void>,
    signal: AbortSignal,
  ): Promise<Float32Array[]> {
    const vectors: Float32Array[] = [];
    let told = performance.now();
    for (let from = 0; from < chunks.length; from += BATCH) {
      vectors.push(...(await this.embedBatch(chunks.slice(from, from + BATCH), signal)));
      if (performance.now() - told < PROGRESS_MS) continue;
      await tell(vectors.length);
      told = performance.now();
    }
    return vectors;
  }

  private async embedBatch(chunks: readonly Embeddable[], signal: AbortSignal): Promise<Float32Array[]> {
    signal.throwIfAborted();
    const { model } = this.embeddings;
    const known = await this.cache.find(
      model,
      chunks.map(({ hash }) => hash),
    );
    const missing = new Map(
      chunks.flatMap(({ hash, passage }) => (known.has(hash) ? [] : [[hash, passage] as const])),
    );
    const computed = await this.embeddings.embed([...missing.values()], signal);
    const fresh = new Map([...missing.keys()].map((hash, i) => [hash, computed[i]!]));
    await this.cache.store(model, fresh);
    return chunks.map(({ hash }) => known.get(hash) ?? fresh.get(hash)!);
  }
}
