import { BullModule } from '@nestjs/bullmq';
import type { DynamicModule } from '@nestjs/common';
import { Queue, type QueueOptions } from 'bullmq';
import { Redis } from 'ioredis';

/** Before every key of the queues in Redis. */
export const QUEUE_PREFIX = 'parley';

/** A queue over a shared connection, whose owner logs its errors; BullMQ prints those to which nobody listens. */
export class SharedQueue extends Queue {
  constructor(name: string, options: QueueOptions) {
    super(name, options);
    this.on('error', () => undefined);
  }
}

BullModule.queueClass = SharedQueue;

/** The token of a queue for its producers: `BullModule` would give its connection to a worker of the same name. */
export const producerOf = (queue: string): string => `${queue}-producer`;

/** Registers a queue for its producers, over the shared connection: inject it with `@InjectQueue(producerOf(name))`. */
export const registerQueue = (name: string): DynamicModule =>
  BullModule.registerQueueAsync({
    name: producerOf(name),
    inject: [Redis],
    useFactory: (connection: Redis) => ({
      name,
      connection,
      prefix: QUEUE_PREFIX,
      skipVersionCheck: true,
      streams: { events: { maxLen: 100 } },
    }),
  });
