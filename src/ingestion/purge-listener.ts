import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Redis } from 'ioredis';
import { subscribe } from '../adapters/redis/redis.js';
import { DeletedAttachmentPurger } from './deleted-attachment-purger.js';
import { PURGE_CHANNEL } from './ingestion-queue.js';

/** Purges deleted attachments when it is notified of some. Lost notifications are made up for by the sweep. */
@Injectable()
export class PurgeListener implements OnApplicationBootstrap, OnModuleDestroy {
  private stop = () => {};
  private purging = Promise.resolve();

  constructor(
    private readonly redis: Redis,
    private readonly purger: DeletedAttachmentPurger,
  ) {}

  onApplicationBootstrap(): void {
    const purge = () => void (this.purging = this.purger.purge());
    this.stop = subscribe(this.redis, PURGE_CHANNEL, purge, purge);
  }

  async onModuleDestroy(): Promise<void> {
    this.stop();
    await this.purging;
  }
}
