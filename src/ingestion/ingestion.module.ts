import { Module } from '@nestjs/common';
import { EmbeddingIndexes } from './indexes/embedding-indexes.js';
import { IngestionQueue, QUEUE } from './ingestion-queue.js';
import { registerQueue } from './queues/shared-queue.js';
import { IngestionTurns } from './turns/ingestion-turns.js';
import { Retriever } from './retrieval/retriever.js';
import { SentenceSearch } from './retrieval/sentence-search.js';
import { Vocabulary } from './retrieval/vocabulary.js';

/** The queue of documents to index, for other modules. */
@Module({
  imports: [registerQueue(QUEUE)],
  providers: [EmbeddingIndexes, IngestionQueue, IngestionTurns, Retriever, SentenceSearch, Vocabulary],
  exports: [EmbeddingIndexes, IngestionQueue, IngestionTurns, Retriever],
})
export class IngestionModule {}
