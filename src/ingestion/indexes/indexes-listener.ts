import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Redis } from 'ioredis';
import { subscribe } from '../../adapters/redis/redis.js';
import { INDEXES_CHANNEL } from '../ingestion-queue.js';
import { IndexBuilder } from './index-builder.js';

/** Looks at the indexes when it is notified. Lost notifications are made up for by the sweep. */
@Injectable()
export class IndexesListener implements OnApplicationBootstrap, OnModuleDestroy {
  private stop = () => {};

  constructor(
    private readonly redis: Redis,
    private readonly builder: IndexBuilder,
  ) {}

  onApplicationBootstrap(): void {
    const build = () => void this.builder.build();
    this.stop = subscribe(this.redis, INDEXES_CHANNEL, build, () => {});
  }

  onModuleDestroy(): void {
    this.stop();
  }
}
