import type { Embeddings } from '../adapters/embeddings/embeddings.js';
import type { AdvisoryLocks } from '../database/advisory-locks.js';
import type { FilmsRepository } from '../database/repositories/films.repository.js';
import { filmText } from './film-text.js';
import { quantise } from '../search/quantise.js';

const BATCH = 32;

export interface EmbedProgress {
  done: number;
  total: number;
}

/** What films are embedded with. */
export interface FilmEmbedder {
  films: FilmsRepository;
  locks: AdvisoryLocks;
  embeddings: Embeddings;
}

/**
 * Computes the vectors of films that have none of this model. Results are stored in batches, so that it may be
 * stopped at any time and continues from there.
 * @returns how many were computed; null when another process is computing them
 * @throws EmbeddingsError, or the signal's reason
 */
export async function embedFilms(
  { films, locks, embeddings }: FilmEmbedder,
  signal: AbortSignal,
  progress: (state: EmbedProgress) => void = () => {},
): Promise<number | null> {
  const { model } = embeddings;
  const total = await films.countUnembedded(model);
  let done = 0;
  if (total === 0) return 0;
  return locks.whileAlone('film-vectors', async () => {
    for (;;) {
      signal.throwIfAborted();
      const batch = await films.unembedded(model, BATCH);
      if (batch.length === 0) return done;
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
}
