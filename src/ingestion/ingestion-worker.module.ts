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
import { IngestionModule } from './ingestion.module.js';
import { IngestionProcessor } from './ingestion.processor.js';
import { IngestionService } from './ingestion.service.js';
import { JobRunner } from './job-runner.js';
import { QueueWorkersModule } from './queues/queue-workers.module.js';
import { PlaceSharing } from './turns/place-sharing.js';

/** Indexing itself: in the API process, or in one of its own. */
@Module({
  imports: [IngestionModule, VisionModule, QueueWorkersModule],
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
