import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { Redis } from 'ioredis';
import { publish, subscribe } from '../adapters/redis/redis.js';

const CHANNEL = 'parley:runs:deleted';

/**
 * Announces to all processes the runs that were deleted with their conversation. Redis may lose an announcement:
 * the producer of such a run also detects the deletion at its next checkpoint.
 */
@Injectable()
export class DeletedRuns implements OnApplicationShutdown {
  private listener: (runIds: string[]) => void = () => undefined;
  private unsubscribe = () => undefined as void;

  constructor(private readonly redis: Redis) {}

  announce(runIds: string[]): void {
    if (runIds.length === 0) return;
    // Called directly in this process, independent of Redis; the listener is idempotent.
    this.listener(runIds);
    publish(this.redis, CHANNEL, JSON.stringify(runIds)).catch(() => undefined);
  }

  /** @param listener called with ids of runs, possibly repeatedly */
  listen(listener: (runIds: string[]) => void): void {
    this.listener = listener;
    const onMessage = (text: string) => this.listener(JSON.parse(text) as string[]);
    this.unsubscribe = subscribe(this.redis, CHANNEL, onMessage, () => undefined);
  }

  onApplicationShutdown(): void {
    this.unsubscribe();
  }
}
