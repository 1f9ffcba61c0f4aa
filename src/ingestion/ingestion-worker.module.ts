import { BullModule } from '@nestjs/bullmq';
import { Module } from '@nestjs/common';
import { VisionModule } from '../adapters/vision/vision.module.js';
import { AttachmentReader } from './attachment-reader.js';
import { ChunkEmbedder } from './chunk-embedder.js';
import { PurgeListener } from './purge-listener.js';
import { DeletedAttachmentPurger } from './deleted-attachment-purger.js';
import { IngestionSweep } from './ingestion-sweep.js';
import { DocumentAdder } from './indexes/document-adder.js';
import { IndexBuilder } from './indexes/index-builder.js';
import { IndexesListener } from './indexes/indexes-listener.js';
import { QUEUE_PREFIX, WORKER_CONFIG } from './ingestion-queue.js';
import { IngestionModule } from './ingestion.module.js';
import { IngestionProcessor } from './ingestion.processor.js';
import { IngestionService } from './ingestion.service.js';
import { JobRunner } from './job-runner.js';
import { PlaceSharing } from './turns/place-sharing.js';
import { WorkerConnection } from './worker-connection.js';
import { WorkerConnectionModule } from './worker-connection.module.js';

/** Indexing itself: in the API process, or in one of its own. */
@Module({
  imports: [
    IngestionModule,
    VisionModule,
    WorkerConnectionModule,
    BullModule.forRootAsync(WORKER_CONFIG, {
      imports: [WorkerConnectionModule],
      inject: [WorkerConnection],
      useFactory: ({ redis }: WorkerConnection) => ({ connection: redis, prefix: QUEUE_PREFIX }),
    }),
  ],
  providers: [
    AttachmentReader,
    ChunkEmbedder,
    IngestionService,
    DeletedAttachmentPurger,
    PurgeListener,
    DocumentAdder,
    IndexBuilder,
    IndexesListener,
    JobRunner,
    PlaceSharing,
    IngestionSweep,
    IngestionProcessor,
  ],
})
export class IngestionWorkerModule {}
