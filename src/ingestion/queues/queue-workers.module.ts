import { BullModule } from '@nestjs/bullmq';
import { Module } from '@nestjs/common';
import { WORKER_CONFIG } from './queue-processor.js';
import { QUEUE_PREFIX } from './shared-queue.js';
import { WorkerConnection } from './worker-connection.js';

@Module({ providers: [WorkerConnection], exports: [WorkerConnection] })
class WorkerConnectionModule {}

/** What the workers of all queues share: a connection of their own. */
@Module({
  imports: [
    BullModule.forRootAsync(WORKER_CONFIG, {
      imports: [WorkerConnectionModule],
      inject: [WorkerConnection],
      useFactory: ({ redis }: WorkerConnection) => ({ connection: redis, prefix: QUEUE_PREFIX }),
    }),
  ],
})
export class QueueWorkersModule {}
