import { Global, Module } from '@nestjs/common';
import { EmbeddingModels } from './embedding-models.js';
import { Embeddings } from './embeddings.js';

@Global()
@Module({
  providers: [
    EmbeddingModels,
    {
      provide: Embeddings,
      inject: [EmbeddingModels],
      useFactory: ({ configured }: EmbeddingModels) => configured,
    },
  ],
  exports: [EmbeddingModels, Embeddings],
})
export class EmbeddingsModule {}
