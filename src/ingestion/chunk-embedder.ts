import { Injectable } from '@nestjs/common';
import { toUnitLength, type Embeddings } from '../adapters/embeddings/embeddings.js';
import {
  EmbeddingCacheRepository,
  type CachedVectors,
} from '../database/repositories/documents/embedding-cache.repository.js';
import { quantise } from '../search/quantise.js';
import { sentenceRanges } from './retrieval/sentences.js';

/** What is embedded for a chunk, and its hash. */
export interface Embeddable {
  /** With its title and headings. */
  passage: string;
  /** Without them. */
  text: string;
  hash: string;
}

/** Few enough that progress is seen to move when the embeddings are slow, enough to find sentences of like length. */
const BATCH = 32;
/** Progress is reported four times a second at most. */
const PROGRESS_MS = 250;

/** Names the vectors in the cache: those of sentences are not those of passages by the same model. */
export const cacheKeyOf = ({ model, embedsSentences }: Embeddings): string =>
  embedsSentences ? `${model}/sentences` : model;

/** All names that vectors of a model may have in the cache. */
export const cacheKeysOf = (model: string): string[] => [model, `${model}/sentences`];

/** Turns chunks into vectors, a batch at a time. What was computed before, by a try that was cut off too, is not again. */
@Injectable()
export class ChunkEmbedder {
  constructor(private readonly cache: EmbeddingCacheRepository) {}

  /**
   * @param report called now and then with how many are done
   * @returns one vector for each, in order; those of its sentences are in the cache
   * @throws EmbeddingsError, the signal's reason, or what `report` throws
   */
  async embed(
    embeddings: Embeddings,
    chunks: readonly Embeddable[],
    report: (done: number) => Promise<void>,
    signal: AbortSignal,
  ): Promise<Float32Array[]> {
    const vectors: Float32Array[] = [];
    let reported = performance.now();
    for (let from = 0; from < chunks.length; from += BATCH) {
      vectors.push(...(await this.embedBatch(embeddings, chunks.slice(from, from + BATCH), signal)));
      if (performance.now() - reported < PROGRESS_MS) continue;
      await report(vectors.length);
      reported = performance.now();
    }
    return vectors;
  }

  private async embedBatch(
    embeddings: Embeddings,
    chunks: readonly Embeddable[],
    signal: AbortSignal,
  ): Promise<Float32Array[]> {
    signal.throwIfAborted();
    const key = cacheKeyOf(embeddings);
    const known = await this.cache.find(
      key,
      chunks.map(({ hash }) => hash),
    );
    const missing = new Map(
      chunks.filter(({ hash }) => !known.has(hash)).map((chunk) => [chunk.hash, chunk] as const),
    );
    const embed = embeddings.embedsSentences ? embedSentences : embedPassages;
    const computed = await embed(embeddings, [...missing.values()], signal);
    const fresh = new Map([...missing.keys()].map((hash, i) => [hash, computed[i]!]));
    await this.cache.store(key, fresh);
    return chunks.map(({ hash }) => known.get(hash) ?? fresh.get(hash)!.vector);
  }
}

async function embedPassages(
  embeddings: Embeddings,
  chunks: readonly Embeddable[],
  signal: AbortSignal,
): Promise<CachedVectors[]> {
  const vectors = await embeddings.embed(
    chunks.map(({ passage }) => passage),
    signal,
  );
  return vectors.map((vector) => ({ vector, sentences: null }));
}

/** A chunk means what its sentences mean together: their mean is as good as a vector of its own, and costs nothing. */
async function embedSentences(
  embeddings: Embeddings,
  chunks: readonly Embeddable[],
  signal: AbortSignal,
): Promise<CachedVectors[]> {
  const sentences = chunks.map(({ text, passage }) => {
    const ranges = sentenceRanges(text);
    return ranges.length > 0 ? ranges.map(({ start, end }) => text.slice(start, end)) : [passage];
  });
  const vectors = await embeddings.embed(sentences.flat(), signal);
  let from = 0;
  return sentences.map(({ length }) => {
    const own = vectors.slice(from, (from += length));
    return { vector: toUnitLength(meanOf(own)), sentences: own.map((vector) => quantise(vector)) };
  });
}

function meanOf(vectors: readonly Float32Array[]): Float32Array {
  const sum = new Float32Array(vectors[0]!.length);
  for (const vector of vectors) for (let i = 0; i < sum.length; i++) sum[i]! += vector[i]! / vectors.length;
  return sum;
}
