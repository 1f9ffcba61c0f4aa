import type { Logger } from '../../common/logger.js';
import type { Config } from '../../config/config.js';
import type { Embeddings } from './embeddings.js';
import { LocalEmbeddings } from './local-embeddings.js';
import { OpenAiEmbeddings } from './openai-embeddings.js';

/** The configured embeddings, or those that need no network. */
export function createEmbeddings({ env }: Config, logger: Logger): Embeddings {
  if (!env.OPENAI_EMBEDDING_MODEL) return new LocalEmbeddings();
  const { OPENAI_BASE_URL: baseUrl, OPENAI_API_KEY: apiKey, OPENAI_EMBEDDING_MODEL: model } = env;
  return new OpenAiEmbeddings({ baseUrl, apiKey, model }, logger);
}
