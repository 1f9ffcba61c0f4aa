import { BullModule } from '@nestjs/bullmq';
import { Module } from '@nestjs/common';
import { Redis } from 'ioredis';
import { EmbeddingIndexes } from './indexes/embedding-indexes.js';
import { IngestionQueue, PRODUCER, QUEUE, queueOptions, SharedQueue } from './ingestion-queue.js';
import { IngestionTurns } from './turns/ingestion-turns.js';
import { Retriever } from './retrieval/retriever.js';
import { SentenceSearch } from './retrieval/sentence-search.js';
import { Vocabulary } from './retrieval/vocabulary.js';

BullModule.queueClass = SharedQueue;

/** The queue of documents to index, for other modules. */
@Module({
  imports: [
    BullModule.registerQueueAsync({
      name: PRODUCER,
      inject: [Redis],
      useFactory: (redis: Redis) => ({ name: QUEUE, ...queueOptions(redis) }),
    }),
  ],
  providers: [EmbeddingIndexes, IngestionQueue, IngestionTurns, Retriever, SentenceSearch, Vocabulary],
  exports: [EmbeddingIndexes, IngestionQueue, IngestionTurns, Retriever],
})
export class IngestionModule {}
