import { Injectable } from '@nestjs/common';
import type { Embeddings } from '../../adapters/embeddings/embeddings.js';
import type { Hit } from '../../adapters/vector-store/vector-store.js';
import { EmbeddingCacheRepository } from '../../database/repositories/documents/embedding-cache.repository.js';
import { dotProduct, inverseLength, quantise } from '../../search/quantise.js';
import { cacheKeyOf } from '../chunk-embedder.js';

/** How near passages are to a question in meaning, as cosines by their ids. */
export interface Nearness {
  /** Of the whole passage or of its nearest sentence, whichever is higher. */
  cosines: Map<string, number>;
  /** Of each of its sentences, in order, where sentences are embedded. */
  bySentence: Map<string, number[]>;
}

/** Compares a question with the single sentences of the passages that were found, where the model embeds sentences. */
@Injectable()
export class SentenceSearch {
  constructor(private readonly cache: EmbeddingCacheRepository) {}

  /**
   * @param embeddings that the question is embedded with
   * @param hits passages with the cosines of the whole
   * @param ids of all passages to compare, those found by words too
   */
  async nearest(
    embeddings: Embeddings,
    question: Float32Array,
    hits: readonly Hit[],
    ids: readonly string[],
  ): Promise<Nearness> {
    const cosines = new Map(hits.map(({ id, score }) => [id, score]));
    const bySentence = new Map<string, number[]>();
    if (!embeddings.embedsSentences) return { cosines, bySentence };
    const query = quantise(question);
    const scale = inverseLength(query);
    for (const [id, sentences] of await this.cache.sentences(cacheKeyOf(embeddings), ids)) {
      const own = sentences.map((sentence) => dotProduct(query, sentence) * scale * inverseLength(sentence));
      bySentence.set(id, own);
      cosines.set(id, Math.max(cosines.get(id) ?? -1, ...own));
    }
    return { cosines, bySentence };
  }
}
