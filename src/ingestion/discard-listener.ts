import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Redis } from 'ioredis';
import { subscribe } from '../adapters/redis/redis.js';
import { Discards } from './discards.js';
import { DISCARD_CHANNEL } from './ingestion-queue.js';

/** Clears deleted attachments away when it is told that there are some. What nobody could tell is left to the sweep. */
@Injectable()
export class DiscardListener implements OnApplicationBootstrap, OnModuleDestroy {
  private stop = () => {};
  private clearing = Promise.resolve();

  constructor(
    private readonly redis: Redis,
    private readonly discards: Discards,
  ) {}

  onApplicationBootstrap(): void {
    const clear = () => void (this.clearing = this.discards.clear());
    this.stop = subscribe(this.redis, DISCARD_CHANNEL, clear, clear);
  }

  async onModuleDestroy(): Promise<void> {
    this.stop();
    await this.clearing;
  }
}
