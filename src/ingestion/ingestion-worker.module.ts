import { Module } from '@nestjs/common';
import { VisionModule } from '../adapters/vision/vision.module.js';
import { AttachmentReader } from './attachment-reader.js';
import { ChunkEmbedder } from './chunk-embedder.js';
import { PurgeListener } from './purge-listener.js';
import { DeletedAttachmentPurger } from './deleted-attachment-purger.js';
import { IngestionSweep } from './ingestion-sweep.js';
import { IngestionWorker } from './ingestion-worker.js';
import { IngestionModule } from './ingestion.module.js';
import { IngestionService } from './ingestion.service.js';
import { JobRunner } from './job-runner.js';

/** Indexing itself: in the API process, or in one of its own. */
@Module({
  imports: [IngestionModule, VisionModule],
  providers: [
    AttachmentReader,
    ChunkEmbedder,
    IngestionService,
    DeletedAttachmentPurger,
    PurgeListener,
    JobRunner,
    IngestionSweep,
    IngestionWorker,
  ],
})
export class IngestionWorkerModule {}
