import { Global, Module } from '@nestjs/common';
import { Logger } from '../../common/logger.js';
import { Config } from '../../config/config.js';
import { createEmbeddings } from './create-embeddings.js';
import { Embeddings } from './embeddings.js';

@Global()
@Module({
  providers: [{ provide: Embeddings, inject: [Config, Logger], useFactory: createEmbeddings }],
  exports: [Embeddings],
})
export class EmbeddingsModule {}
