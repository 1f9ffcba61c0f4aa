import type { Logger } from '../../common/logger.js';
import type { Config } from '../../config/config.js';
import { openAiServerOf } from '../openai/openai-server.js';
import type { Embeddings } from './embeddings.js';
import { LocalEmbeddings } from './local-embeddings.js';
import { PrimaryEmbeddings } from './primary-embeddings.js';
import { OpenAiEmbeddings } from './openai-embeddings.js';

/** The configured embeddings, or the local ones. */
export function createEmbeddings(config: Config, logger: Logger): Embeddings {
  const { OPENAI_EMBEDDING_MODEL: model } = config.env;
  return model ? new OpenAiEmbeddings(openAiServerOf(config, logger), model) : createLocalEmbeddings(config);
}

/** Local embeddings; API workers use the model of the primary process, so that its weights are in memory once. */
export const createLocalEmbeddings = ({ primary }: Config): Embeddings =>
  primary ? new PrimaryEmbeddings(primary) : new LocalEmbeddings();
