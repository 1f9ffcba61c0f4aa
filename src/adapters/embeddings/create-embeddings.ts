import type { Logger } from '../../common/logger.js';
import type { Config } from '../../config/config.js';
import { openAiServerOf } from '../openai/openai-server.js';
import type { Embeddings } from './embeddings.js';
import { LocalEmbeddings } from './local-embeddings.js';
import { OpenAiEmbeddings } from './openai-embeddings.js';

/** The configured embeddings, or those that need no network. */
export function createEmbeddings(config: Config, logger: Logger): Embeddings {
  const { OPENAI_EMBEDDING_MODEL: model } = config.env;
  return model ? new OpenAiEmbeddings(openAiServerOf(config, logger), model) : new LocalEmbeddings();
}
