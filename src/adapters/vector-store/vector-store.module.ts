import { Global, Module } from '@nestjs/common';
import { EmbeddingsModule } from '../embeddings/embeddings.module.js';
import { VectorStores } from './vector-stores.js';

@Global()
@Module({ imports: [EmbeddingsModule], providers: [VectorStores], exports: [VectorStores] })
export class VectorStoreModule {}
