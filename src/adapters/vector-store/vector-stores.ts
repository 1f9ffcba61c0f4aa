import { Injectable } from '@nestjs/common';
import { Logger } from '../../common/logger.js';
import { Config } from '../../config/config.js';
import { VectorPointsRepository } from '../../database/repositories/documents/vector-points.repository.js';
import { timeMethods } from '../../telemetry/tracing.js';
import { EmbeddingModels } from '../embeddings/embedding-models.js';
import { createVectorStore } from './create-vector-store.js';
import type { VectorStore } from './vector-store.js';

/** The vector store of each embedding model: vectors of different models never meet. */
@Injectable()
export class VectorStores {
  private readonly byModel = new Map<string, VectorStore>();

  constructor(
    private readonly config: Config,
    private readonly models: EmbeddingModels,
    private readonly points: VectorPointsRepository,
    private readonly logger: Logger,
  ) {}

  of(model: string): VectorStore {
    const known = this.byModel.get(model) ?? this.create(model);
    this.byModel.set(model, known);
    return known;
  }

  /** Frees the cached vectors of other models. @param searched models whose stores are in use */
  release(searched: readonly string[]): void {
    for (const [model, store] of this.byModel) if (!searched.includes(model)) store.release();
  }

  private create(model: string): VectorStore {
    const store = createVectorStore(this.config, this.models.of(model), this.points, this.logger);
    return timeMethods('vectors', store, ['replace', 'searchDense', 'searchSparse']);
  }
}
