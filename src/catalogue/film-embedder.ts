import { Embeddings } from '../adapters/embeddings/embeddings.js';
import { FilmsRepository } from '../database/repositories/films.repository.js';
import { filmText } from './film-text.js';
import { quantise } from '../search/quantise.js';

const BATCH = 32;

export interface EmbedProgress {
  done: number;
  total: number;
}

/**
 * Computes the vectors of films that have none of this model. What is done is stored as it goes, so that it may be
 * stopped at any time and goes on from there.
 * @returns how many were computed; null when another process is computing them
 * @throws EmbeddingsError, or the signal's reason
 */
export async function embedFilms(
  films: FilmsRepository,
  embeddings: Embeddings,
  signal: AbortSignal,
  progress: (state: EmbedProgress) => void = () => {},
): Promise<number | null> {
  const { model } = embeddings;
  const total = await films.countUnembedded(model);
  let done = 0;
  if (total === 0) return 0;
  const isOurs = await films.whileNobodyEmbeds(async () => {
    for (;;) {
      signal.throwIfAborted();
      const batch = await films.unembedded(model, BATCH);
      if (batch.length === 0) return;
      const vectors = await embeddings.embed(batch.map(filmText), signal);
      await films.storeVectors(
        model,
        batch,
        vectors.map((vector) => Buffer.from(quantise(vector).buffer)),
      );
      done += batch.length;
      progress({ done, total: Math.max(done, total) });
    }
  });
  return isOurs ? done : null;
}
