import { Injectable } from '@nestjs/common';
import { Embeddings } from '../../adapters/embeddings/embeddings.js';
import type { Hit } from '../../adapters/vector-store/vector-store.js';
import { EmbeddingCacheRepository } from '../../database/repositories/documents/embedding-cache.repository.js';
import { inverseLength, quantise } from '../../search/quantise.js';
import { cacheKeyOf } from '../chunk-embedder.js';

/** Compares a question with the single sentences of the passages that were found, where the model embeds sentences. */
@Injectable()
export class SentenceSearch {
  constructor(
    private readonly embeddings: Embeddings,
    private readonly cache: EmbeddingCacheRepository,
  ) {}

  /**
   * @param hits passages with the cosines of the whole
   * @param ids of all passages to compare, those found by words too
   * @returns by passage the cosine of the whole or that of its nearest sentence, whichever is higher
   */
  async nearest(
    question: Float32Array,
    hits: readonly Hit[],
    ids: readonly string[],
  ): Promise<Map<string, number>> {
    const cosines = new Map(hits.map(({ id, score }) => [id, score]));
    if (!this.embeddings.embedsSentences) return cosines;
    const query = quantise(question);
    const scale = inverseLength(query);
    for (const [id, sentences] of await this.cache.sentences(cacheKeyOf(this.embeddings), ids))
      for (const sentence of sentences) {
        const cosine = dot(query, sentence) * scale * inverseLength(sentence);
        if (cosine > (cosines.get(id) ?? -1)) cosines.set(id, cosine);
      }
    return cosines;
  }
}

function dot(a: Int8Array, b: Int8Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
