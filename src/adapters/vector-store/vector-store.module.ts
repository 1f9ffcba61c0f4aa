import { Global, Module } from '@nestjs/common';
import { Logger } from '../../common/logger.js';
import { Config } from '../../config/config.js';
import { timeMethods } from '../../telemetry/tracing.js';
import { VectorPointsRepository } from '../../database/repositories/documents/vector-points.repository.js';
import { Embeddings } from '../embeddings/embeddings.js';
import { createVectorStore } from './create-vector-store.js';
import { VectorStore } from './vector-store.js';

@Global()
@Module({
  providers: [
    {
      provide: VectorStore,
      inject: [Config, Embeddings, VectorPointsRepository, Logger],
      useFactory: (...needs: Parameters<typeof createVectorStore>) =>
        timeMethods('vectors', createVectorStore(...needs), ['replace', 'searchDense', 'searchSparse']),
    },
  ],
  exports: [VectorStore],
})
export class VectorStoreModule {}
