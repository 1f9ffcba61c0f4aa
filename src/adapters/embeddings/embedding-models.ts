import { Injectable } from '@nestjs/common';
import { Logger } from '../../common/logger.js';
import { Config } from '../../config/config.js';
import { openAiServerOf } from '../openai/openai-server.js';
import { createEmbeddings, createLocalEmbeddings } from './create-embeddings.js';
import type { Embeddings } from './embeddings.js';
import { LOCAL_MODEL } from './local-embeddings.js';
import { OpenAiEmbeddings } from './openai-embeddings.js';

/** Embeddings by the name of their model, so that two indexes can be in use side by side. */
@Injectable()
export class EmbeddingModels {
  /** Embeddings of the configured model. */
  readonly configured: Embeddings;
  private readonly byModel = new Map<string, Embeddings>();

  constructor(
    private readonly config: Config,
    private readonly logger: Logger,
  ) {
    this.configured = createEmbeddings(config, logger);
    this.byModel.set(this.configured.model, this.configured);
  }

  /**
   * The local embeddings, or those of a model of the configured server, which fail at the first text if it lacks
   * the model.
   */
  of(model: string): Embeddings {
    const known = this.byModel.get(model) ?? this.create(model);
    this.byModel.set(model, known);
    return known;
  }

  private create(model: string): Embeddings {
    if (model === LOCAL_MODEL) return createLocalEmbeddings(this.config);
    return new OpenAiEmbeddings(openAiServerOf(this.config, this.logger), model);
  }
}
