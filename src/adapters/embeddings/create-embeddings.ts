import type { Logger } from '../../common/logger.js';
import type { Config } from '../../config/config.js';
import { openAiServerOf } from '../openai/openai-server.js';
import type { Embeddings } from './embeddings.js';
import { LocalEmbeddings } from './local-embeddings.js';
import { PrimaryEmbeddings } from './primary-embeddings.js';
import { OpenAiEmbeddings } from './openai-embeddings.js';

/** The configured embeddings, or those that need no network. */
export function createEmbeddings(config: Config, logger: Logger): Embeddings {
  const { OPENAI_EMBEDDING_MODEL: model } = config.env;
  return model ? new OpenAiEmbeddings(openAiServerOf(config, logger), model) : createLocalEmbeddings(config);
}

/** Those that need no network; of several API workers none has the weights, which its primary process has. */
export const createLocalEmbeddings = ({ primary }: Config): Embeddings =>
  primary ? new PrimaryEmbeddings(primary) : new LocalEmbeddings();
