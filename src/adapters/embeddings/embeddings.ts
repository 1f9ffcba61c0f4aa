import type { LanguageCode } from '../../search/languages.js';

/** Turns texts into vectors of unit length, so that a dot product is their cosine similarity. */
export abstract class Embeddings {
  /** Names the vector space: vectors of different models never meet. */
  abstract readonly model: string;

  /** Whether it understands sentences better than passages, and is cheap enough to embed each of them. */
  readonly embedsSentences: boolean = false;

  /** The supported language; null for a multilingual model. */
  readonly language: LanguageCode | null = null;

  /**
   * Embeds texts, in batches.
   * @returns one vector per text, in order
   * @throws EmbeddingsError on failure or after the deadline, or the signal's reason
   */
  abstract embed(texts: readonly string[], signal?: AbortSignal): Promise<Float32Array[]>;
}

/** The embeddings cannot be had now; callers fall back to words. */
export class EmbeddingsError extends Error {}

/** Normalizes a vector to length 1; a zero vector is unchanged. */
export function toUnitLength(vector: ArrayLike<number>): Float32Array {
  const unit = Float32Array.from(vector);
  let sum = 0;
  for (let i = 0; i < unit.length; i++) sum += unit[i]! * unit[i]!;
  const length = Math.sqrt(sum);
  if (length > 0) for (let i = 0; i < unit.length; i++) unit[i]! /= length;
  return unit;
}
