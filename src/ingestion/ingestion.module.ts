import { Module } from '@nestjs/common';
import { IngestionQueue } from './ingestion-queue.js';
import { Retriever } from './retrieval/retriever.js';
import { SentenceSearch } from './retrieval/sentence-search.js';
import { Vocabulary } from './retrieval/vocabulary.js';

/** What the other modules know of documents: how to have them indexed. */
@Module({
  providers: [IngestionQueue, Retriever, SentenceSearch, Vocabulary],
  exports: [IngestionQueue, Retriever],
})
export class IngestionModule {}
