import type { Logger } from '../../common/logger.js';
import type { Config } from '../../config/config.js';
import type { VectorPointsRepository } from '../../database/repositories/documents/vector-points.repository.js';
import type { Embeddings } from '../embeddings/embeddings.js';
import { EmbeddedVectorStore } from './embedded-vector-store.js';
import { QdrantVectorStore } from './qdrant-vector-store.js';
import type { VectorStore } from './vector-store.js';

/** The configured Qdrant, or tables of the database. */
export function createVectorStore(
  { env }: Config,
  embeddings: Embeddings,
  points: VectorPointsRepository,
  logger: Logger,
): VectorStore {
  if (!env.QDRANT_URL) return new EmbeddedVectorStore(points, embeddings, logger);
  const { QDRANT_URL: url, QDRANT_API_KEY: apiKey, QDRANT_COLLECTION: alias } = env;
  return new QdrantVectorStore({ url, apiKey, alias }, embeddings);
}
